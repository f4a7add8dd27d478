import { setTimeout as pause } from 'node:timers/promises';
import PQueue from 'p-queue';
import { createMask } from '../masking.ts';
import { describeFailure } from './failure.ts';
import { type Check, type Finding, type Outcome, problem } from './finding.ts';

/** The checks that are made at the same time. */
const concurrency = 32;

export interface ExamineOptions {
  /** The time limit of each check, in seconds. A check that takes longer is a problem. */
  readonly seconds: number;
  /** Texts that must not appear in a finding, such as passwords. */
  readonly secrets: readonly string[];
  /** Called after each check. */
  readonly onDone: () => void;
}

/** Makes all checks in parallel. Returns the findings in the order of the checks; a failed check is a problem. */
export async function examine(checks: readonly Check[], options: ExamineOptions): Promise<readonly Finding[]> {
  const queue = new PQueue({ concurrency });
  const results = await queue.addAll(
    checks.map((check) => async () => {
      const outcomes = [await bounded(check, options.seconds)].flat();
      options.onDone();
      return outcomes.map(({ status, message, target = check.target }) => ({
        name: check.name,
        target,
        status,
        message,
      }));
    }),
  );
  // A server can repeat in an error what it received.
  const hide = createMask(options.secrets);
  return results
    .flat()
    .map((finding) => ({ ...finding, target: hide(finding.target), message: hide(finding.message) }));
}

async function bounded(check: Check, seconds: number): Promise<Outcome | readonly Outcome[]> {
  const timer = new AbortController();
  const tooLate = pause(seconds * 1000, problem(`The check did not end within ${seconds} seconds.`), {
    signal: timer.signal,
  });
  tooLate.catch(() => {});
  try {
    return await Promise.race([check.run(), tooLate]);
  } catch (error) {
    return problem(describeFailure(error));
  } finally {
    timer.abort();
  }
}
