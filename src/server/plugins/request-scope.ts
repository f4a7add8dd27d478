import { getOperationAST } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import type { RequestContext } from '../../context.ts';
import { isFreshWanted, timeForFullReads } from '../operations/scope.ts';

/**
 * Ends the AWS calls of an operation at the time limit of a request and, for a query, when its client disconnects. A
 * query uses cached responses unless its client sends Cache-Control: no-cache or no-store; a mutation never does.
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
      const now = performance.now();
      scope.waitsUntil = now + requestSeconds * timeForFullReads * 1000;
      scope.signal = isQuery ? AbortSignal.any([deadline, request.signal]) : deadline;
      scope.since = isQuery ? now : undefined;
      scope.isFresh = !isQuery || isFreshWanted(request.headers.get('cache-control') ?? undefined);
    },
  };
}
