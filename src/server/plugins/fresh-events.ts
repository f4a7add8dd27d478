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
 * Executes each event of a subscription with new loaders, because the loaders of an earlier event cache older responses
 * of AWS. Each event is charged like a query. The subscription ends when its token expires.
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
      // The initial context of Yoga, with new request parts.
      const context = addParts(Object.create(event.contextValue as object) as object, createContext(principal));
      const refused = await budget.admit(args, budgetedRequest(context));
      if (refused) return { errors: [refused] };
      const result = await executeSubscriptionEvent({ ...event, contextValue: context });
      return withUsage({ ...result, extensions: { cost: await budget.settle(context.usage) } }, context.usage);
    });
  };
  return { onSubscribe: ({ setSubscribeFn }) => setSubscribeFn(subscribe) };
}
