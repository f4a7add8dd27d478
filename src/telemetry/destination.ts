import type { Writable } from 'node:stream';

/** Where lines of the log are written. */
export interface Destination {
  write(line: string): void;
}

/** The bytes that wait for the reader of the log, at most; a full pipe or socket would otherwise fill the memory. */
const mostUnread = 1024 * 1024;

/**
 * Creates a destination that never blocks or fails: while the reader of a stream does not read, lines are dropped. Their
 * number is written as soon as the reader reads again. The lines of one turn of the event loop are written together, and
 * those of the last turn when the process exits.
 */
export function createDestination(stream: Pick<Writable, 'write' | 'writableLength' | 'on'>): Destination {
  let dropped = 0;
  let lines: string[] = [];
  let bytes = 0;
  let isUsed = false;
  // A reader that has closed its end loses the log, but is no reason to stop.
  stream.on('error', () => {});
  const flush = () => {
    if (lines.length === 0) return;
    const text = lines.join('');
    [lines, bytes] = [[], 0];
    stream.write(text);
  };
  return {
    write: (line) => {
      if (!isUsed) process.once('exit', flush);
      isUsed = true;
      const length = Buffer.byteLength(line);
      if (stream.writableLength + bytes + length > mostUnread) {
        dropped += 1;
        return;
      }
      if (lines.length === 0) setImmediate(flush);
      if (dropped > 0) lines.push(`${JSON.stringify(describeDropped(dropped))}\n`);
      dropped = 0;
      lines.push(line);
      bytes += length;
    },
  };
}

function describeDropped(dropped: number): object {
  const msg = 'Lines of the log were dropped, because their reader did not read them in time.';
  return { level: 'warn', time: new Date().toISOString(), dropped, msg };
}
