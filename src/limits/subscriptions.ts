import type { GraphQLError } from 'graphql';
import { createPlaces } from './places.ts';
import { refusal } from './refusal.ts';
import type { LimitSettings } from './settings.ts';

/** Counts the open subscriptions of each principal. */
export interface SubscriptionCaps {
  /** Counts a subscription and returns an idempotent function that ends it, or an error if the limit is reached. */
  open(subject: string): (() => void) | GraphQLError;
  /** Returns the number of open subscriptions. */
  count(): number;
}

/** An estimate: other clients can end their subscriptions at any time. */
const retrySecondsIfFull = 10;

/** Limits the open subscriptions of each principal, and of all principals together, to the current limits. */
export function createSubscriptionCaps(limits: () => LimitSettings): SubscriptionCaps {
  const places = createPlaces(() => ({ own: limits().subscriptions, all: limits().allSubscriptions }));
  return {
    open: (subject) => {
      const { subscriptions, allSubscriptions } = limits();
      const end = places.take(subject);
      if (typeof end === 'function') return end;
      const isFull = end === 'ALL';
      const reason = isFull
        ? `all clients together have reached the limit of open subscriptions (${allSubscriptions}). Retry in ${retrySecondsIfFull} s.`
        : `you have reached the limit of open subscriptions (${subscriptions}). End a subscription first.`;
      // With HTTP status 200, so that clients of event streams report the message instead of reconnecting silently.
      return refusal('RATE_LIMITED', `Cannot start the subscription: ${reason}`, {
        retryAfterSeconds: isFull ? retrySecondsIfFull : null,
      });
    },
    count: places.taken,
  };
}
