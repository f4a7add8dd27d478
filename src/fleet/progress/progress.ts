import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Repeater, SlidingBuffer } from 'graphql-yoga';
import type { Rights } from '../../access/rights.ts';
import type { GlobalId } from '../../snapshots/global-id.ts';
import { noSuchSnapshot, type SnapshotRecord, type SnapshotStatus, snapshotStatus } from '../../snapshots/snapshot.ts';
import { takeWhile } from './take-while.ts';

/** Follows snapshots while they are being created, for the whole process. */
export interface Progress {
  /**
   * Yields the snapshot immediately, then after every change, until its status is final or the snapshot is deleted. All
   * listeners of a snapshot share one poller. An error is the last event. A slow listener skips to the newest event.
   */
  follow(id: GlobalId): AsyncIterable<ProgressEvent>;
}

export type ProgressEvent = SnapshotRecord | Error;

/** Follows snapshots that one principal can see. */
export interface SeenProgress extends Progress {
  /** Returns the snapshot of an event. Throws the error of an event, and NOT_FOUND for a hidden snapshot. */
  show(event: ProgressEvent): Promise<SnapshotRecord>;
}

/** Waits some milliseconds, and rejects as soon as the signal aborts. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<unknown>;

export interface ProgressOptions {
  /** Reads the snapshot from AWS; null if it does not exist. */
  readonly read: (id: GlobalId) => Promise<SnapshotRecord | null>;
  readonly pause?: Pause | undefined;
  /** When the signal aborts, all streams end. */
  readonly stopping?: AbortSignal | undefined;
}

/** The listeners of one snapshot, and the latest event sent to them. */
interface Following {
  readonly listeners: Set<Listener>;
  readonly controller: AbortController;
  latest: SnapshotRecord | undefined;
}

interface Listener {
  receive(event: ProgressEvent): void;
  end(): void;
}

const shortestPause = 1_000;
const longestPause = 30_000;
const toleratedFailures = 4;

/** The final statuses: a snapshot in one of them can only be deleted. */
const lastStatuses: ReadonlySet<SnapshotStatus> = new Set(['AVAILABLE', 'FINAL', 'FAILED', 'CANCELLED', 'DELETED']);

/** Creates the progress of snapshots; without listeners, no poller or timer runs. */
export function createProgress({ read, pause = realPause, stopping }: ProgressOptions): Progress {
  const followings = new Map<string, Following>();

  const open = (key: string, id: GlobalId): Following => {
    const following = { listeners: new Set<Listener>(), controller: new AbortController(), latest: undefined };
    followings.set(key, following);
    void publish(
      following,
      poll(
        () => read(id),
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

  stopping?.addEventListener('abort', () => {
    for (const [key, following] of followings) close(key, following);
  });

  return {
    follow: (id) =>
      new Repeater<ProgressEvent>(async (push, stop) => {
        if (stopping?.aborted) return stop();
        const key = `${id.typename} ${id.id}`;
        const following = followings.get(key) ?? open(key, id);
        const listener: Listener = { receive: (event) => void push(event), end: stop };
        following.listeners.add(listener);
        if (following.latest) listener.receive(following.latest);
        await stop;
        following.listeners.delete(listener);
        if (following.listeners.size === 0) close(key, following);
      }, new SlidingBuffer(1)),
  };
}

async function publish(following: Following, events: AsyncIterable<SnapshotRecord>): Promise<void> {
  const send = (event: ProgressEvent) => {
    for (const listener of following.listeners) listener.receive(event);
  };
  try {
    for await (const snapshot of events) {
      following.latest = snapshot;
      send(snapshot);
    }
  } catch (error) {
    send(error as Error);
  }
}

/** Yields the snapshot first and after every change. After the first read, tolerates some failed reads in a row. */
async function* poll(
  read: () => Promise<SnapshotRecord | null>,
  pause: (milliseconds: number) => Promise<unknown>,
): AsyncGenerator<SnapshotRecord> {
  let latest: SnapshotRecord | undefined;
  let failures = 0;
  let milliseconds = shortestPause;
  for (;;) {
    try {
      const snapshot = await read();
      failures = 0;
      if (snapshot === null && latest === undefined) throw noSuchSnapshot();
      if (snapshot === null) return;
      if (!isDeepStrictEqual(snapshot.aws, latest?.aws)) yield snapshot;
      if (lastStatuses.has(snapshotStatus(snapshot))) return;
      latest = snapshot;
    } catch (error) {
      failures += 1;
      if (latest === undefined || failures > toleratedFailures) throw error;
    }
    milliseconds = nextPause(latest, milliseconds, failures);
    await pause(milliseconds);
  }
}

/** Returns a tenth of the remaining time that AWS estimates; without an estimate or after a failed read, backs off. */
function nextPause(snapshot: SnapshotRecord, last: number, failures: number): number {
  const { remainingSeconds } = snapshot.kind.progress(snapshot);
  const wanted = remainingSeconds == null || failures > 0 ? last * 1.25 : (remainingSeconds * 1_000) / 10;
  return Math.round(Math.min(Math.max(wanted, shortestPause), longestPause));
}

function realPause(milliseconds: number, signal: AbortSignal): Promise<unknown> {
  return setTimeout(milliseconds, undefined, { signal });
}

/**
 * Limits progress to the snapshots that a principal can see. For a hidden snapshot, the stream ends as if the snapshot
 * did not exist, because an open stream would reveal that it exists. Throws INVALID_INPUT for an id that is not of a
 * snapshot of a configured source.
 */
export function progressSeenBy(
  { sees }: Pick<Rights, 'sees'>,
  located: (id: GlobalId) => GlobalId,
  progress: Progress,
): SeenProgress {
  return {
    follow: (id) =>
      takeWhile(progress.follow(located(id)), async (event) => {
        if (event instanceof Error) return event;
        const isSeen = await sees(event).catch((error: Error) => error);
        return isSeen === true ? event : isSeen || noSuchSnapshot();
      }),
    show: async (event) => {
      if (event instanceof Error) throw event;
      if (!(await sees(event))) throw noSuchSnapshot();
      return event;
    },
  };
}
