import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DocumentNode, type ExecutionArgs, getOperationAST } from 'graphql';
import type { CompiledOperation } from '../../execution/compile.ts';
import type { VariableValues } from '../../execution/run.ts';
import type { CompiledOperations } from '../../execution/compiled-operations.ts';
import type { CreateContext, RequestContext } from '../../context.ts';
import type { Budget } from '../../limits/budget.ts';
import type { Documents } from '../../limits/documents.ts';
import type { TrustedDocuments } from '../../limits/trusted-documents.ts';
import { variablesOf } from '../../limits/variables.ts';
import { schema } from '../../schema.ts';
import { budgetedRequest } from '../plugins/budget.ts';
import type { ServerLog } from '../observation/log.ts';
import type { ServerContext } from './server-context.ts';
import type { MediaTypes } from './media-types.ts';
import { type Posted, readPosted } from './posted.ts';
import { type Answer, writeAnswer } from './answer.ts';
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

export interface FastPathParts {
  readonly parsed: Documents;
  readonly trusted: TrustedDocuments | undefined;
  readonly operations: CompiledOperations;
  readonly mediaTypes: MediaTypes;
  readonly createContext: CreateContext;
  readonly budget: Budget;
  readonly log: ServerLog;
  /** The time limit for all AWS calls of one request. */
  readonly requestSeconds: number;
}

/** An operation that can be executed, with the media type of its response. */
interface Executable {
  readonly args: ExecutionArgs;
  readonly variableValues: VariableValues;
  readonly compiled: CompiledOperation;
  readonly mediaType: string;
}

/**
 * Creates the fast path for queries whose document is known to be valid and was compiled. It applies the same limits and
 * observations as the plugins of GraphQL Yoga: see the table in test/server/protections.test.ts.
 */
export function createFastPath(parts: FastPathParts): FastPath {
  const { createContext, budget, log, requestSeconds } = parts;
  return async (body, request, response, { principal, observed }) => {
    const executable = findExecutable(parts, body, request, principal.mayIntrospect);
    if (executable === undefined) return false;
    const { args, mediaType } = executable;
    const scope = new QueryScope(principal.subject, observed, response, requestSeconds);
    const context = createContext(principal, scope);
    const { usage } = context;
    const operation = getOperationAST(args.document, args.operationName);
    observed.operation = {
      kind: 'query',
      name: operation?.name?.value,
      isTrusted: parts.trusted?.texts.has(args.document.loc?.source.body ?? '') ?? false,
    };
    observed.executor = 'compiled';
    const refused = await budget.admit(args, budgetedRequest(context));
    const answer: Answer = refused
      ? { errors: [refused], usage, cost: undefined, data: undefined }
      : await execute(executable, context, budget);
    if (!response.destroyed) await writeAnswer(request, response, answer, { observed, mediaType, log });
    return true;
  };
}

async function execute(
  { compiled, args, variableValues }: Executable,
  context: RequestContext,
  budget: Budget,
): Promise<Answer> {
  const { data, errors } = await compiled.execute({
    contextValue: context,
    variableValues,
    hideSuggestions: args.hideSuggestions ?? false,
  });
  return { data, errors, usage: context.usage, cost: await budget.settle(context.usage) };
}

function findExecutable(
  { parsed, trusted, operations, mediaTypes }: FastPathParts,
  body: Buffer,
  { headers }: IncomingMessage,
  mayIntrospect: boolean,
): Executable | undefined {
  const mediaType = mediaTypes.find(headers.accept);
  const posted = mediaType === undefined ? undefined : readPosted(body, trusted);
  const document = posted && parsed.find(posted.text, mayIntrospect);
  if (mediaType === undefined || posted === undefined || document === undefined) return undefined;
  const args = argsOf(posted, document, mayIntrospect);
  const { variableValues } = variablesOf(args);
  const compiled = variableValues && operations.find(document, posted.operationName, variableValues);
  return compiled && { args, variableValues, compiled, mediaType };
}

function argsOf({ operationName, variables }: Posted, document: DocumentNode, mayIntrospect: boolean): ExecutionArgs {
  return { schema, document, operationName, variableValues: variables, hideSuggestions: !mayIntrospect };
}
