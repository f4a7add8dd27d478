import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { type DestinationStream, type LoggerOptions, pino, stdSerializers } from 'pino';
import { type ErrorCode, SnapgateError } from '../errors.ts';

/** Where the gateway tells what clients do not see. */
export interface Log {
  debug(...what: unknown[]): void;
  info(...what: unknown[]): void;
  warn(...what: unknown[]): void;
  error(...what: unknown[]): void;
}

/** A log of errors, which knows those that come again with every request. */
export interface ErrorLog extends Log {
  /** Warns of a failure of AWS or of the way to it, and of the same one not again for a minute. */
  failed(error: Error): void;
  /** Mentions why somebody was not let in, and the same reason not again for a minute. */
  refused(error: Error): void;
}

/** Bytes of one text in the log: what AWS or a client sent may be of any length. */
const longestText = 2048;

/** Makes the log of a gateway: JSON lines, on the standard output where nothing else is given. */
export function createLog(destination?: DestinationStream): Log {
  const options: LoggerOptions = {
    base: null,
    formatters: { log: cutEach },
    serializers: { err: (error: Error) => cutEach(stdSerializers.err(error)) },
    hooks: {
      logMethod([first, message, ...rest], method) {
        const said: unknown = message ?? (first instanceof Error ? first.message : undefined);
        method.apply(this, [cut(first), ...(said === undefined ? [] : [cut(said)]), ...rest.map(cut)] as [string]);
      },
    },
  };
  return pino(options, destination ?? pino.destination(1));
}

/** Failures of AWS or of the way to it, which operators want to know of. */
const failures: readonly ErrorCode[] = ['FORBIDDEN', 'THROTTLED', 'TIMED_OUT', 'UPSTREAM', 'OUTCOME_UNKNOWN'];

const quietMilliseconds = 60_000;
const rememberedFailures = 1_000;

/**
 * A log that tells a client's mistake from a failure: errors written for clients are no errors of the server.
 * The failures of AWS among them are warnings with AWS's own words, which clients do not get, once a minute for the same
 * one; only where it is not known what came of a change, each is told.
 */
export function createErrorLog(log: Log): ErrorLog {
  const recent = new LRUCache<string, true>({ max: rememberedFailures, ttl: quietMilliseconds });
  const isNew = (name: string) => {
    const isKnown = recent.has(name);
    if (!isKnown) recent.set(name, true);
    return !isKnown;
  };
  return {
    debug: (...what) => log.debug(...what),
    info: (...what) => log.info(...what),
    warn: (...what) => log.warn(...what),
    error: (error, ...rest) => {
      const original = error instanceof GraphQLError ? (error.originalError ?? error) : error;
      if (original instanceof SnapgateError) {
        const isWarning = isFailure(original) && (original.code === 'OUTCOME_UNKNOWN' || isNew(original.message));
        return isWarning
          ? log.warn(entryOf(original), original.message)
          : log.debug(entryOf(original), original.message);
      }
      return original instanceof GraphQLError ? log.debug(original.message) : log.error(original, ...rest);
    },
    failed: (error) => {
      if (!isFailure(error) || !isNew(error.message)) return;
      log.warn(entryOf(error), error.message);
    },
    refused: (error) => {
      const entry = entryOf(error);
      if (entry.why !== undefined && isNew(entry.why)) log.info(entry, error.message);
    },
  };
}

/** What the gateway itself forbids is no failure, though it has the code of one. */
function isFailure(error: Error): boolean {
  if (!(error instanceof SnapgateError)) return true;
  const { code, fault, cause } = error;
  return failures.includes(code) && (code !== 'FORBIDDEN' || fault !== undefined || cause !== undefined);
}

function entryOf(error: Error) {
  const { cause } = error;
  const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : undefined;
  if (!(error instanceof SnapgateError)) return { why };
  const { code, fault, requestId } = error;
  return { code, fault, requestId, why };
}

function cutEach(entry: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, cut(value)]));
}

function cut(value: unknown): unknown {
  if (typeof value !== 'string' || Buffer.byteLength(value) <= longestText) return value;
  return `${Buffer.from(value).subarray(0, longestText).toString()}…`;
}
