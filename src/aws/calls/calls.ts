import { SnapgateError, ThrottledError } from '../../errors.ts';
import type { Aws } from '../client.ts';
import { toSnapgateError } from '../faults.ts';
import { observeCall, type ObservedCall } from '../observer.ts';
import type { SourceAccess } from '../source-access.ts';
import { flawsIn } from '../protocol/protocol.ts';
import { count, requireWithin, type Usage } from '../usage.ts';
import { createBreaker } from './breaker.ts';
import type { Caller } from './fair-queue.ts';
import { createLane, type Lane, type Turn } from './lane.ts';
import type { SourcePace } from './pace.ts';
import { withoutThrottlingRetries } from './retries.ts';
import { countRequests, type KnownResponse } from './sent-requests.ts';
import type { CallsState } from './source-state.ts';

/** Sends a request with an SDK client, and aborts the request when the signal aborts. */
export type Send<Output> = (options: { abortSignal: AbortSignal }) => Promise<Output>;

/** One call to AWS. */
export interface Asking<Output> {
  /** The AWS operation, such as `DescribeClusters`. */
  readonly operation: string;
  readonly send: Send<Output>;
  readonly usage: Usage;
  readonly signal: AbortSignal | undefined;
  /** The principal on whose behalf a change is made. */
  readonly subject?: string | undefined;
  /** The subjects of the requests that wait for a read; that of `usage` by default. */
  readonly callers?: ReadonlySet<Caller> | undefined;
  /** Whether the call is one of many that each read a single record. */
  readonly isOfRecord?: boolean | undefined;
  /** The former response, if the response is cached. */
  readonly known?: KnownResponse | undefined;
}

export interface CallOptions {
  readonly aws: Aws;
  readonly access: SourceAccess;
  /** The paces of the source, which its clients slow down when AWS throttles. */
  readonly pace: SourcePace;
  /** The prefix of the service's actions in IAM policies, such as `redshift` in `redshift:DescribeClusters`. */
  readonly actionPrefix: string;
}

/** The AWS calls of a source: queued, behind a circuit breaker, with errors translated and expired keys renewed. */
export interface Calls {
  read<Output>(asking: Asking<Output>): Promise<Output>;
  change<Output>(asking: Asking<Output>): Promise<Output>;
  translate(error: unknown, operation: string): SnapgateError;
  /** Translates the reason why a request ended before its call; THROTTLED if the call waited because AWS throttles. */
  translateEnd(reason: unknown, operation: string): SnapgateError;
  /** Whether AWS throttles an operation at present. */
  isThrottled(operation: string): boolean;
  state(): CallsState;
}

/** Creates the calls of a source, without opening a socket. */
export function createCalls({ aws, access, pace, actionPrefix }: CallOptions): Calls {
  const { account, region } = access;
  const { settings, roles } = aws;
  const name = `${actionPrefix} in account ${account}, region ${region}`;
  const lane = createLane(settings.limits, pace, name);
  const breaker = createBreaker(settings.breaker, name);
  const ownPace = (operation: string) => pace.ofRecords(operation) ?? pace;
  const translate = (error: unknown, operation: string) => {
    const retrySeconds = Math.max(1, Math.ceil(ownPace(operation).wait() / 1000));
    return toSnapgateError(error, { action: `${actionPrefix}:${operation}`, account, region, retrySeconds });
  };

  const attempt = async <Output>(take: Lane['read'], asking: Asking<Output>, observed: ObservedCall) => {
    const { operation, send, usage, signal, known, callers = new Set([usage.scope.subject]) } = asking;
    const { isChange: isForChange } = usage.scope;
    const turn: Turn = { signal, timeout: settings.timeouts.callSeconds * 1000, isForChange, callers };
    const counted = (abortSignal: AbortSignal, begin?: () => void) =>
      countRequests(
        observed,
        () => {
          // A change is made even if the request can make no more calls to read.
          if (take !== lane.change) requireWithin(usage);
          begin?.();
          count(usage, 'calls');
        },
        () => send({ abortSignal }),
        { signal: abortSignal, known },
      );
    const output = await take(turn, counted).catch((error: unknown) => {
      // An abort by the caller is not translated, so that the circuit breaker does not count it as a failure of AWS.
      throw signal?.aborted && error === signal.reason ? error : translate(error, operation);
    });
    const flaw = flawOf(output, `${actionPrefix}:${operation}`, access);
    if (flaw) settings.onFlaw?.(flaw);
    return output;
  };

  const call = <Output>(take: Lane['read'], asking: Asking<Output>) => {
    const facts = { service: actionPrefix, action: asking.operation, account, region };
    return observeCall(settings.observer, facts, (observed) =>
      roles
        .withCurrentKeys(access, asking.subject, () => breaker.call(() => attempt(take, asking, observed)))
        .catch((error: unknown) => {
          if (error instanceof SnapgateError) settings.onFailure?.(error);
          throw error;
        }),
    );
  };

  const readRecord =
    (operation: string): Lane['read'] =>
    (turn, make) =>
      lane.readRecord({ ...turn, operation, patience: settings.timeouts.requestSeconds * 1000 }, (signal) =>
        withoutThrottlingRetries(() => make(signal)),
      );

  return {
    read: (asking) => call(asking.isOfRecord ? readRecord(asking.operation) : lane.read, asking),
    change: (asking) => call(lane.change, asking),
    translate,
    translateEnd: (reason, operation) => {
      const ended = translate(reason, operation);
      const isWaiting = ended.code === 'TIMED_OUT' && pace.ofRecords(operation)?.isThrottled();
      return isWaiting ? endedWaiting(`${actionPrefix}:${operation}`, access, ended) : ended;
    },
    isThrottled: (operation) => ownPace(operation).isThrottled(),
    state: () => ({ ...lane.state(), breaker: breaker.state() }),
  };
}

function endedWaiting(action: string, { account, region }: SourceAccess, cause: SnapgateError): ThrottledError {
  return new ThrottledError(
    `AWS is throttling ${action} in account ${account}, region ${region}: the request ended before the call could be made. Retry later, or request fewer records.`,
    { retryAfterSeconds: 1, cause },
  );
}

/** Returns an error that names the values of a response that cannot be read; undefined if all can be read. */
function flawOf(output: unknown, action: string, { account, region }: SourceAccess): Error | undefined {
  const members = typeof output === 'object' && output !== null ? flawsIn(output) : [];
  if (members.length === 0) return undefined;
  const what = `${action} in account ${account}, region ${region}`;
  return new Error(`AWS returned values that cannot be read: ${members.join(', ')} of ${what}.`);
}
