import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Repeater, SlidingBuffer } from 'graphql-yoga';
import type { Rights } from '../../access/rights.ts';
import type { GlobalId } from '../../snapshots/global-id.ts';
import { noSuchSnapshot, type SnapshotRecord, type SnapshotStatus, snapshotStatus } from '../../snapshots/snapshot.ts';
import { takeWhile } from './take-while.ts';

/** Follows snapshots while they are being made, for the whole process. */
export interface Progress {
  /**
   * The snapshot at once, then after every change, until nothing more will happen to it or it is gone. However many
   * follow one snapshot, one poller reads it. A failure is the last event; a listener that is slow skips to the newest.
   */
  follow(id: GlobalId): AsyncIterable<ProgressEvent>;
}

export type ProgressEvent = SnapshotRecord | Error;

/** Follows snapshots for one principal. */
export interface SeenProgress extends Progress {
  /** The snapshot of an event; throws the failure that it stands for, and NOT_FOUND for one that may not be seen. */
  show(event: ProgressEvent): Promise<SnapshotRecord>;
}

/** Waits some milliseconds, and rejects as soon as its end is no longer waited for. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<unknown>;

export interface ProgressOptions {
  /** Reads it from AWS; null when it does not exist. */
  readonly read: (id: GlobalId) => Promise<SnapshotRecord | null>;
  readonly pause?: Pause | undefined;
  /** When it aborts, nobody is told anything more. */
  readonly stopping?: AbortSignal | undefined;
}

/** Everybody who follows one snapshot, and what they were told last. */
interface Following {
  readonly listeners: Set<Listener>;
  readonly desertion: AbortController;
  latest: SnapshotRecord | undefined;
}

interface Listener {
  hear(event: ProgressEvent): void;
  end(): void;
}

const shortestPause = 1_000;
const longestPause = 30_000;
const toleratedLosses = 4;

/** What a snapshot does not leave any more, except by being deleted. */
const lastStatuses: ReadonlySet<SnapshotStatus> = new Set(['AVAILABLE', 'FINAL', 'FAILED', 'CANCELLED', 'DELETED']);

/** No poller runs and no timer is left while nobody follows. */
export function createProgress({ read, pause = realPause, stopping }: ProgressOptions): Progress {
  const followings = new Map<string, Following>();

  const open = (key: string, id: GlobalId): Following => {
    const following = { listeners: new Set<Listener>(), desertion: new AbortController(), latest: undefined };
    followings.set(key, following);
    void tell(
      following,
      poll(
        () => read(id),
        (milliseconds) => pause(milliseconds, following.desertion.signal),
      ),
    ).finally(() => close(key, following));
    return following;
  };

  const close = (key: string, following: Following) => {
    if (followings.get(key) === following) followings.delete(key);
    following.desertion.abort();
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
        const listener: Listener = { hear: (event) => void push(event), end: stop };
        following.listeners.add(listener);
        if (following.latest) listener.hear(following.latest);
        await stop;
        following.listeners.delete(listener);
        if (following.listeners.size === 0) close(key, following);
      }, new SlidingBuffer(1)),
  };
}

async function tell(following: Following, events: AsyncIterable<SnapshotRecord>): Promise<void> {
  const tellAll = (event: ProgressEvent) => {
    for (const listener of following.listeners) listener.hear(event);
  };
  try {
    for await (const snapshot of events) {
      following.latest = snapshot;
      tellAll(snapshot);
    }
  } catch (error) {
    tellAll(error as Error);
  }
}

/** Yields the snapshot at first and after every change, and tolerates that some reads are lost once it was seen. */
async function* poll(
  read: () => Promise<SnapshotRecord | null>,
  pause: (milliseconds: number) => Promise<unknown>,
): AsyncGenerator<SnapshotRecord> {
  let latest: SnapshotRecord | undefined;
  let losses = 0;
  let milliseconds = shortestPause;
  for (;;) {
    try {
      const snapshot = await read();
      losses = 0;
      if (snapshot === null && latest === undefined) throw noSuchSnapshot();
      if (snapshot === null) return;
      if (!isDeepStrictEqual(snapshot.aws, latest?.aws)) yield snapshot;
      if (lastStatuses.has(snapshotStatus(snapshot))) return;
      latest = snapshot;
    } catch (error) {
      losses += 1;
      if (latest === undefined || losses > toleratedLosses) throw error;
    }
    milliseconds = nextPause(latest, milliseconds, losses);
    await pause(milliseconds);
  }
}

/** A tenth of what AWS expects it to need still; where AWS does not say, or does not answer, longer each time. */
function nextPause(snapshot: SnapshotRecord, last: number, losses: number): number {
  const { remainingSeconds } = snapshot.kind.progress(snapshot);
  const wanted = remainingSeconds == null || losses > 0 ? last * 1.25 : (remainingSeconds * 1_000) / 10;
  return Math.round(Math.min(Math.max(wanted, shortestPause), longestPause));
}

function realPause(milliseconds: number, signal: AbortSignal): Promise<unknown> {
  return setTimeout(milliseconds, undefined, { signal });
}

/**
 * Progress as one principal sees it: where they may not see the snapshot, it ends as for one that does not exist, because
 * a stream that stays open would show that it does. INVALID_INPUT for the id of anything but a snapshot of a
 * configured source.
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
