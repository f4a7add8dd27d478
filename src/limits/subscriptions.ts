import type { GraphQLError } from 'graphql';
import { refusal } from './refusal.ts';
import type { LimitSettings } from './settings.ts';

/** The subscriptions that are open, by principal. */
export interface SubscriptionCaps {
  /** Counts one more, and returns how to end it, once or more often; the error where there are too many already. */
  open(subject: string): (() => void) | GraphQLError;
}

/** Limits how many subscriptions each principal, and all together, hold at the same time. */
export function createSubscriptionCaps({ subscriptions, allSubscriptions }: LimitSettings): SubscriptionCaps {
  const held = new Map<string, number>();
  let total = 0;
  const change = (subject: string, by: 1 | -1) => {
    const count = (held.get(subject) ?? 0) + by;
    total += by;
    if (count > 0) held.set(subject, count);
    else held.delete(subject);
  };
  return {
    open: (subject) => {
      const isFull = total >= allSubscriptions;
      if (isFull || (held.get(subject) ?? 0) >= subscriptions) {
        const most = isFull
          ? `${allSubscriptions} subscriptions of all clients`
          : `${subscriptions} subscriptions of yours`;
        return refusal(
          'QUOTA_EXCEEDED',
          `There are ${most} already, as many as are allowed at the same time. End one first.`,
        );
      }
      change(subject, 1);
      return once(() => change(subject, -1));
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
