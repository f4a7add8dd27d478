import {
  createSourceEventStream,
  type ExecutionArgs,
  executeSubscriptionEvent,
  mapSourceToResponseEvent,
  validateSubscriptionArgs,
} from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { CreateContext, RequestContext } from '../../context.ts';
import { takeWhile } from '../../fleet/progress/take-while.ts';
import type { Budget } from '../../limits/budget.ts';
import { withUsage } from './aws-usage.ts';
import { budgetedRequest } from './budget.ts';
import { addParts } from './request-context.ts';

/**
 * Answers each event of a subscription with loaders of its own, as those of an earlier event hold what AWS said then.
 * Each is priced as a query is. It ends when the token that it was opened with has expired.
 */
export function useFreshEvents(createContext: CreateContext, budget: Budget): Plugin<object, object, RequestContext> {
  const subscribe = async (args: ExecutionArgs) => {
    const validated = validateSubscriptionArgs(args);
    if (!('schema' in validated)) return { errors: validated };
    const events = await createSourceEventStream(validated);
    if (!isAsyncIterable(events)) return events;
    const { principal } = args.contextValue as RequestContext;
    const inTime = takeWhile(events, async (event) => (Date.now() < principal.expiresAt ? event : undefined));
    return mapSourceToResponseEvent(validated, inTime, async (event) => {
      // The initial context of Yoga, with parts of its own.
      const context = addParts(Object.create(event.contextValue as object) as object, createContext(principal));
      const refused = await budget.admit(args, budgetedRequest(context));
      if (refused) return { errors: [refused] };
      const result = await executeSubscriptionEvent({ ...event, contextValue: context });
      return withUsage({ ...result, extensions: { cost: await budget.settle(context.usage) } }, context.usage);
    });
  };
  return { onSubscribe: ({ setSubscribeFn }) => setSubscribeFn(subscribe) };
}
