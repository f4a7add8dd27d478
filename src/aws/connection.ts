import stringify from 'safe-stable-stringify';
import { ForbiddenError, SnapgateError } from '../errors.ts';
import type { Fetched } from './calls/answer-cache.ts';
import { createBreaker } from './calls/breaker.ts';
import { type Aws, type Place, tellRequests } from './client.ts';
import { toSnapgateError } from './faults.ts';
import { createLane, type Lane, type Turn } from './calls/lane.ts';
import type { Pace } from './calls/pace.ts';
import { createSharedCalls } from './calls/shared-calls.ts';
import { count, requireWithin, type Usage } from './usage.ts';

/** What the SDK's commands and clients look like from here. */
interface Command<Input> {
  readonly input: Input;
}

/** The way of one source to AWS: bounded, counted, with the errors translated. */
export interface Connection {
  /**
   * Makes a read call, unless the answer is known from a moment ago. Identical ones under way at the same time are one
   * call, which is aborted when nobody waits for it any more.
   */
  read<Input extends object, Output extends Answer>(
    command: Command<Input>,
    send: Send<Output>,
    usage: Usage,
  ): Promise<Fetched<Output>>;
  /**
   * Makes a call that changes something: sent once, shared with nobody, and finished whether or not the client that
   * asked for it still waits. `send` must not retry.
   */
  write<Input extends object, Output extends Answer>(
    command: Command<Input>,
    send: Send<Output>,
    usage: Usage,
  ): Promise<Output>;
  /** Drops what was read until now, because what another account did shows here. */
  forget(): void;
}

type Send<Output> = (options: { abortSignal: AbortSignal }) => Promise<Output>;

interface Answer {
  readonly $metadata: { readonly requestId?: string | undefined };
}

interface Asking<Output> {
  readonly operation: string;
  readonly send: Send<Output>;
  readonly usage: Usage;
  readonly take: Lane['read'];
  readonly signal: AbortSignal | undefined;
  /** For whom something is changed. */
  readonly subject?: string | undefined;
}

export interface ConnectionOptions {
  readonly aws: Aws;
  readonly place: Place;
  /** Which the clients of the source slow down. */
  readonly pace: Pace;
  /** The prefix of its actions in IAM policies. */
  readonly actionPrefix: 'redshift' | 'rds';
  /** Told when something may have changed in the source, whichever replica changed it. */
  readonly onChange: () => void;
}

/** Opens no socket by itself; `send` decides which client carries the call. */
export function createConnection({ aws, place, pace, actionPrefix, onChange }: ConnectionOptions): Connection {
  const { account, region } = place;
  const { settings, roles, answers } = aws;
  const name = `${actionPrefix} of account ${account}, region ${region}`;
  const lane = createLane(settings.limits, pace, name);
  const breaker = createBreaker(settings.breaker, name);
  const underway = createSharedCalls<Fetched<Answer>>();
  const forget = () => {
    answers.forget(name);
    // A read that began before the change may not see it, so nobody joins it any more.
    underway.close();
  };
  answers.watch(name, onChange);

  const translate = (error: unknown, operation: string) =>
    toSnapgateError(error, { action: `${actionPrefix}:${operation}`, account, region });

  const call = async <Output extends Answer>(asking: Asking<Output>) => {
    const { operation, send, usage, take, signal, subject } = asking;
    const { isChange: isForChange } = usage.terms;
    const turn: Turn = { signal, timeout: settings.timeouts.callSeconds * 1000, isForChange };
    const attempt = () =>
      take(turn, (abortSignal) =>
        tellRequests(
          () => count(usage, 'calls'),
          () => send({ abortSignal }),
        ),
      ).catch((error: unknown) => {
        // That nobody waits any more says nothing of AWS, and is left as it is for the breaker to see.
        throw signal?.aborted && error === signal.reason ? error : translate(error, operation);
      });
    return breaker
      .call(attempt)
      .catch(async (error: unknown) => {
        if (!isExpired(error)) throw error;
        await roles.renew(place, subject).catch(() => {});
        return attempt();
      })
      .catch((error: unknown) => {
        if (error instanceof SnapgateError) settings.onFailure?.(error);
        throw error;
      });
  };

  return {
    read: async <Input extends object, Output extends Answer>(
      command: Command<Input>,
      send: Send<Output>,
      usage: Usage,
    ) => {
      const { signal, isFresh, isKeeping } = usage.terms;
      const operation = operationOf(command);
      const question = `${operation} ${stringify(command.input)}`;
      const known = isFresh ? undefined : answers.get(name, question);
      if (known) {
        count(usage, 'cached');
        return known as Fetched<Output>;
      }
      if (signal?.aborted) throw translate(signal.reason, operation);
      const shared = isFresh ? undefined : underway.join(question, signal);
      if (shared) count(usage, 'coalesced');
      const answer =
        shared ??
        underway.begin(question, signal, async (abortSignal) => {
          const found = isFresh ? undefined : await answers.getShared(name, question);
          if (found) {
            count(usage, 'cached');
            return found as Fetched<Output>;
          }
          const fetchedAt = new Date();
          const within: Send<Output> = (options) => {
            requireWithin(usage);
            return send(options);
          };
          const output = await call({ operation, send: within, usage, take: lane.read, signal: abortSignal });
          const fetched = { output, fetchedAt };
          if (!isKeeping) answers.set(name, question, fetched);
          return fetched;
        });
      return (answer as Promise<Fetched<Output>>).catch((error: unknown) => {
        throw translate(error, operation);
      });
    },
    write: (command, send, usage) => {
      const operation = operationOf(command);
      const { signal, subject } = usage.terms;
      const named: typeof send = (options) => roles.changing(subject, () => send(options));
      return call({ operation, send: named, usage, take: lane.change, signal, subject })
        .catch((error: unknown) => {
          throw translate(error, operation);
        })
        .finally(forget);
    },
    forget,
  };
}

/** The name of the AWS operation that an SDK command carries, such as `DescribeClusters`. */
export function operationOf(command: object): string {
  return command.constructor.name.replace(/Command$/, '');
}

function isExpired(error: unknown): boolean {
  return error instanceof ForbiddenError && (error.fault?.startsWith('ExpiredToken') ?? false);
}
