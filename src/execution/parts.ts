import { createSink, reserve, type Sink } from './sink.ts';

/** A range of the sink, whose splices replace ranges in it. */
interface Part {
  readonly start: number;
  readonly end: number;
  readonly splices: readonly Splice[];
}

/**
 * A range of the sink that belongs to a value that waits. It is empty if the value itself waits, and what has been
 * written if only values in it wait.
 */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly splices: readonly Splice[];
  /** What is sent instead of the range: the value that has arrived, or null after an error. */
  replacement: readonly Part[] | 'null' | undefined;
}

/** Where the bytes of an execution go: at the end of one sink, in the order in which values arrive. */
export interface Output {
  readonly sink: Sink;
  /** The splices of the part that is being written. */
  splices: Splice[];
}

export function createOutput(size: number): Output {
  return { sink: createSink(size), splices: [] };
}

/** Leaves a hole in the part that is being written, for a value that arrives later. */
export function leaveHole({ sink: { position }, splices }: Output): Splice {
  const hole: Splice = { start: position, end: position, splices: [], replacement: undefined };
  splices.push(hole);
  return hole;
}

/** Encloses what has been written since `start`, with its splices, so that it can be replaced by null. */
export function enclose({ sink: { position }, splices }: Output, start: number, count: number): Splice {
  const region: Splice = { start, end: position, splices: splices.splice(count), replacement: undefined };
  splices.push(region);
  return region;
}

/** Drops what has been written since `start`. */
export function rewind({ sink, splices }: Output, start: number, count: number): void {
  sink.position = start;
  splices.length = count;
}

/** Writes one part of the value that a hole was left for: all that `write` writes. */
export function fill<Result>(output: Output, hole: Splice, write: () => Result): Result {
  const { sink, splices: others } = output;
  const start = sink.position;
  output.splices = [];
  try {
    const result = write();
    const part: Part = { start, end: sink.position, splices: output.splices };
    hole.replacement = Array.isArray(hole.replacement) ? [...hole.replacement, part] : [part];
    return result;
  } finally {
    output.splices = others;
  }
}

/** Returns the bytes of the first `end` bytes with their splices. */
export function assemble({ sink, splices }: Output, end: number): Buffer {
  if (splices.length === 0) return sink.bytes.subarray(0, end);
  const whole = createSink(sink.position);
  copyPart(whole, sink.bytes, { start: 0, end, splices });
  return whole.bytes.subarray(0, whole.position);
}

const nullBytes = Buffer.from('null');

function copyPart(target: Sink, bytes: Buffer, { start, end, splices }: Part): void {
  let from = start;
  for (const splice of splices) {
    copyRange(target, bytes, from, splice.start);
    if (splice.replacement === 'null') copyRange(target, nullBytes, 0, 4);
    else for (const part of splice.replacement ?? [splice]) copyPart(target, bytes, part);
    from = splice.end;
  }
  copyRange(target, bytes, from, end);
}

function copyRange(target: Sink, bytes: Buffer, start: number, end: number): void {
  reserve(target, end - start);
  target.position += bytes.copy(target.bytes, target.position, start, end);
}
