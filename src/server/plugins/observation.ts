import { type ExecutionArgs, type ExecutionResult, getOperationAST } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { RequestContext } from '../../context.ts';
import type { Cost } from '../../limits/budget.ts';
import { observeResult, observeUsage } from '../observation/result.ts';
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
      if (usage) observeUsage(observed, usage);
    },
    onResultProcess: ({ result, serverContext: { observed } }) => {
      if (Array.isArray(result) || isAsyncIterable(result)) return;
      observeResult(observed, result as ExecutionResult);
      const { extensions = {} } = result as ExecutionResult;
      observed.cost = (extensions['cost'] as Cost | undefined)?.announced;
      observed.aws = extensions['aws'] as ObservedUsage | undefined;
    },
  };
}
