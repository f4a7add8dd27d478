import type { Plugin } from 'graphql-yoga';
import type { RequestContext } from '../../context.ts';
import type { LimitSettings } from '../../limits/settings.ts';
import { createSubscriptionCaps } from '../../limits/subscriptions.ts';

/** Refuses a subscription if its principal, or all principals together, have too many open. */
export function useSubscriptionCaps(limits: LimitSettings): Plugin<object, object, RequestContext> {
  const caps = createSubscriptionCaps(limits);
  return {
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      const { subject } = (args.contextValue as RequestContext).principal;
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
