import { useContentEncoding } from '@whatwg-node/server';
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  executeSubscriptionEvent,
  getOperationAST,
  mapSourceToResponseEvent,
  validateSubscriptionArgs,
} from 'graphql';
import { isAsyncIterable, type Plugin, type YogaInitialContext } from 'graphql-yoga';
import type { Usage } from './aws/usage.ts';
import type { Context, CreateContext } from './context.ts';
import type { Budget } from './limits/budget.ts';

/** Tells in `extensions.aws` what every answer cost in AWS calls. */
export function useAwsUsage(): Plugin<object, object, Context> {
  return {
    onExecutionResult: ({ result, setResult, context }) => {
      if (result === undefined || Symbol.asyncIterator in result) return;
      setResult(withUsage(result, (context as Partial<Context>).usage));
    },
  };
}

/**
 * Binds what an operation asks of AWS: to the time a request has and, for a query, to the client that waits for it. A
 * query takes answers of a moment ago unless its client asks for fresh ones; a change never does.
 */
export function useTerms(requestSeconds: number): Plugin<object, object, Context> {
  return {
    onExecute: ({ args, context }) => {
      const { usage, request } = context as Context & YogaInitialContext;
      const { terms } = usage;
      const deadline = AbortSignal.timeout(Math.ceil(requestSeconds * 1000));
      const operation = getOperationAST(args.document, args.operationName)?.operation;
      const isQuery = operation === 'query';
      terms.isChange = operation === 'mutation';
      terms.signal = isQuery ? AbortSignal.any([deadline, request.signal]) : deadline;
      terms.isFresh = !isQuery || /\bno-(?:cache|store)\b/.test(request.headers.get('cache-control') ?? '');
    },
  };
}

/**
 * Answers each event of a subscription with loaders of its own, as those of an earlier event hold what AWS said then.
 * Each is priced as a query is. It ends when the token that it was opened with has expired.
 */
export function useFreshEvents(createContext: CreateContext, budget: Budget): Plugin<object, object, Context> {
  const subscribe = async (args: ExecutionArgs) => {
    const validated = validateSubscriptionArgs(args);
    if (!('schema' in validated)) return { errors: validated };
    const events = await createSourceEventStream(validated);
    if (!isAsyncIterable(events)) return events;
    const { principal } = args.contextValue as Context;
    return mapSourceToResponseEvent(validated, until(events, principal.expiresAt), async (event) => {
      const context: Context = Object.assign({}, event.contextValue, createContext(principal));
      const refused = await budget.admit(args, context);
      if (refused) return { errors: [refused] };
      const result = await executeSubscriptionEvent({ ...event, contextValue: context });
      return withUsage({ ...result, extensions: { cost: await budget.settle(context) } }, context.usage);
    });
  };
  return { onSubscribe: ({ setSubscribeFn }) => setSubscribeFn(subscribe) };
}

/** Ends with the first event that comes too late. A generator could not be left while it waits for the next one. */
function until<Event>(events: AsyncIterable<Event>, end: number): AsyncIterable<Event> {
  return {
    [Symbol.asyncIterator]: () => {
      const source = events[Symbol.asyncIterator]();
      const leave = async () => (await source.return?.()) ?? { done: true, value: undefined };
      return {
        next: async () => {
          const result = await source.next();
          return result.done || Date.now() < end ? result : leave();
        },
        return: leave,
      };
    },
  };
}

/** Keeps answers out of caches: they tell what AWS says now, and one of them may hold a password. */
export function useNoStore(): Plugin<object, object, Context> {
  return {
    onResponse: ({ request, response }) => {
      // The page of GraphiQL is the same for all, unless it was given somebody's token.
      const isPage = response.headers.get('content-type')?.startsWith('text/html');
      if (isPage && !request.headers.has('authorization')) return;
      response.headers.set('cache-control', 'no-store');
    },
  };
}

const worthwhile = 1024;

/**
 * Compresses answers for those who can read it, except short ones, which take longer so than they save, and streams,
 * whose events would wait in the compressor.
 */
export function useCompression(): Plugin<object, object, Context> {
  const { onResponse } = useContentEncoding();
  return {
    onResponse: (payload) => {
      const { headers } = payload.response;
      const isShort = Number(headers.get('content-length') ?? Infinity) < worthwhile;
      if (isShort || headers.get('content-type') === 'text/event-stream') return;
      return onResponse?.(payload);
    },
  };
}

function withUsage<Result extends Pick<ExecutionResult, 'extensions'>>(result: Result, usage?: Usage): Result {
  const { calls = 0, coalesced = 0, cached = 0 } = usage ?? {};
  return { ...result, extensions: { ...result.extensions, aws: { calls, coalesced, cached } } };
}
