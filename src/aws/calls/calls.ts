import { SnapgateError } from '../../errors.ts';
import { type Aws, countRequests } from '../client.ts';
import { toSnapgateError } from '../faults.ts';
import type { SourceAccess } from '../source-access.ts';
import { flawsIn } from '../protocol/protocol.ts';
import { count, requireWithin, type Usage } from '../usage.ts';
import { createBreaker } from './breaker.ts';
import { createLane, type Lane, type Turn } from './lane.ts';
import type { Pace } from './pace.ts';

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
}

export interface CallOptions {
  readonly aws: Aws;
  readonly access: SourceAccess;
  /** The pace of the source, which its clients slow down when AWS throttles. */
  readonly pace: Pace;
  /** The prefix of the service's actions in IAM policies, such as `redshift` in `redshift:DescribeClusters`. */
  readonly actionPrefix: string;
}

/** The AWS calls of a source: queued, behind a circuit breaker, with errors translated and expired keys renewed. */
export interface Calls {
  read<Output>(asking: Asking<Output>): Promise<Output>;
  change<Output>(asking: Asking<Output>): Promise<Output>;
  translate(error: unknown, operation: string): SnapgateError;
}

/** Creates the calls of a source, without opening a socket. */
export function createCalls({ aws, access, pace, actionPrefix }: CallOptions): Calls {
  const { account, region } = access;
  const { settings, roles } = aws;
  const name = `${actionPrefix} in account ${account}, region ${region}`;
  const lane = createLane(settings.limits, pace, name);
  const breaker = createBreaker(settings.breaker, name);
  const translate = (error: unknown, operation: string) => {
    const retrySeconds = Math.max(1, Math.ceil(pace.wait() / 1000));
    return toSnapgateError(error, { action: `${actionPrefix}:${operation}`, account, region, retrySeconds });
  };

  const reportFlaws = (output: unknown, operation: string) => {
    const members = typeof output === 'object' && output !== null ? flawsIn(output) : [];
    if (members.length === 0) return;
    const what = `${actionPrefix}:${operation} in account ${account}, region ${region}`;
    settings.onFlaw?.(new Error(`AWS returned values that cannot be read: ${members.join(', ')} of ${what}.`));
  };

  const attempt = async <Output>(take: Lane['read'], { operation, send, usage, signal }: Asking<Output>) => {
    const { isChange: isForChange } = usage.scope;
    const turn: Turn = { signal, timeout: settings.timeouts.callSeconds * 1000, isForChange };
    const counted = (abortSignal: AbortSignal, begin?: () => void) =>
      countRequests(
        () => {
          if (take === lane.read) requireWithin(usage);
          begin?.();
          count(usage, 'calls');
        },
        () => send({ abortSignal }),
      );
    const output = await take(turn, counted).catch((error: unknown) => {
      // An abort by the caller is not translated, so that the circuit breaker does not count it as a failure of AWS.
      throw signal?.aborted && error === signal.reason ? error : translate(error, operation);
    });
    reportFlaws(output, operation);
    return output;
  };

  const call = <Output>(take: Lane['read'], asking: Asking<Output>) =>
    roles
      .withCurrentKeys(access, asking.subject, () => breaker.call(() => attempt(take, asking)))
      .catch((error: unknown) => {
        if (error instanceof SnapgateError) settings.onFailure?.(error);
        throw error;
      });

  return {
    read: (asking) => call(lane.read, asking),
    change: (asking) => call(lane.change, asking),
    translate,
  };
}
