import type { ExecutionResult } from 'graphql';
import type { Principal } from '../../../access/principal.ts';
import { refusal } from '../../../limits/refusal.ts';

/** The open subscriptions of all principals. */
export interface OpenSubscriptions {
  /**
   * Forwards the results of a subscription. When the rights of the principal change, which is tested now and by
   * `recheck`, the last result is a FORBIDDEN error, and the source is closed.
   */
  guard(principal: Principal, results: AsyncIterable<ExecutionResult>): AsyncIterable<ExecutionResult>;
  /** Ends the subscriptions of principals whose rights have changed. */
  recheck(): void;
}

interface Open {
  readonly principal: Principal;
  end(): void;
}

/** Creates the open subscriptions; `regrant` returns a principal with the current grants. */
export function createOpenSubscriptions(regrant: (principal: Principal) => Principal): OpenSubscriptions {
  const all = new Set<Open>();
  const endIfChanged = ({ principal, end }: Open) => {
    const current = regrant(principal);
    if (current !== principal && current.scope() !== principal.scope()) end();
  };
  return {
    guard: (principal, results) => {
      const ended = Promise.withResolvers<'ended'>();
      const open: Open = { principal, end: () => ended.resolve('ended') };
      all.add(open);
      endIfChanged(open);
      return until(ended.promise, results, () => all.delete(open));
    },
    recheck: () => all.forEach(endIfChanged),
  };
}

/** This is not a generator, because a generator cannot be closed while it waits for the next result. */
function until(
  ended: Promise<'ended'>,
  results: AsyncIterable<ExecutionResult>,
  onEnd: () => void,
): AsyncIterable<ExecutionResult> {
  const done = { done: true, value: undefined } as const;
  return {
    [Symbol.asyncIterator]: () => {
      const source = results[Symbol.asyncIterator]();
      let hasEnded = false;
      const leave = async () => {
        hasEnded = true;
        onEnd();
        return (await source.return?.()) ?? done;
      };
      return {
        next: async () => {
          if (hasEnded) return done;
          // The end comes first, so that no event follows that was read with the former rights.
          const result = await Promise.race([ended, source.next()]).catch((error: unknown) => {
            onEnd();
            throw error;
          });
          if (result === 'ended') {
            void leave().catch(() => {});
            return { done: false, value: { errors: [changed] } };
          }
          if (result.done) onEnd();
          return result;
        },
        return: leave,
      };
    },
  };
}

const changed = refusal(
  'FORBIDDEN',
  'The subscription ended because your permissions have changed. Query `viewer` for your permissions, and subscribe again.',
);
