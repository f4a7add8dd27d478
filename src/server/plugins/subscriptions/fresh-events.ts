import {
  createSourceEventStream,
  type ExecutionArgs,
  executeSubscriptionEvent,
  mapSourceToResponseEvent,
  validateSubscriptionArgs,
} from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Principal } from '../../../access/principal.ts';
import type { CreateContext, RequestContext } from '../../../context.ts';
import { takeWhile } from '../../../fleet/progress/take-while.ts';
import type { Budget } from '../../../limits/budget.ts';
import { withUsage } from '../aws-usage.ts';
import { budgetedRequest } from '../../operations/budgeted-request.ts';
import type { OpenSubscriptions } from './open-subscriptions.ts';
import { addParts } from '../request-context.ts';

/** The parts of the server that execute an event, of one version of the settings. */
export interface EventParts {
  readonly createContext: CreateContext;
  readonly budget: Budget;
  /** Returns a principal of an earlier version with the grants of this one. */
  regrant(principal: Principal): Principal;
}

/**
 * Executes each event of a subscription with the current settings and new loaders, because the loaders of an earlier
 * event cache older responses of AWS. Each event is charged like a query. The subscription ends when its token expires
 * or the rights of its principal change.
 */
export function useFreshEvents(
  current: () => EventParts,
  open: OpenSubscriptions,
): Plugin<object, object, RequestContext> {
  const subscribe = async (args: ExecutionArgs) => {
    const validated = validateSubscriptionArgs(args);
    if (!('schema' in validated)) return { errors: validated };
    const events = await createSourceEventStream(validated);
    if (!isAsyncIterable(events)) return events;
    const { principal } = args.contextValue as RequestContext;
    const inTime = takeWhile(events, async (event) => (Date.now() < principal.expiresAt ? event : undefined));
    const results = mapSourceToResponseEvent(validated, inTime, async (event) => {
      const { createContext, budget, regrant } = current();
      // The initial context of Yoga, with new request parts.
      const context = addParts(
        Object.create(event.contextValue as object) as object,
        createContext(regrant(principal)),
      );
      const refused = await budget.admit(args, budgetedRequest(context));
      if (refused) return { errors: [refused] };
      const result = await executeSubscriptionEvent({ ...event, contextValue: context });
      return withUsage({ ...result, extensions: { cost: await budget.settle(context.usage) } }, context.usage);
    });
    return open.guard(principal, results);
  };
  return { onSubscribe: ({ setSubscribeFn }) => setSubscribeFn(subscribe) };
}
