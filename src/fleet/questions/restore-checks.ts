import { SnapgateError } from '../../errors.ts';
import type { RestoreCheck, RestoreRequirement, Verdict } from '../../errors/restore-checks.ts';
import { after, type MaybePromise, orElse } from '../../snapshots/maybe.ts';

/** Whether a requirement is met, and what was found. */
export type Judgment = readonly [verdict: Verdict, message: string];

/** Creates the check of a requirement that no value of an input causes. */
export function checked(requirement: RestoreRequirement, [verdict, message]: Judgment): RestoreCheck {
  return { requirement, verdict, message, field: null };
}

/** Checks a requirement by what a read returns. If the read fails, the check is UNKNOWN, and its message says why. */
export function checkBy(
  requirement: RestoreRequirement,
  judge: () => MaybePromise<Judgment>,
): MaybePromise<RestoreCheck> {
  return after(orElse(judge, unknownIfFailed), (judgment) => checked(requirement, judgment));
}

/** Judges a read that failed as UNKNOWN. Throws an error that is not for clients. */
export function unknownIfFailed(error: unknown): Judgment {
  if (!(error instanceof SnapgateError)) throw error;
  return ['UNKNOWN', `Could not be checked: ${error.message}`];
}

/** Judges whether a group of a cluster exists. */
export function judgeGroup(what: 'subnet' | 'parameter', name: string, exists: boolean): Judgment {
  if (exists) return ['YES', `The ${what} group ${name} exists.`];
  return ['NO', `The ${what} group ${name} of the cluster does not exist. Create it, or restore with another one.`];
}

/** Returns whether all requirements are met: NO if one is not, and UNKNOWN if one could not be checked. */
export function verdictOf(checks: readonly RestoreCheck[]): Verdict {
  const has = (verdict: Verdict) => checks.some((check) => check.verdict === verdict);
  if (has('NO')) return 'NO';
  return has('UNKNOWN') ? 'UNKNOWN' : 'YES';
}
