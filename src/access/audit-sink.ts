import { open } from 'node:fs/promises';

/** Whether a setting names a stream of the process, and not a file. */
export function isStream(setting: string): setting is 'stdout' | 'stderr' {
  return setting === 'stdout' || setting === 'stderr';
}

/** Writes one line, and resolves when the line is stored durably. */
export type AuditSink = (line: string) => Promise<void>;

/**
 * Creates a sink that writes to the standard output (`stdout`) or the standard error (`stderr`), or appends to a file or
 * pipe; a file is flushed to the disk.
 */
export function createAuditSink(setting: string): AuditSink {
  if (!isStream(setting)) return createFileSink(setting);
  return (line) =>
    new Promise((resolve, reject) => {
      process[setting].write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
    });
}

interface WaitingLine extends PromiseWithResolvers<void> {
  readonly line: string;
}

/**
 * Creates a sink that writes to a file only one block of lines at a time: a disk that hangs would otherwise occupy every
 * thread of Node.js that reads files, compresses and looks up names.
 */
function createFileSink(path: string): AuditSink {
  let waiting: WaitingLine[] = [];
  let isWriting = false;
  const append = async (lines: readonly WaitingLine[]) => {
    await using file = await open(path, 'a', 0o600);
    await file.appendFile(lines.map(({ line }) => `${line}\n`).join(''));
    await file.datasync().catch((error: NodeJS.ErrnoException) => {
      // A pipe or a device, such as /dev/stdout, cannot be flushed.
      if (error.code !== 'EINVAL') throw error;
    });
  };
  const writeAll = async () => {
    isWriting = true;
    while (waiting.length > 0) {
      const lines = waiting;
      waiting = [];
      await append(lines).then(
        () => lines.forEach(({ resolve }) => resolve()),
        (error: unknown) => lines.forEach(({ reject }) => reject(error)),
      );
    }
    isWriting = false;
  };
  return (line) => {
    const own = { line, ...Promise.withResolvers<void>() };
    waiting.push(own);
    if (!isWriting) void writeAll();
    return own.promise;
  };
}

/** How long a line may take to be written, in milliseconds. */
const longestWrite = 750;

/** A sink that does not wait for ever. */
interface TimedSink {
  /** Rejects if the line was not written in time; it can still be written later. */
  readonly write: AuditSink;
  /** Throws if the sink is stalled: it has not yet written a line that took too long. */
  requireProgress(): void;
}

/** Limits the time that a sink can take for a line. */
export function createTimedSink(write: AuditSink): TimedSink {
  let late = 0;
  return {
    requireProgress: () => {
      if (late > 0) throw new Error('The audit log is stalled: an earlier record has not been written yet.');
    },
    write: async (line) => {
      const written = write(line);
      const stalled = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        late += 1;
        const end = () => void (late -= 1);
        written.then(end, end);
        stalled.reject(new Error(`The audit log is stalled: a record was not written within ${longestWrite} ms.`));
      }, longestWrite);
      try {
        await Promise.race([written, stalled.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
