import { getOperationAST } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import type { RequestContext } from '../../context.ts';

/**
 * Limits what an operation asks of AWS: to the time a request has and, for a query, to the client that waits for it. A
 * query takes answers of a moment ago unless its client asks for fresh ones; a change never does.
 */
export function useRequestScope(requestSeconds: number): Plugin<object, object, RequestContext> {
  return {
    onExecute: ({ args, context }) => {
      const { usage, request } = context as RequestContext & YogaInitialContext;
      const { scope } = usage;
      const deadline = AbortSignal.timeout(Math.ceil(requestSeconds * 1000));
      const operation = getOperationAST(args.document, args.operationName)?.operation;
      const isQuery = operation === 'query';
      scope.isChange = operation === 'mutation';
      scope.signal = isQuery ? AbortSignal.any([deadline, request.signal]) : deadline;
      scope.isFresh = !isQuery || /\bno-(?:cache|store)\b/.test(request.headers.get('cache-control') ?? '');
    },
  };
}
