import { promisify } from 'node:util';
import { serialize } from 'node:v8';
import { deflateRaw, inflateRaw } from 'node:zlib';
import PQueue from 'p-queue';
import { createLease, type Lease } from './leases.ts';
import { createRedisLink } from './redis-link.ts';
import type { Seal } from './seal.ts';
import { createSourceValues, type Dated, digestKey, readDated } from './source-values.ts';

/**
 * The full reads that replicas share, by the key of the source and a name. While the Redis server is unavailable, nothing
 * is shared, nothing waits long, and no error is thrown. Only reads that a replica with the same keys has stored for the
 * same source and name are returned, and only until the source is changed.
 */
export interface SharedReads<Read extends Dated> {
  find(source: string, name: string): Promise<Read | undefined>;
  /** Stores a read for some milliseconds, unless it is larger than the maximum for a source. */
  store(name: string, read: Read, milliseconds: number): Promise<void>;
  /** Invalidates the reads of a source from before now. */
  reportChange(source: string): void;
  /** Returns the lease of the replica that reads a list; each call of its methods returns undefined without Redis. */
  lease(name: string): Lease<0 | 1 | undefined>;
}

interface SharedReadsOptions {
  readonly url: string;
  readonly seal: Seal;
  /** The maximum size of one read in Redis. */
  readonly megabytes: number;
}

/** Long enough for the largest value, in milliseconds. */
const timeout = 500;
/** For how long Redis is not asked after it has not responded, in milliseconds. */
const pauseAfterFailure = 5_000;
/** How long a list is reserved for a replica that has stopped, in milliseconds. */
const leaseLifetime = 10_000;
const megabyte = 1024 * 1024;
/** Increased when the format of the reads changes. */
const format = 1;
/** By how much more memory than its compressed form a read can take; measured: 3.3 times. */
const mostGrowth = 8;
const fast = { level: 1 };

const compress = promisify(deflateRaw);
const decompress = promisify(inflateRaw);

/** Creates the shared reads. */
export function createSharedReads<Read extends Dated>({ url, seal, megabytes }: SharedReadsOptions): SharedReads<Read> {
  const largest = megabytes * megabyte;
  let failedAt = -Infinity;
  const link = createRedisLink(url, { timeout, onFailure: () => (failedAt = performance.now()) });
  /** Large values are read one at a time, so that one does not delay another one beyond the time limit. */
  const queue = new PQueue({ concurrency: 1 });
  const run: typeof link = Object.assign(
    async <Result>(command: Parameters<typeof link<Result>>[0]) =>
      queue.add(async () => (performance.now() - failedAt < pauseAfterFailure ? undefined : link(command))),
    { state: link.state },
  );
  const values = createSourceValues(run, { seal, kind: 'read', largest });
  return {
    find: async (source, name) => {
      const found = await values.find(source, named(name));
      if (found === undefined) return undefined;
      const plain = await decompress(found.plain, { maxOutputLength: largest * mostGrowth }).catch(() => undefined);
      const read = plain && (readDated(plain) as Read | undefined);
      return read && found.isCurrent(read.fetchedAt) ? read : undefined;
    },
    store: async (name, read, milliseconds) => {
      const plain = serialize(read);
      if (plain.length > largest * mostGrowth) return;
      await values.store(named(name), await compress(plain, fast), milliseconds);
    },
    reportChange: (source) => values.setChange(source, Date.now()),
    lease: (name) => createLease(run, digestKey('reading', name), leaseLifetime),
  };
}

function named(name: string): string {
  return `read ${format} ${name}`;
}
