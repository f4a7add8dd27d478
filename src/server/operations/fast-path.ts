import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError, locatedError } from 'graphql';
import type { Principal } from '../../access/principal.ts';
import { createBasis } from '../../aws/calls/basis.ts';
import { createUsage } from '../../aws/usage.ts';
import type { Flights, SharedResponse } from '../../execution/ready/flights.ts';
import { readyKeyOf } from '../../execution/ready/ready-key.ts';
import type { MadeResponse, ReadyResponse, ReadyResponses } from '../../execution/ready/ready-responses.ts';
import type { CreateContext } from '../../context.ts';
import type { Budget } from '../../limits/budget.ts';
import { budgetedRequest } from './budgeted-request.ts';
import type { ServerLog } from '../observation/log.ts';
import type { ServerContext } from './server-context.ts';
import { createExecutables, type Executable, type ExecutablesParts } from './executable.ts';
import type { MediaTypes } from './media-types.ts';
import { type Answer, type KeptStarts, writeAnswer } from './answer.ts';
import { QueryScope } from './scope.ts';

/**
 * Executes the operation in the body of a request and writes the response, without GraphQL Yoga. Returns false, without
 * having done anything, if GraphQL Yoga must answer the request.
 */
export type FastPath = (
  body: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
  context: ServerContext,
) => Promise<boolean>;

export interface FastPathParts extends ExecutablesParts {
  readonly mediaTypes: MediaTypes;
  readonly createContext: CreateContext;
  readonly budget: Budget;
  readonly ready: ReadyResponses;
  readonly flights: Flights;
  readonly log: ServerLog;
  /** The time limit for all AWS calls of one request. */
  readonly requestSeconds: number;
}

/**
 * Creates the fast path for queries whose document is known to be valid and was compiled. It applies the same limits and
 * observations as the plugins of GraphQL Yoga: see the table in test/server/protections.slow.test.ts.
 */
export function createFastPath(parts: FastPathParts): FastPath {
  const { createContext, budget, log, requestSeconds, ready, flights } = parts;
  const prices = new WeakMap<ReadyResponse, number>();
  const executables = createExecutables(parts);

  const answerOf = async (executable: Executable, principal: Principal, scope: QueryScope) => {
    const { question, args, document, variableValues, compiled } = executable;
    const { keepability } = document;
    const key = keepability && question !== undefined ? readyKeyOf(question, principal, keepability) : undefined;
    const isReusing = key !== undefined && !scope.isFresh;
    const kept = isReusing ? ready.get(key) : undefined;
    const shared = isReusing && kept === undefined ? await joinFlight(parts, key) : undefined;
    const hit = kept ?? shared?.response;
    const isRepeated = key !== undefined && hit === undefined && ready.isRepeated(key);
    if (isRepeated) scope.basis = createBasis();
    const context = createContext(principal, scope);
    const { usage } = context;
    const request = budgetedRequest(context);
    const price = hit && (prices.get(hit) ?? budget.priceOf(args, request.fleet));
    const refused = await budget.admit(args, request, price);
    if (refused) return { answer: { errors: [refused], usage, cost: undefined, data: undefined }, isReady: false };
    if (hit && key !== undefined) {
      prices.set(hit, price ?? 0);
      const { coalesced, cached } = shared ?? { coalesced: 0, cached: hit.cachedReads };
      const used = { ...usage, calls: 0, coalesced, cached };
      const answer: Answer = {
        data: hit.data,
        errors: [],
        usage: used,
        cost: await budget.settle(usage),
        kept: keptStarts(ready, key, hit),
      };
      return { answer, isReady: true };
    }
    const land = isRepeated && isReusing ? flights.begin(key) : undefined;
    let made: MadeResponse | undefined;
    try {
      const executed = await compiled.execute({ contextValue: context, variableValues });
      made = { ...executed, usage, keepability: keepability ?? new Set() };
      if (isRepeated) ready.set(key, made);
    } finally {
      land?.(made);
    }
    return { answer: { ...made, cost: await budget.settle(usage) }, isReady: false };
  };

  return async (body, request, response, { principal, observed }) => {
    const mediaType = parts.mediaTypes.find(request.headers.accept);
    const executable = mediaType === undefined ? undefined : executables.find(body, principal.mayIntrospect);
    if (executable === undefined || mediaType === undefined) return false;
    observed.operation = executable.document.operation;
    const scope = new QueryScope(principal.subject, observed, response, requestSeconds);
    const { answer, isReady } = await answerOf(executable, principal, scope).catch(failed);
    if (isReady) executables.remember(body, principal.mayIntrospect, executable);
    observed.executor = isReady ? 'ready' : 'compiled';
    if (!response.destroyed) await writeAnswer(request, response, answer, { observed, mediaType, log });
    return true;
  };
}

/** The answer to a request that failed for a reason that clients do not learn. */
function failed(error: unknown): { answer: Answer; isReady: boolean } {
  const errors = [error instanceof GraphQLError ? error : locatedError(error, undefined)];
  return { answer: { errors, usage: createUsage(), cost: undefined, data: undefined }, isReady: false };
}

/** Waits for the response to an identical request that is being made; undefined if there is none that can be shared. */
async function joinFlight({ ready, flights }: FastPathParts, key: string): Promise<SharedResponse | undefined> {
  const shared = await flights.join(key);
  // If it is also kept, its compressed forms are.
  return shared && { ...shared, response: ready.get(key) ?? shared.response };
}

function keptStarts(ready: ReadyResponses, key: string, hit: ReadyResponse): KeptStarts {
  return {
    get: (encoding) => hit.compressed.get(encoding),
    set: (encoding, start) => ready.setCompressed(key, hit, encoding, start),
  };
}
