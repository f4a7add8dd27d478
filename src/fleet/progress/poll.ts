import { isDeepStrictEqual } from 'node:util';
import { NotFoundError } from '../../errors.ts';
import { isOtherSnapshot, type SnapshotRecord, type SnapshotStatus, snapshotStatus } from '../../snapshots/snapshot.ts';
import { createPace } from './pace.ts';

/** What a read found: the snapshot, or null if AWS does not find it (yet). */
export type Reading = SnapshotRecord | null;

/** The number of failed reads in a row that do not end a stream. */
const toleratedFailures = 4;

/** A snapshot is deleted if so many reads in a row, with this pause between them, do not find it. */
const missesOfDeleted = 3;
const pauseAfterMiss = 5_000;

/** How long a snapshot is followed in a status that this API does not know, which may be final. */
const unknownStatusMilliseconds = 300_000;

/** The final statuses: a snapshot in one of them can only be deleted. */
const lastStatuses: ReadonlySet<SnapshotStatus> = new Set(['AVAILABLE', 'FINAL', 'FAILED', 'CANCELLED', 'DELETED']);

/**
 * Yields the snapshot as soon as AWS finds it and after every change, and null first if AWS does not find it yet; the
 * caller decides how long to wait for it. Ends when the status is final or the snapshot is deleted. Throws NOT_FOUND if
 * another snapshot has taken its identifier, and the error of AWS if the first read or five reads in a row fail.
 */
export async function* poll(
  read: () => Promise<Reading>,
  pause: (milliseconds: number) => Promise<unknown>,
): AsyncGenerator<Reading> {
  const pace = createPace();
  let latest: Reading | undefined;
  let failures = 0;
  let misses = 0;
  let unknownFor = 0;
  for (;;) {
    const reading = await read().catch((error: Error) => error);
    let milliseconds: number;
    failures = reading instanceof Error ? failures + 1 : 0;
    if (reading instanceof Error) {
      if (latest === undefined || failures > toleratedFailures) throw reading;
      milliseconds = pace.backOff();
    } else if (reading === null) {
      if (latest === undefined) yield (latest = null);
      misses = latest === null ? 0 : misses + 1;
      if (misses === missesOfDeleted) return;
      milliseconds = latest === null ? pace.backOff() : pauseAfterMiss;
    } else {
      if (latest && isOtherSnapshot(latest, reading)) throw replaced();
      if (!isDeepStrictEqual(reading.aws, latest?.aws)) yield reading;
      const status = snapshotStatus(reading);
      if (lastStatuses.has(status) || unknownFor >= unknownStatusMilliseconds) return;
      latest = reading;
      misses = 0;
      milliseconds = pace.after(reading.kind.progress(reading));
      unknownFor = status === 'UNKNOWN' ? unknownFor + milliseconds : 0;
    }
    await pause(milliseconds);
  }
}

function replaced(): NotFoundError {
  return new NotFoundError(
    'The snapshot was deleted, and another snapshot now has its identifier. Subscribe again to follow that snapshot.',
  );
}
