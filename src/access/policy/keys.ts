import { ForbiddenError, SnapgateError } from '../../errors.ts';
import { isAliasArn, keyArn, type KeyPlace, keyRegion } from '../../snapshots/kms-key.ts';

/** Where the key of a copy is used. */
export interface KeyUse extends KeyPlace {
  /** Reads the ARN of the key that an alias is of, from AWS KMS. Rejects if AWS KMS does not say it. */
  arnOf(alias: string): Promise<string>;
}

/** The key of a copy that a policy allows, in the form in which AWS must be called. */
export interface AllowedKey {
  readonly [allowed]: true;
  /** Undefined for the key that the service chooses. */
  readonly kmsKeyId: string | undefined;
}

/** The setting that lists allowed keys, and what the key is for: the verb of "Cannot … the snapshot". */
export interface KeyRule {
  readonly verb: string;
  readonly setting: string;
}

declare const allowed: unique symbol;

/** Codes of a failed read after which it remains unknown which key an alias is of, although the request is in order. */
const failed = ['UPSTREAM', 'TIMED_OUT', 'THROTTLED', 'RATE_LIMITED', 'ALLOWANCE_EXCEEDED'];

/** Marks a key as allowed. Only a policy calls this, and what applies it to the services. */
export function allowKey(kmsKeyId: string | undefined): AllowedKey {
  return { kmsKeyId } as AllowedKey;
}

/**
 * Returns the key that a policy allows: the id, the ARN and the aliases of one key are equal. AWS KMS is asked only if
 * one of the names is an alias, and no name is that of an allowed key already. A key that is allowed by what its alias
 * stands for now is used by its ARN, because the alias can be assigned to another key before AWS reads it. Throws
 * FORBIDDEN if the key is not allowed, or AWS KMS denies to say so; and the failure if AWS KMS cannot be read.
 */
export async function requireKeyIn(
  kmsKeys: readonly string[],
  kmsKeyId: string,
  use: KeyUse,
  rule: KeyRule,
): Promise<AllowedKey> {
  const asked = keyArn(kmsKeyId, use);
  const names = [...new Set(kmsKeys.map((name) => keyArn(name, use)))];
  if (names.includes(asked)) return allowKey(kmsKeyId);

  // A key is of one region, and two different ARNs of keys are never the same key.
  const others = names.filter(
    (name) => keyRegion(name) === keyRegion(asked) && (isAliasArn(asked) || isAliasArn(name)),
  );
  if (others.length === 0) throw refused(kmsKeyId, [], rule);
  const [own, ...read] = await Promise.all([asked, ...others].map((name) => resolve(name, use)));
  const failures = [own, ...read].filter((each) => each instanceof SnapgateError);
  if (typeof own === 'string' && read.includes(own)) return allowKey(isAliasArn(asked) ? own : kmsKeyId);
  const failure = failures.find(({ code }) => failed.includes(code));
  if (failure) throw failure;
  throw refused(kmsKeyId, failures, rule);
}

/** Returns the ARN of the key that a name stands for, or the error because of which it is unknown. */
async function resolve(name: string, { arnOf }: KeyUse): Promise<string | SnapgateError | undefined> {
  if (!isAliasArn(name)) return name;
  try {
    return await arnOf(name);
  } catch (error) {
    if (error instanceof SnapgateError) return error;
    throw error;
  }
}

function refused(kmsKeyId: string, failures: readonly SnapgateError[], { verb, setting }: KeyRule): ForbiddenError {
  const [denied] = failures.filter(({ code }) => code !== 'NOT_FOUND');
  const unknown = denied
    ? ` Whether it is another name of an allowed key could not be read, so it counts as another key: ${denied.message}`
    : '';
  return new ForbiddenError(
    `Cannot ${verb} the snapshot under the key ${JSON.stringify(kmsKeyId)}: the policy of this gateway does not allow the key. Leave out kmsKeyId, or ask the operator to add the key to ${setting}.${unknown}`,
  );
}
