import { type ExecutionArgs, type ExecutionResult, getOperationAST } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { RequestContext } from '../../context.ts';
import type { Cost } from '../../limits/budget.ts';
import type { ObservedUsage } from '../observation/observer.ts';
import type { ServerContext } from '../operations/server-context.ts';

/** Adds the operation of a request, its cost, its AWS calls and its errors to what is observed of the request. */
export function useObservation(
  trusted: ReadonlySet<string> | undefined,
): Plugin<object, ServerContext, RequestContext> {
  const addOperation = ({ args }: { readonly args: ExecutionArgs }) => {
    const { document, operationName } = args;
    const operation = getOperationAST(document, operationName);
    if (!operation) return;
    const { observed } = args.contextValue as ServerContext;
    observed.executor = 'graphql-js';
    observed.operation = {
      kind: operation.operation,
      name: operation.name?.value,
      isTrusted: trusted?.has(document.loc?.source.body ?? '') ?? false,
    };
  };
  return {
    onExecute: addOperation,
    onSubscribe: addOperation,
    onExecutionResult: ({ context }) => {
      const { observed, usage } = context as Partial<RequestContext> & ServerContext;
      // A change that fails is a result of its own type, not an error of GraphQL.
      for (const code of usage?.failures ?? []) observed.codes.add(code);
      observed.isIncomplete = usage?.scope.isIncomplete ?? false;
    },
    onResultProcess: ({ result, serverContext: { observed } }) => {
      if (Array.isArray(result) || isAsyncIterable(result)) return;
      const { data, errors = [], extensions = {} } = result as ExecutionResult;
      observed.hasData = Object.values(data ?? {}).some((value) => value !== null);
      observed.cost = (extensions['cost'] as Cost | undefined)?.announced;
      observed.aws = extensions['aws'] as ObservedUsage | undefined;
      for (const { extensions: { code } = {} } of errors) {
        observed.codes.add(typeof code === 'string' ? code : 'INVALID_INPUT');
      }
    },
  };
}
