import { z } from 'zod';
import { ForbiddenError, InvalidStateError } from '../../errors.ts';
import { createAllowance, type Spent } from '../../replicas/allowance.ts';
import type { RedisLink } from '../../replicas/redis-link.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { MaybePromise } from '../../snapshots/maybe.ts';
import { type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Tag } from '../../snapshots/tag.ts';
import { accountId } from '../account-id.ts';

const guard = z.strictObject({
  accounts: z.array(accountId).min(1).optional().meta({
    description: 'Only in these accounts.',
  }),
  holdTags: z.array(z.string().min(1)).default([]).meta({
    description:
      'What has a tag with one of these keys is not deleted, whatever the value, nor kept for fewer days than it was.',
  }),
  keepLast: z.boolean().default(false).meta({
    description: 'Whether the last available snapshot of a living cluster is kept.',
  }),
  perHour: z.int().min(0).optional().meta({
    description: 'Snapshots that one principal may delete in an hour.',
  }),
});

/** The `deletion` of the configuration file. */
export const deletionSettings = z.array(guard).default([]).meta({
  description: 'What is not deleted, whoever asks. Every entry that holds for an account is applied.',
});

export type DeletionSettings = readonly z.output<typeof guard>[];

/** What the guards need of the request that deletes: its subject, and reads of records that ignore visibility. */
export interface DeletionRequest {
  readonly subject: string;
  tagsOf(snapshot: SnapshotRecord): MaybePromise<readonly Tag[] | null>;
  clusterOf(snapshot: SnapshotRecord): MaybePromise<ClusterRecord | null>;
  /** Whether a cluster has an available snapshot besides these. */
  hasOtherSnapshot(cluster: ClusterRecord, these: readonly SnapshotRecord[]): Promise<boolean>;
}

/** Keeps snapshots that must not be deleted. */
export interface DeletionGuards {
  /**
   * What each of those that are to go together has to meet. INVALID_STATE for one that is held, or without which a living
   * cluster would have none; FORBIDDEN where the hour of the principal is over.
   */
  together(leaving: readonly SnapshotRecord[], request: DeletionRequest): (snapshot: SnapshotRecord) => Promise<void>;
  /** INVALID_STATE for a snapshot that is held. */
  requireUnheld(snapshot: SnapshotRecord, request: DeletionRequest): Promise<void>;
  /** Counts deletions against the hour of a principal; FORBIDDEN, and none counted, where they are too many. */
  spend(subject: string, source: Source, count: number): Promise<void>;
}

/** The counts of an hour are those of all replicas that share Redis, else of this process. */
export function createDeletionGuards(settings: DeletionSettings, redis?: RedisLink): DeletionGuards {
  const guards = settings.map((each, index) => ({
    ...each,
    hour: createAllowance({ name: `deletions:${index}`, points: each.perHour ?? 0, seconds: 3600, redis }),
  }));
  const guardsOf = ({ account }: Source) => guards.filter(({ accounts }) => accounts?.includes(account) ?? true);

  const requireUnheld = async (snapshot: SnapshotRecord, request: DeletionRequest) => {
    const holdTags = guardsOf(snapshot.source).flatMap((each) => each.holdTags);
    if (holdTags.length === 0) return;
    const tags = (await request.tagsOf(snapshot)) ?? [];
    const hold = tags.find(({ key }) => holdTags.includes(key));
    if (hold !== undefined) throw held(snapshot, hold.key);
  };

  const requireLeft = async (subject: string, source: Source) => {
    for (const { hour, perHour } of guardsOf(source)) {
      if (perHour === undefined) continue;
      const { consumedPoints } = await hour.spend(subject, 0);
      if (consumedPoints >= perHour) throw tooMany(perHour, consumedPoints, 1);
    }
  };

  return {
    together: (leaving, request) => {
      const requireAnother = anotherThan(leaving, request);
      return async (snapshot) => {
        await requireUnheld(snapshot, request);
        if (guardsOf(snapshot.source).some(({ keepLast }) => keepLast)) await requireAnother(snapshot);
        await requireLeft(request.subject, snapshot.source);
      };
    },
    requireUnheld,
    spend: async (subject, source, count) => {
      const spent: Spent[] = [];
      for (const { hour, perHour } of guardsOf(source)) {
        if (perHour === undefined || count === 0) continue;
        const own = await hour.spend(subject, count);
        spent.push(own);
        if (own.consumedPoints <= perHour) continue;
        await Promise.all(spent.map((each) => each.giveBack(count)));
        throw tooMany(perHour, own.consumedPoints - count, count);
      }
    },
  };
}

/** Asks AWS once for each cluster, however many of its snapshots are to go. */
function anotherThan(
  leaving: readonly SnapshotRecord[],
  request: DeletionRequest,
): (snapshot: SnapshotRecord) => Promise<void> {
  const answers = new Map<string, Promise<boolean>>();
  const hasAnother = (cluster: ClusterRecord) => {
    const key = cluster.kind.arn(cluster);
    const answer = answers.get(key) ?? request.hasOtherSnapshot(cluster, leaving);
    answers.set(key, answer);
    return answer;
  };
  return async (snapshot) => {
    if (snapshotStatus(snapshot) !== 'AVAILABLE') return;
    // Not only where the principal sees the cluster.
    const cluster = await request.clusterOf(snapshot);
    if (cluster === null || (await hasAnother(cluster))) return;
    throw new InvalidStateError(
      `The snapshot ${snapshot.kind.identifier(snapshot)} is kept: without it the cluster ${cluster.kind.identifier(cluster)} would have no available snapshot. Take another with createSnapshot first, and wait until it is available.`,
    );
  };
}

function held(snapshot: SnapshotRecord, key: string): InvalidStateError {
  return new InvalidStateError(
    `The snapshot ${snapshot.kind.identifier(snapshot)} is held by its tag ${key}: while it has that, it is neither deleted nor kept for fewer days than it was.`,
  );
}

function tooMany(perHour: number, spent: number, count: number): ForbiddenError {
  return new ForbiddenError(
    `You may delete ${perHour} snapshots in an hour, have deleted ${spent} and ask for ${count} more. Delete fewer, or wait.`,
  );
}
