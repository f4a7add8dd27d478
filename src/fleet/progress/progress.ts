import { setTimeout } from 'node:timers/promises';
import { Repeater, SlidingBuffer } from 'graphql-yoga';
import type { Rights } from '../../access/rights.ts';
import type { GlobalId } from '../../snapshots/global-id.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import { noSuchSnapshot, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Lookups } from '../lookups/lookups.ts';
import { createListener, type Listener, type ProgressEvent } from './listener.ts';
import { poll, type Reading } from './poll.ts';

/** Follows snapshots while they are being created, for the whole process. */
export interface Progress {
  /**
   * Yields the snapshot as soon as AWS finds it under one of the ids and `sees` returns true, then after every change,
   * until its status is final or the snapshot is deleted. Yields NOT_FOUND if there is no such snapshot within 30 seconds.
   * All listeners of the same ids share one poller. An error is the last event. A slow listener skips to the newest event.
   */
  follow(ids: readonly GlobalId[], sees: Rights['sees']): AsyncIterable<ProgressEvent>;
}

/** Follows snapshots that one principal can see. */
export interface SeenProgress {
  /**
   * Follows a snapshot by its id or ARN, as `account` sees it. Throws INVALID_INPUT for another id, and NOT_FOUND for an
   * ARN whose owner is not configured if several accounts could see the snapshot and none does.
   */
  follow(id: string, account?: Maybe<string>): Promise<AsyncIterable<ProgressEvent>>;
  /** Returns the snapshot of an event. Throws the error of an event, and NOT_FOUND for a hidden snapshot. */
  show(event: ProgressEvent): Promise<SnapshotRecord>;
}

/** Waits some milliseconds, and rejects as soon as the signal aborts. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<unknown>;

export interface ProgressOptions {
  /** Reads the snapshot from AWS; null if it does not exist under any of the ids. */
  readonly read: (ids: readonly GlobalId[]) => Promise<SnapshotRecord | null>;
  readonly pause?: Pause | undefined;
  /** When the signal aborts, all streams end. */
  readonly stopping?: AbortSignal | undefined;
}

/** The listeners of one snapshot, and the latest reading sent to them. */
interface Following {
  readonly listeners: Set<Listener>;
  readonly controller: AbortController;
  latest: Reading | undefined;
}

/** How long a stream waits for a snapshot that AWS does not find: AWS shows a new snapshot only after some seconds. */
const appearsWithin = 30_000;

/** Creates the progress of snapshots; without listeners, no poller or timer runs. */
export function createProgress({ read, pause = realPause, stopping }: ProgressOptions): Progress {
  const followings = new Map<string, Following>();

  const open = (key: string, ids: readonly GlobalId[]): Following => {
    const following: Following = { listeners: new Set(), controller: new AbortController(), latest: undefined };
    followings.set(key, following);
    void publish(
      following,
      poll(
        () => read(ids),
        (milliseconds) => pause(milliseconds, following.controller.signal),
      ),
    ).finally(() => close(key, following));
    return following;
  };

  const close = (key: string, following: Following) => {
    if (followings.get(key) === following) followings.delete(key);
    following.controller.abort();
    for (const listener of following.listeners) listener.end();
  };

  return {
    follow: (ids, sees) =>
      new Repeater<ProgressEvent>(async (push, stop) => {
        if (stopping?.aborted) return stop();
        const key = ids.map(({ typename, id }) => `${typename} ${id}`).join(' ');
        const following = followings.get(key) ?? open(key, ids);
        const left = new AbortController();
        const listener = createListener({
          sees,
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

async function publish(following: Following, readings: AsyncIterable<Reading>): Promise<void> {
  const send = (reading: Reading | Error) => {
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

/**
 * Limits progress to the snapshots that a principal can see. For a hidden snapshot, the stream ends as if the snapshot
 * did not exist, because an open stream would reveal that it exists.
 */
export function progressSeenBy(
  { sees }: Pick<Rights, 'sees'>,
  idsOf: Lookups['idsOf'],
  progress: Progress,
): SeenProgress {
  return {
    follow: async (id, account) => progress.follow(await idsOf(id, account), sees),
    show: async (event) => {
      if (event instanceof Error) throw event;
      if (!(await sees(event))) throw noSuchSnapshot();
      return event;
    },
  };
}
