import { setTimeout } from 'node:timers/promises';
import { Repeater, SlidingBuffer } from 'graphql-yoga';
import type { GlobalId } from '../../snapshots/global-id.ts';
import type { MaybePromise } from '../../snapshots/maybe.ts';
import type { Followed } from './followed.ts';
import { createListener, type Listener, type ProgressEvent } from './listener.ts';
import { poll, type Reading } from './poll.ts';

/** Follows the objects of one kind while they change, for the whole process. */
export interface Progress<State extends object> {
  readonly followed: Followed<State>;
  /**
   * Yields the object as soon as AWS finds it under one of the ids and `sees` returns true, then after every change,
   * until its state is final or the object is deleted. Yields NOT_FOUND if there is no such object within 30 seconds.
   * All listeners of the same ids share one poller. An error is the last event. A slow listener skips to the newest event.
   */
  follow(ids: readonly GlobalId[], sees: Sees<State>): AsyncIterable<ProgressEvent<State>>;
}

/** Whether the principal of a listener can see an object, by tags that are read each time. */
export type Sees<State> = (state: State) => MaybePromise<boolean>;

/** Waits some milliseconds, and rejects as soon as the signal aborts. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<unknown>;

/** How streams wait and end. */
export interface ProgressTiming {
  readonly pause?: Pause | undefined;
  /** When the signal aborts, all streams end. */
  readonly stopping?: AbortSignal | undefined;
}

export interface ProgressOptions<State extends object> extends ProgressTiming {
  readonly followed: Followed<State>;
  /** Reads the object from AWS; null if it does not exist under any of the ids. */
  readonly read: (ids: readonly GlobalId[]) => Promise<State | null>;
}

/** The listeners of one object, and the latest reading sent to them. */
interface Following<State> {
  readonly listeners: Set<Listener<State>>;
  readonly controller: AbortController;
  latest: Reading<State> | undefined;
}

/** How long a stream waits for an object that AWS does not find: AWS shows a new object only after some seconds. */
const appearsWithin = 30_000;

/** Creates the progress of one kind of objects; without listeners, no poller or timer runs. */
export function createProgress<State extends object>(options: ProgressOptions<State>): Progress<State> {
  const { followed, read, pause = realPause, stopping } = options;
  const followings = new Map<string, Following<State>>();

  const open = (key: string, ids: readonly GlobalId[]): Following<State> => {
    const following: Following<State> = { listeners: new Set(), controller: new AbortController(), latest: undefined };
    followings.set(key, following);
    void publish(
      following,
      poll(
        followed,
        () => read(ids),
        (milliseconds) => pause(milliseconds, following.controller.signal),
      ),
    ).finally(() => close(key, following));
    return following;
  };

  const close = (key: string, following: Following<State>) => {
    if (followings.get(key) === following) followings.delete(key);
    following.controller.abort();
    for (const listener of following.listeners) listener.end();
  };

  return {
    followed,
    follow: (ids, sees) =>
      new Repeater<ProgressEvent<State>>(async (push, stop) => {
        if (stopping?.aborted) return stop();
        const key = ids.map(({ typename, id }) => `${typename} ${id}`).join(' ');
        const following = followings.get(key) ?? open(key, ids);
        const left = new AbortController();
        const listener = createListener<State>({
          sees,
          missing: followed.missing,
          push: (event) => void push(event),
          stop,
          patience: () => pause(appearsWithin, left.signal),
        });
        following.listeners.add(listener);
        if (following.latest !== undefined) listener.receive(following.latest);
        stopping?.addEventListener('abort', () => stop(), { signal: left.signal });
        await stop;
        left.abort();
        following.listeners.delete(listener);
        if (following.listeners.size === 0) close(key, following);
      }, new SlidingBuffer(1)),
  };
}

async function publish<State>(following: Following<State>, readings: AsyncIterable<Reading<State>>): Promise<void> {
  const send = (reading: Reading<State> | Error) => {
    for (const listener of following.listeners) listener.receive(reading);
  };
  try {
    for await (const reading of readings) {
      following.latest = reading;
      send(reading);
    }
  } catch (error) {
    send(error as Error);
  }
}

function realPause(milliseconds: number, signal: AbortSignal): Promise<unknown> {
  return setTimeout(milliseconds, undefined, { signal });
}
