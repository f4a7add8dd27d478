import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Usage } from '../../aws/usage.ts';
import type { RequestContext } from '../../context.ts';

/** Reports in `extensions.aws` what every answer cost in AWS calls. */
export function useAwsUsage(): Plugin<object, object, RequestContext> {
  return {
    onExecutionResult: ({ result, setResult, context }) => {
      if (result === undefined || Symbol.asyncIterator in result) return;
      setResult(withUsage(result, (context as Partial<RequestContext>).usage));
    },
  };
}

/** A result with what it cost in AWS calls. */
export function withUsage<Result extends Pick<ExecutionResult, 'extensions'>>(result: Result, usage?: Usage): Result {
  const { calls = 0, coalesced = 0, cached = 0 } = usage ?? {};
  return { ...result, extensions: { ...result.extensions, aws: { calls, coalesced, cached } } };
}
