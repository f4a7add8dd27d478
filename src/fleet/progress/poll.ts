import { isDeepStrictEqual } from 'node:util';
import type { Followed } from './followed.ts';
import { createPace } from './pace.ts';

/** What a read found: the state of the object, or null if AWS does not find it (yet). */
export type Reading<State> = State | null;

/** The number of failed reads in a row that do not end a stream. */
const toleratedFailures = 4;

/** An object is deleted if so many reads in a row, with this pause between them, do not find it. */
const missesOfDeleted = 3;
const pauseAfterMiss = 5_000;

/** How long an object is followed in a status that this API does not know, which may be final. */
const unknownStatusMilliseconds = 300_000;

/**
 * Yields the object as soon as AWS finds it and after every change, and null first if AWS does not find it yet; the
 * caller decides how long to wait for it. Ends when its state is final or the object is deleted. Throws NOT_FOUND if
 * another object has taken its identifier, and the error of AWS if the first read or five reads in a row fail.
 */
export async function* poll<State extends object>(
  followed: Followed<State>,
  read: () => Promise<Reading<State>>,
  pause: (milliseconds: number) => Promise<unknown>,
): AsyncGenerator<Reading<State>> {
  const pace = createPace();
  let latest: Reading<State> | undefined;
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
      if (latest && followed.isOther(latest, reading)) throw followed.replaced();
      const isChanged = !latest || !isDeepStrictEqual(followed.contentOf(reading), followed.contentOf(latest));
      if (isChanged) yield reading;
      const outlook = followed.outlookOf(reading);
      if (outlook === 'FINAL' || unknownFor >= unknownStatusMilliseconds) return;
      latest = reading;
      misses = 0;
      milliseconds = pace.after(outlook.progress);
      unknownFor = outlook.isUnknown ? unknownFor + milliseconds : 0;
    }
    await pause(milliseconds);
  }
}
