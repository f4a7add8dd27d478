import type { AssumedRoleUser, Credentials } from '@aws-sdk/client-sts';
import { createHash } from 'node:crypto';

import { Fault } from '../fault.ts';
import type { Call } from '../service.ts';
import type { Identities } from './identities.ts';
import { parseRoleArn, type Role, type RoleArn } from './roles.ts';

const chainedSeconds = 3600;

/** A session that a caller requests. */
interface SessionRequest {
  readonly RoleArn?: string | undefined;
  readonly RoleSessionName?: string | undefined;
  readonly DurationSeconds?: number | undefined;
}

/** A valid request for a session of a role. */
export interface RequestedSession {
  readonly arn: RoleArn;
  /** Undefined if the role is not in the world. */
  readonly role: Role | undefined;
  readonly name: string;
  readonly seconds: number;
}

/**
 * Validates the request for a session. Throws ValidationError, or RegionDisabledException if the account of the role
 * does not issue credentials in the called region.
 */
export function readSession(input: SessionRequest, { region, world }: Call): RequestedSession {
  const { RoleArn = '', RoleSessionName = '', DurationSeconds = 3600 } = input;
  const arn = parseRoleArn(RoleArn);
  if (!arn) throw invalid(`${RoleArn} is invalid`);
  requireText('roleSessionName', RoleSessionName, /^[\w+=,.@-]*$/, [2, 64]);
  if (DurationSeconds < 900) requireDuration(DurationSeconds, 'greater than or equal to 900');
  if (DurationSeconds > 43_200) requireDuration(DurationSeconds, 'less than or equal to 43200');
  if (!world.regionSettings.issuesCredentials(arn.account, region)) {
    throw new Fault(
      'RegionDisabledException',
      `STS is not activated in this region for account:${arn.account}. Your account administrator can activate STS in this region using the IAM Console.`,
      403,
    );
  }
  return { arn, role: world.roles.find(RoleArn), name: RoleSessionName, seconds: DurationSeconds };
}

/**
 * Starts a session, valid for its seconds of real or advanced time. Throws ValidationError for a longer session than
 * the role allows, or than AWS allows a caller that is a session of a role itself (role chaining).
 */
export function startSession(
  { arn, role, name, seconds }: RequestedSession,
  identities: Identities,
  isChained: boolean,
): { Credentials: Credentials; AssumedRoleUser: AssumedRoleUser } {
  if (isChained && seconds > chainedSeconds) {
    throw invalid('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.');
  }
  if (role && seconds > role.MaxSessionDuration) {
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  const user = {
    Arn: `arn:${arn.partition}:sts::${arn.account}:assumed-role/${arn.name}/${name}`,
    AssumedRoleId: `${roleId(arn)}:${name}`,
  };
  const identity = { account: arn.account, arn: user.Arn, userId: user.AssumedRoleId, role: arn.arn };
  const { accessKeyId, secretAccessKey, sessionToken } = identities.issue(identity, seconds);
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      // A client compares the expiration with its own clock, not with the emulated date.
      Expiration: new Date(Date.now() + seconds * 1000),
    },
    AssumedRoleUser: user,
  };
}

/** Throws ValidationError for a text that does not have the documented length, or does not match the pattern. */
export function requireText(
  name: string,
  value: string,
  pattern: RegExp,
  [least, most]: readonly [number, number],
): void {
  const problem = `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must`;
  if (value.length < least) throw invalid(`${problem} have length greater than or equal to ${least}`);
  if (value.length > most) throw invalid(`${problem} have length less than or equal to ${most}`);
  if (pattern.test(value)) return;
  throw invalid(`${problem} satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`);
}

/** Returns the fault of AWS STS for an invalid input. */
export function invalid(message: string): Fault {
  return new Fault('ValidationError', message);
}

function requireDuration(seconds: number, range: string): never {
  throw invalid(
    `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: ` +
      `Member must have value ${range}`,
  );
}

/** Returns the unique id of a role, which stays the same in AWS, too, as long as the role exists. */
function roleId({ account, path, name }: RoleArn): string {
  const digest = createHash('sha256').update(`${account}${path}${name}`).digest('hex');
  return `AROA${digest.slice(0, 17).toUpperCase()}`;
}
