import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Usage } from '../../aws/usage.ts';
import type { RequestContext } from '../../context.ts';
import { locate } from '../../limits/locations.ts';

/** Reports the AWS calls of each response in `extensions.aws`. */
export function useAwsUsage(): Plugin<object, object, RequestContext> {
  return {
    onExecutionResult: ({ result, setResult, context }) => {
      if (result === undefined || Symbol.asyncIterator in result) return;
      setResult(withUsage(result, (context as Partial<RequestContext>).usage));
    },
  };
}

/** GraphQL Yoga calls this with a result whose errors it has created again from their nodes. */
function stringify(result: ExecutionResult): string {
  for (const error of result.errors ?? []) locate(error);
  return JSON.stringify(result);
}

/** Returns a result with its AWS calls in `extensions.aws`, and with the locations of its errors in its text. */
export function withUsage<Result extends Pick<ExecutionResult, 'extensions'>>(
  result: Result,
  usage?: Pick<Usage, 'calls' | 'coalesced' | 'cached'>,
): Result {
  const { calls = 0, coalesced = 0, cached = 0 } = usage ?? {};
  return { ...result, extensions: { ...result.extensions, aws: { calls, coalesced, cached } }, stringify };
}
