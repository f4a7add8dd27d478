import { SnapgateError } from '../../errors.ts';
import type { Call, PlannedCall } from './call.ts';
import { once, type Reading } from './once.ts';

/** The AWS calls of a change whose requirements hold: they can be shown, and made. */
export interface Plan<Result> {
  /** In the order in which they are made. */
  readonly calls: readonly PlannedCall[];
  run(): Promise<Result>;
}

/** A plan of one call, which is made once and read back when its answer is lost. */
export function planOne<Output, Result>(call: Call<Output>, reading: Reading<Output, Result>): Plan<Result> {
  return { calls: [call.planned], run: () => once(call, reading) };
}

/** One plan after the other; its result is that of the last. A failure says what was done before it. */
export function inOrder<Result>(first: readonly Plan<unknown>[], last: Plan<Result>): Plan<Result> {
  return {
    calls: [...first.flatMap(({ calls }) => calls), ...last.calls],
    run: async () => {
      const done: PlannedCall[] = [];
      const next = async <Each>(plan: Plan<Each>) => {
        const result = await plan.run().catch((error: unknown) => {
          throw reportDone(error, done);
        });
        done.push(...plan.calls);
        return result;
      };
      for (const plan of first) await next(plan);
      return next(last);
    },
  };
}

/** One plan, then the one that is made of its result; until that is there, of what is expected of it. */
export function andThen<First, Last>(
  first: Plan<First>,
  next: (result: First) => Plan<Last>,
  expected: First,
): Plan<Last> {
  let second = next(expected);
  return {
    get calls() {
      return [...first.calls, ...second.calls];
    },
    run: async () => {
      second = next(await first.run());
      return second.run().catch((error: unknown) => {
        throw reportDone(error, first.calls);
      });
    },
  };
}

/** Plans that do not wait for each other; one that fails is its error, in its place. */
export function together<Result>(plans: readonly Plan<Result>[]): Plan<readonly (Result | SnapgateError)[]> {
  return {
    calls: plans.flatMap(({ calls }) => calls),
    run: () => Promise.all(plans.map((plan) => plan.run().catch(asItemError))),
  };
}

/** The error of one item of a batch; any that is not written for clients fails the batch. */
export function asItemError(error: unknown): SnapgateError {
  if (error instanceof SnapgateError) return error;
  throw error;
}

function reportDone(error: unknown, done: readonly PlannedCall[]): unknown {
  if (!(error instanceof SnapgateError) || done.length === 0) return error;
  const calls = done.map(({ action, parameters }) => `${action} ${parameters}`).join(', ');
  error.message += ` Done before that: ${calls}.`;
  return error;
}
