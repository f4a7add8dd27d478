import { execute, type ExecutionResult, getOperationAST, GraphQLError, parse, validate } from 'graphql';
import type { Principal } from '../access/principal.ts';
import { InvalidInputError } from '../errors.ts';
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
  const operation = getOperationAST(document, operationName)?.operation;
  if (operation === 'subscription') return { errors: [toApiError(noSubscriptions)], awsCalls: 0 };
  const isChange = operation === 'mutation';
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
  for (const error of result.errors ?? []) log.error(error);
  return {
    ...('data' in result && { data: result.data }),
    ...(result.errors && { errors: result.errors.map(toApiError) }),
    awsCalls: contextValue.usage.calls,
  };
}

const noSubscriptions = new InvalidInputError(
  'The operation is a subscription, which can only be executed by a running gateway. Send it over HTTP.',
);

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
