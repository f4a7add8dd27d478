import {
  createSourceEventStream,
  execute,
  executeSubscriptionEvent,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  parse,
  validate,
  validateSubscriptionArgs,
} from 'graphql';
import type { Principal } from '../access/principal.ts';
import type { RequestContext } from '../context.ts';
import { schema } from '../schema.ts';
import { budgetedRequest } from '../server/operations/budgeted-request.ts';
import { toClientError } from '../server/operations/client-errors.ts';
import type { Permission } from '../snapshots/permission.ts';
import type { ErrorLog } from '../telemetry/log.ts';
import { openContexts, type SessionOptions, type SessionParts } from './session-parts.ts';

/** One operation for a session. */
export interface SessionRequest {
  /** The text of the document. */
  readonly document: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  /** The operation to execute, if the document has several. */
  readonly operationName?: string | undefined;
  /** Ends the AWS calls of the operation when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** The response to an operation, as a client of the gateway would receive it, and the AWS calls that it made. */
export interface SessionResponse extends Pick<ExecutionResult, 'data' | 'errors'> {
  readonly awsCalls: number;
}

/** Executes operations in this process, without a server. */
export interface Session {
  /** The permissions that the principal has in at least one source. */
  readonly permissions: readonly Permission[];
  /**
   * Executes a query or a mutation. The errors are those of the API, also for an invalid document; the promise is not
   * rejected. An operation has no time limit, but each AWS call has its own. With `limits`, an operation that exceeds them
   * is refused with ALLOWANCE_EXCEEDED.
   */
  run(request: SessionRequest): Promise<SessionResponse>;
  /**
   * Follows a subscription: yields each event as it would be sent to a client, until the stream ends. Errors are events,
   * too, as in `run`, and `limits` do not apply.
   */
  follow(request: SessionRequest): AsyncIterable<SessionResponse>;
  /** Logs an unexpected error of the program that uses the session. */
  logError(error: Error): void;
  /** Ends what the session does in the background. */
  close(): void;
}

/**
 * Opens a session for a principal, with the policies, the audit log, the prices and the Redis server of the
 * configuration. Throws a ConfigurationError if the gateway's own credentials do not belong to the account without a
 * role, or if the audit log cannot be written.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { log, close, ...parts } = await openContexts(options);
  return {
    permissions: options.principal.permissions(),
    run: (request) => run(request, options.principal, parts, log),
    follow: (request) => follow(request, options.principal, parts, log),
    logError: (error) => log.error(error),
    close,
  };
}

async function run(
  { document: text, variables, operationName, signal }: SessionRequest,
  principal: Principal,
  { createContext, budget }: Pick<SessionParts, 'createContext' | 'budget'>,
  log: ErrorLog,
): Promise<SessionResponse> {
  const read = readDocument(text);
  if ('errors' in read) return { errors: read.errors.map(toApiError), awsCalls: 0 };
  const { document } = read;
  const isChange = getOperationAST(document, operationName)?.operation === 'mutation';
  const contextValue = createContext(principal, {
    signal,
    isFresh: isChange,
    isChange,
    since: isChange ? undefined : performance.now(),
  });
  const args = { schema, document, contextValue, variableValues: variables, operationName };
  const refused = await budget?.admit(args, budgetedRequest(contextValue));
  if (refused) return { errors: [withoutHttp(refused)], awsCalls: 0 };
  const result = await execute(args);
  await budget?.settle(contextValue.usage);
  return respond(result, contextValue, log);
}

/** Each event has new loaders, because those of an earlier event cache older responses of AWS. */
async function* follow(
  { document: text, variables, operationName }: SessionRequest,
  principal: Principal,
  { createContext }: Pick<SessionParts, 'createContext'>,
  log: ErrorLog,
): AsyncGenerator<SessionResponse, void> {
  const contextValue = createContext(principal);
  const read = readDocument(text);
  if ('errors' in read) return yield respond(read, contextValue, log);
  const { document } = read;
  const args = validateSubscriptionArgs({ schema, document, contextValue, variableValues: variables, operationName });
  if (!('schema' in args)) return yield respond({ errors: args }, contextValue, log);
  const events = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in events)) return yield respond(events, contextValue, log);
  for await (const rootValue of events) {
    const ofEvent = createContext(principal);
    yield respond(await executeSubscriptionEvent({ ...args, rootValue, contextValue: ofEvent }), ofEvent, log);
  }
}

function respond(
  { data, errors }: ExecutionResult,
  { usage }: Pick<RequestContext, 'usage'>,
  log: ErrorLog,
): SessionResponse {
  for (const error of errors ?? []) log.error(error);
  return {
    ...(data !== undefined && { data }),
    ...(errors && { errors: errors.map(toApiError) }),
    awsCalls: usage.calls,
  };
}

function readDocument(text: string) {
  try {
    const document = parse(text);
    const errors = validate(schema, document);
    return errors.length > 0 ? { errors } : { document };
  } catch (error) {
    return { errors: [error as GraphQLError] };
  }
}

function toApiError(error: Error): GraphQLError {
  const converted = toClientError(error);
  return converted instanceof GraphQLError ? converted : new GraphQLError(converted.message);
}

function withoutHttp({ message, extensions: { http: _http, ...extensions } }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { extensions });
}
