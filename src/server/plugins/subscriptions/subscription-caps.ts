import type { Plugin } from 'graphql-yoga';
import type { RequestContext } from '../../../context.ts';
import { refusal } from '../../../limits/refusal.ts';
import type { SubscriptionCaps } from '../../../limits/subscriptions.ts';
import { smallBody } from '../../operations/body.ts';
import type { ServerContext } from '../../operations/server-context.ts';

/** A subscription would hold a place for large bodies as long as it is open. */
const largeBody = refusal(
  'INVALID_INPUT',
  `The body of a subscription can have at most ${smallBody} bytes. Send a smaller document or fewer variables.`,
);

/** Refuses a subscription with a large body, or if its principal, or all principals together, have too many open. */
export function useSubscriptionCaps(caps: SubscriptionCaps): Plugin<object, object, RequestContext> {
  return {
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      const { principal, hasLargeBody } = args.contextValue as RequestContext & Partial<ServerContext>;
      if (hasLargeBody) {
        setResultAndStopExecution({ errors: [largeBody] });
        return undefined;
      }
      const { subject } = principal;
      const end = caps.open(subject);
      if (typeof end !== 'function') {
        setResultAndStopExecution({ errors: [end] });
        return undefined;
      }
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
