import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Usage } from '../../aws/usage.ts';
import type { RequestContext } from '../../context.ts';

/** Reports the AWS calls of each response in `extensions.aws`. */
export function useAwsUsage(): Plugin<object, object, RequestContext> {
  return {
    onExecutionResult: ({ result, setResult, context }) => {
      if (result === undefined || Symbol.asyncIterator in result) return;
      setResult(withUsage(result, (context as Partial<RequestContext>).usage));
    },
  };
}

/** Returns a result with its AWS calls in `extensions.aws`. */
export function withUsage<Result extends Pick<ExecutionResult, 'extensions'>>(
  result: Result,
  usage?: Pick<Usage, 'calls' | 'coalesced' | 'cached'>,
): Result {
  const { calls = 0, coalesced = 0, cached = 0 } = usage ?? {};
  return { ...result, extensions: { ...result.extensions, aws: { calls, coalesced, cached } } };
}
