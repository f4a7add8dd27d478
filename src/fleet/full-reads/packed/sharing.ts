import { reachOf } from '../../../aws/connection.ts';
import type { AwsSettings } from '../../../aws/settings.ts';
import { createSharedReads } from '../../../replicas/shared-reads.ts';
import { serviceNames } from '../../../snapshots/service.ts';
import type { AwsRecord } from '../../../snapshots/record.ts';
import type { Source } from '../../../snapshots/source.ts';
import type { FullReadSettings } from '../../settings.ts';
import type { Sources } from '../../sources.ts';
import { toPortable } from './portable.ts';
import type { Pages, PortableRead } from '../pages.ts';

/** How replicas share their full reads. */
export interface Sharing {
  /** Returns how the read of a list is shared; `name` contains its source. */
  of(source: Source, name: string): ListSharing;
  /** Discards reads from before now, because the source was changed. */
  forget(source: Source): void;
}

/** The pages of a read that has ended. */
type EndedPages = Pick<Pages<AwsRecord>, 'length' | 'untagged' | 'bytes' | 'result'>;

/** How one read of one list is shared. No method rejects, or waits long. */
export interface ListSharing {
  /**
   * Returns the read of another replica; `WAIT` while another replica reads the list, for a limited time; undefined if
   * this replica has to read it. A request that bypasses the cache neither takes a read nor waits.
   */
  take(isFresh: boolean): Promise<PortableRead | 'WAIT' | undefined>;
  /** Keeps other replicas waiting until `work` has ended, and for some seconds after it. */
  hold<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Stores a read that has ended for the other replicas. */
  offer(pages: EndedPages): void;
  /** Lets another replica read the list. */
  release(): void;
}

interface SharingOptions {
  readonly sources: Sources;
  readonly fullReads: FullReadSettings;
}

/** How long a replica waits for the read of another one before it reads the list itself, in milliseconds. */
const longestWait = 30_000;
const renewal = 3_000;

/** Creates the sharing of a replica; undefined if replicas share no full reads. */
export function createSharing(
  { redis, endpoint }: Pick<AwsSettings, 'redis' | 'endpoint'>,
  { sources, fullReads }: SharingOptions,
): Sharing | undefined {
  const { ageSeconds, sharedMegabytes = 0 } = fullReads;
  const age = ageSeconds * 1_000;
  if (redis === undefined || age === 0 || sharedMegabytes === 0) return undefined;
  const reads = createSharedReads<PortableRead>({ ...redis, megabytes: sharedMegabytes });
  const reaches = new Map<string, string>();
  for (const service of serviceNames) {
    sources.connect(service, (access) => reaches.set(access.key, reachOf(access, endpoint)));
  }
  const changedAt = new Map<string, number>();

  return {
    forget: ({ key }) => {
      changedAt.set(key, Date.now());
      reads.reportChange(key);
    },
    of: ({ key }, list) => {
      const name = `${reaches.get(key) ?? ''} ${list}`;
      const lease = reads.lease(name);
      const isUnchanged = ({ fetchedAt }: Pick<PortableRead, 'fetchedAt'>) =>
        fetchedAt.getTime() > (changedAt.get(key) ?? 0);
      const find = async () => {
        const read = await reads.find(key, name);
        return read && isUnchanged(read) && read.endedAt.getTime() + age > Date.now() ? read : undefined;
      };
      let waitsSince: number | undefined;
      return {
        take: async (isFresh) => {
          if (isFresh) return undefined;
          const found = await find();
          if (found !== undefined) return found;
          if ((await lease.acquire()) === 0) {
            waitsSince ??= performance.now();
            return performance.now() - waitsSince < longestWait ? 'WAIT' : undefined;
          }
          // Another replica can have ended its read just before it released the lease.
          const ended = await find();
          if (ended !== undefined) void lease.release();
          return ended;
        },
        hold: async (work) => {
          const timer = setInterval(() => void lease.renew(), renewal).unref();
          return work().finally(() => clearInterval(timer));
        },
        offer: (pages) => {
          const read = toPortableRead(pages);
          const stored = read && isUnchanged(read) ? reads.store(name, read, age) : Promise.resolve();
          void stored.catch(() => {}).then(() => lease.release());
        },
        release: () => void lease.release(),
      };
    },
  };
}

/** Returns a read in a portable form; undefined if records are missing. */
function toPortableRead({ length, untagged, bytes, result }: EndedPages): PortableRead | undefined {
  const { rows, foreign, fetchedAt, isWhole, flaw } = result();
  const records = isWhole && flaw === undefined ? toPortable(rows) : undefined;
  return records && { fetchedAt, endedAt: new Date(), length, foreign, untagged, bytes, records };
}
