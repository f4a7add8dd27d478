import type { AllowedKey } from '../../access/policy/keys.ts';
import { ForbiddenError, OutcomeUnknownError, SnapgateError } from '../../errors.ts';
import type { RestoreCheck } from '../../errors/restore-checks.ts';
import type { Source } from '../../snapshots/source.ts';
import { placeOfKey } from '../requirements/keys.ts';
import type { ChangeRequest } from '../request.ts';
import type { ChosenKey, PreparedRestore, RestoreChange } from './backend.ts';
import { check, checkKeys, requireMet } from './checks.ts';

/**
 * Checks the keys and the policy of a prepared restore, and restores the cluster unless it is a dry run. Throws a
 * RestoreRefusedError with all checks if one fails, and RATE_LIMITED above the hourly limit of restores.
 */
export async function finishRestore(
  prepared: PreparedRestore,
  { source, what, isDryRun }: { readonly source: Source; readonly what: string; readonly isDryRun: boolean },
  request: ChangeRequest,
): Promise<RestoreChange> {
  const { policy, subject } = request;
  const [usable, { allowed, checks: ofPolicy }] = await Promise.all([
    checkKeys(source, prepared.usedKeys, request.keyNamed),
    checkPolicy(prepared, source, request),
  ]);
  const checks = [...prepared.checks, ...usable, ...ofPolicy];
  requireMet(checks, what);
  const plan = prepared.plan(allowed);
  const { remainingCalls } = prepared;
  const refund = await policy.restores.count(subject, source, isDryRun);
  if (isDryRun) return { cluster: null, plannedCalls: plan.calls, remainingCalls, followUpError: null, checks };
  try {
    const { cluster, followUpError } = await plan.run();
    return { cluster, plannedCalls: plan.calls, remainingCalls, followUpError, checks };
  } catch (error) {
    if (error instanceof SnapgateError && !isUnknown(error)) await refund(1);
    throw error;
  }
}

/** Whether the cluster may be restored in spite of the error. */
function isUnknown(error: SnapgateError): boolean {
  return error instanceof OutcomeUnknownError || error.isAnswerLost || error.isPartlyDone;
}

async function checkPolicy(
  { gains, fields, keys, usedKeys }: PreparedRestore,
  source: Source,
  request: ChangeRequest,
): Promise<{ readonly allowed: readonly AllowedKey[]; readonly checks: readonly RestoreCheck[] }> {
  const { restores } = request.policy;
  const refused = restores
    .problems(gains)
    .map(({ part, message }) => check('POLICY', fields[part] ?? null, () => ['NO', message]));
  const own = usedKeys.filter(({ field }) => field === null).map(({ kmsKeyId }) => kmsKeyId);
  const judged = await Promise.all(keys.map((key) => judge(key, own, source, request)));
  const ofKeys = judged.flatMap(({ error }, index) =>
    error ? [check('POLICY', keys[index]?.field ?? null, () => ['NO', error.message])] : [],
  );
  const checks = await Promise.all([...refused, ...ofKeys]);
  return {
    allowed: judged.flatMap(({ key }) => key ?? []),
    checks:
      checks.length > 0
        ? checks
        : [await check('POLICY', null, () => ['YES', 'The configuration of this gateway allows the restore.'])],
  };
}

interface Judged {
  readonly key?: AllowedKey;
  readonly error?: ForbiddenError;
}

/** Rejects if it could not be determined whether the policy allows the key. */
async function judge(
  { kmsKeyId }: ChosenKey,
  own: readonly string[],
  source: Source,
  request: ChangeRequest,
): Promise<Judged> {
  const place = placeOfKey(source, source.region, request);
  try {
    return { key: await request.policy.restores.requireKey(kmsKeyId, place, own) };
  } catch (error) {
    if (error instanceof ForbiddenError) return { error };
    throw error;
  }
}
