import PQueue from 'p-queue';
import type { SnapgateError } from '../../errors.ts';
import { asItemError, type Plan } from './plan.ts';

/** One of several independent parts of a change. */
export interface Part {
  /** What the part is for, such as an account, for an error message. */
  readonly name: string;
  readonly plan: Plan<unknown>;
}

/** With more calls at a time, AWS throttles; with fewer, 20 slow calls exceed the time limit of a request. */
const concurrency = 5;

/**
 * Runs all parts, a few at a time, even if some of them fail; then returns the result of `finish`. If parts fail,
 * throws the error of the first, or OUTCOME_UNKNOWN if one has it, with a message that lists the failed and the
 * completed parts. A part that AWS refuses because of the state of the resource, which another part may have changed at
 * the same time, is run again after the others.
 */
export function fewAtATime<Result>(parts: readonly Part[], finish: () => Promise<Result>): Plan<Result> {
  return {
    calls: parts.flatMap(({ plan }) => plan.calls),
    run: async () => {
      const queue = new PQueue({ concurrency });
      const errors = await queue.addAll(parts.map((part) => () => run(part)));
      await retryRefused(parts, errors);
      throwFailures(parts, errors);
      return finish();
    },
  };
}

async function run({ plan }: Part): Promise<SnapgateError | null> {
  return plan.run().then(() => null, asItemError);
}

/** Replaces the errors of parts that succeed alone; stops at the first part that AWS refuses again. */
async function retryRefused(parts: readonly Part[], errors: (SnapgateError | null)[]): Promise<void> {
  if (parts.length === 1) return;
  for (const [index, part] of parts.entries()) {
    if (errors[index]?.code !== 'INVALID_STATE') continue;
    // oxlint-disable-next-line no-await-in-loop -- one after the other, because AWS refused them together
    errors[index] = await run(part);
    if (errors[index]?.code === 'INVALID_STATE') return;
  }
}

function throwFailures(parts: readonly Part[], errors: readonly (SnapgateError | null)[]): void {
  const failures = errors.filter((error) => error !== null);
  const worst = failures.find(({ code }) => code === 'OUTCOME_UNKNOWN') ?? failures[0];
  if (worst === undefined) return;
  if (parts.length > 1) {
    const failed = parts.flatMap(({ name }, index) => (errors[index] ? `${name} (${errors[index].code})` : []));
    const done = parts.filter((_, index) => errors[index] === null).map(({ name }) => name);
    worst.isPartlyDone ||= done.length > 0;
    worst.message += ` Failed for: ${failed.join(', ')}. Completed for: ${done.join(', ') || 'none'}.`;
  }
  throw worst;
}
