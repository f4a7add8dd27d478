import { GraphQLError } from 'graphql';
import { type ErrorCode, SnapgateError } from '../errors.ts';

/** Where the gateway tells what clients do not see. */
export interface Log {
  debug(...what: unknown[]): void;
  info(...what: unknown[]): void;
  warn(...what: unknown[]): void;
  error(...what: unknown[]): void;
}

/** Failures of AWS or of the way to it, which operators want to know of. */
const failures: readonly ErrorCode[] = ['FORBIDDEN', 'THROTTLED', 'TIMED_OUT', 'UPSTREAM', 'OUTCOME_UNKNOWN'];

/**
 * A log that tells a client's mistake from a failure: errors written for clients are no errors of the server.
 * The failures of AWS among them are warnings with AWS's own words, which clients do not get.
 */
export function createErrorLog(log: Log): Log {
  return {
    debug: (...what) => log.debug(...what),
    info: (...what) => log.info(...what),
    warn: (...what) => log.warn(...what),
    error: (error, ...rest) => {
      const original = error instanceof GraphQLError ? (error.originalError ?? error) : error;
      if (original instanceof SnapgateError) {
        const { code, fault, requestId, message, cause } = original;
        const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : undefined;
        const entry = { code, fault, requestId, why };
        return failures.includes(code) ? log.warn(entry, message) : log.debug(entry, message);
      }
      return original instanceof GraphQLError ? log.debug(original.message) : log.error(original, ...rest);
    },
  };
}
