import { AsyncLocalStorage } from 'node:async_hooks';
import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { type LoggerOptions, pino, stdSerializers, stdTimeFunctions } from 'pino';
import { describeCause } from '../errors/causes.ts';
import { type ErrorCode, SnapgateError } from '../errors.ts';
import { type Mask, maskTokens } from '../masking.ts';
import { printableLines } from '../masking/escapes.ts';
import { createDestination, type Destination } from './destination.ts';
import type { LogLevel } from './settings.ts';

/** The log of the gateway, for operators. */
export interface Log {
  debug(...what: unknown[]): void;
  info(...what: unknown[]): void;
  warn(...what: unknown[]): void;
  error(...what: unknown[]): void;
}

/** A log of errors that limits repeated errors. */
export interface ErrorLog extends Log {
  /** Logs a failure of AWS or of the connection to AWS as a warning, at most once a minute for the same failure. */
  failed(error: Error): void;
  /** Logs why a caller was rejected, at most once a minute for the same reason. */
  refused(error: Error): void;
}

/** The maximum length of a text in the log, in bytes: texts from AWS or a client can have any length. */
const longestText = 2048;
/** The most bytes of a UTF-16 unit in UTF-8. */
const mostBytes = 3;

export interface LogOptions {
  /** The least severe level that is written. */
  readonly level?: LogLevel;
  /** Where lines are written; by default, the standard output. */
  readonly destination?: Destination;
  /** Hides the secrets in a line; by default, only tokens. */
  readonly mask?: Mask | undefined;
}

/** The request that is being answered, so that the lines it causes can be found by its id. */
const requests = new AsyncLocalStorage<string>();

/** Runs what belongs to a request: the lines that it logs contain the id of the request. */
export function withRequestId<Result>(id: string, answer: () => Result): Result {
  return requests.run(id, answer);
}

/** Creates the log of a gateway, which writes JSON lines without secrets: a message of AWS can repeat what AWS received. */
export function createLog({
  level = 'info',
  destination = createDestination(process.stdout),
  mask = maskTokens,
}: LogOptions = {}): Log {
  const options: LoggerOptions = {
    base: null,
    level,
    timestamp: stdTimeFunctions.isoTime,
    mixin: () => {
      const requestId = requests.getStore();
      return requestId === undefined ? {} : { requestId };
    },
    formatters: { log: cutEach, level: (name) => ({ level: name }) },
    serializers: { err: (error: Error) => cutEach(stdSerializers.err(error)) },
    hooks: {
      logMethod([first, message, ...rest], method) {
        const said: unknown = message ?? (first instanceof Error ? first.message : undefined);
        method.apply(this, [cut(first), ...(said === undefined ? [] : [cut(said)]), ...rest.map(cut)] as [string]);
      },
    },
  };
  return pino(options, { write: (line) => destination.write(mask(line)) });
}

/**
 * Creates a destination for people: each line in a readable form, on a terminal. Escapes control characters, with which a
 * client could change what the terminal shows.
 */
export async function createTerminal(
  stream: Parameters<typeof createDestination>[0] = process.stdout,
): Promise<Destination> {
  const { prettyFactory } = await import('pino-pretty');
  const format = prettyFactory({
    colorize: true,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
  });
  const terminal = createDestination(stream);
  const escape = (_name: string, value: unknown) => (typeof value === 'string' ? printableLines(value) : value);
  return { write: (line) => terminal.write(format(JSON.parse(line, escape) as object)) };
}

/** The codes of failures that operators need to know about. */
const failures: readonly ErrorCode[] = [
  'FORBIDDEN',
  'THROTTLED',
  'RATE_LIMITED',
  'TIMED_OUT',
  'UPSTREAM',
  'OUTCOME_UNKNOWN',
];

const quietMilliseconds = 60_000;
const rememberedFailures = 1_000;

/**
 * Creates a log that distinguishes mistakes of clients from failures: errors written for clients are not server errors.
 * Failures of AWS are warnings with the message of AWS, which clients do not receive, once a minute for the same
 * failure. A change with an unknown outcome is always logged.
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

/** Whether AWS or the connection to it failed. A request that the gateway itself forbids is not a failure. */
function isFailure(error: Error): boolean {
  if (!(error instanceof SnapgateError)) return true;
  const { code, fault, cause } = error;
  return failures.includes(code) && (code !== 'FORBIDDEN' || fault !== undefined || cause !== undefined);
}

function entryOf(error: Error) {
  const why = describeCause(error);
  if (!(error instanceof SnapgateError)) return { why };
  const { code, fault, requestId } = error;
  return { code, fault, awsRequestId: requestId, why };
}

/** Shortens the texts of an entry, which is copied only if a text is too long. */
function cutEach(entry: object): Record<string, unknown> {
  let result = entry as Record<string, unknown>;
  for (const name of Object.keys(entry)) {
    const value = result[name];
    const short = cut(value);
    if (short === value) continue;
    if (result === entry) result = { ...entry };
    result[name] = short;
  }
  return result;
}

function cut(value: unknown): unknown {
  if (typeof value !== 'string' || value.length * mostBytes <= longestText) return value;
  if (Buffer.byteLength(value) <= longestText) return value;
  return `${Buffer.from(value).subarray(0, longestText).toString()}…`;
}
