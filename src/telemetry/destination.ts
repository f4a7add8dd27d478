import type { Writable } from 'node:stream';

/** Where lines of the log are written. */
export interface Destination {
  write(line: string): void;
}

/** The bytes that wait for the reader of the log, at most; a full pipe or socket would otherwise fill the memory. */
const mostUnread = 1024 * 1024;

/**
 * Creates a destination that never blocks or fails: while the reader of a stream does not read, lines are dropped. Their
 * number is written as soon as the reader reads again.
 */
export function createDestination(stream: Pick<Writable, 'write' | 'writableLength' | 'on'>): Destination {
  let dropped = 0;
  // A reader that has closed its end loses the log, but is no reason to stop.
  stream.on('error', () => {});
  return {
    write: (line) => {
      if (stream.writableLength + Buffer.byteLength(line) > mostUnread) {
        dropped += 1;
        return;
      }
      if (dropped > 0) stream.write(`${JSON.stringify(describeDropped(dropped))}\n`);
      dropped = 0;
      stream.write(line);
    },
  };
}

function describeDropped(dropped: number): object {
  const msg = 'Lines of the log were dropped, because their reader did not read them in time.';
  return { level: 'warn', time: new Date().toISOString(), dropped, msg };
}
