import type { ExecutionResult } from 'graphql';
import type { Usage } from '../../aws/usage.ts';
import type { ObservedRequest } from './observer.ts';

/** Adds what the usage of a request says of its result, which has no errors for a change that fails. */
export function observeUsage(observed: ObservedRequest, { failures, scope }: Pick<Usage, 'failures' | 'scope'>): void {
  for (const code of failures) observed.codes.add(code);
  observed.isIncomplete = scope.isIncomplete ?? false;
}

/** Adds whether a result has data, and the codes of its errors, which clients receive. */
export function observeResult(observed: ObservedRequest, { data, errors = [] }: ExecutionResult): void {
  observed.hasData = Object.values(data ?? {}).some((value) => value !== null);
  for (const { extensions: { code } = {} } of errors) {
    observed.codes.add(typeof code === 'string' ? code : 'INVALID_INPUT');
  }
}
