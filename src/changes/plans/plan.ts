import { SnapgateError } from '../../errors.ts';
import type { Call, PlannedCall } from './call.ts';
import { once, type Reading } from './once.ts';

/** The AWS calls of a change whose requirements are met: they can be shown, and made. */
export interface Plan<Result> {
  /** In the order in which `run` makes the calls. */
  readonly calls: readonly PlannedCall[];
  run(): Promise<Result>;
}

/** A plan of one call. The call is sent once; if its response is lost, the result is read back. */
export function planOne<Output, Result>(call: Call<Output>, reading: Reading<Output, Result>): Plan<Result> {
  return { calls: [call.planned], run: () => once(call, reading) };
}

/** Runs plans in sequence and returns the result of the last. An error message lists the calls completed before it. */
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

/** Runs a plan, then a second plan that depends on its result. Until then, `calls` uses the `expected` result. */
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

/** Runs plans concurrently; the result of a plan that fails is its error. */
export function together<Result>(plans: readonly Plan<Result>[]): Plan<readonly (Result | SnapgateError)[]> {
  return {
    calls: plans.flatMap(({ calls }) => calls),
    run: () => Promise.all(plans.map((plan) => plan.run().catch(asItemError))),
  };
}

/** Returns the error of one item of a batch; throws any other error than a SnapgateError, which fails the batch. */
export function asItemError(error: unknown): SnapgateError {
  if (error instanceof SnapgateError) return error;
  throw error;
}

function reportDone(error: unknown, done: readonly PlannedCall[]): unknown {
  if (!(error instanceof SnapgateError) || done.length === 0) return error;
  const calls = done.map(({ action, parameters }) => `${action} ${parameters}`).join(', ');
  error.isPartlyDone = true;
  error.message += ` Completed before the failure: ${calls}.`;
  return error;
}
