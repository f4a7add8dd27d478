import type { Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { type LimitSettings, refusal } from './settings.ts';

/** Lets each principal, and all together, hold only so many subscriptions at the same time. */
export function useSubscriptionCaps({
  subscriptions,
  allSubscriptions,
}: LimitSettings): Plugin<object, object, Context> {
  const held = new Map<string, number>();
  let total = 0;
  const change = (subject: string, by: 1 | -1) => {
    const count = (held.get(subject) ?? 0) + by;
    total += by;
    if (count > 0) held.set(subject, count);
    else held.delete(subject);
  };
  return {
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      const { subject } = (args.contextValue as Context).principal;
      const isFull = total >= allSubscriptions;
      if (isFull || (held.get(subject) ?? 0) >= subscriptions) {
        const most = isFull
          ? `${allSubscriptions} subscriptions of all clients`
          : `${subscriptions} subscriptions of yours`;
        setResultAndStopExecution({
          errors: [
            refusal(
              'QUOTA_EXCEEDED',
              `There are ${most} already, as many as are allowed at the same time. End one first.`,
            ),
          ],
        });
        return undefined;
      }
      change(subject, 1);
      const end = once(() => change(subject, -1));
      return {
        onSubscribeResult: ({ result }: { result: object }) => {
          if (!(Symbol.asyncIterator in result)) end();
          return { onEnd: end };
        },
        onSubscribeError: end,
      };
    },
  };
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
