import type { ResponsePath } from 'graphql';
import { enclose, fill, leaveHole, rewind, type Splice } from './parts.ts';
import { fail, type Pending, type Run, type Spot, type WriteValue } from './run.ts';
import { writeText } from './sink.ts';

/** Writes a value that has yet to arrive into a hole. The promise rejects if a position that cannot be null fails. */
export function writeLate(
  run: Run,
  spot: Spot,
  write: WriteValue,
  promise: PromiseLike<unknown>,
  path: ResponsePath,
): Promise<void> {
  return writeInto(leaveHole(run), run, spot, write, promise, path);
}

async function writeInto(
  hole: Splice,
  run: Run,
  spot: Spot,
  write: WriteValue,
  promise: PromiseLike<unknown>,
  path: ResponsePath,
): Promise<void> {
  try {
    const value = await promise;
    if (run.isFinished) throw new Error('Aborted!');
    const pending = fill(run, hole, () => write(run, value, path));
    if (pending !== undefined) await pending;
  } catch (error) {
    fail(run, spot, error, path);
    hole.replacement = 'null';
  }
}

/** Handles a failure of what a value, which has been written since `start`, waits for. */
export function catchLate(
  run: Run,
  spot: Spot,
  path: ResponsePath,
  start: number,
  count: number,
  pending: Promise<unknown>,
): Pending {
  const region = enclose(run, start, count);
  return pending.then(undefined, (error: unknown) => {
    fail(run, spot, error, path);
    region.replacement = 'null';
  });
}

/** Handles an error while a value was written: null replaces what has been written since `start`. */
export function catchNow(
  run: Run,
  spot: Spot,
  path: ResponsePath,
  start: number,
  count: number,
  error: unknown,
): undefined {
  fail(run, spot, error, path);
  rewind(run, start, count);
  writeText(run.sink, 'null');
}
