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
    description: 'The accounts to which the entry applies. If omitted, all accounts.',
  }),
  holdTags: z.array(z.string().min(1)).default([]).meta({
    description:
      'The keys of hold tags. A snapshot with one of these tags, with any value, cannot be deleted, and its retention period cannot be shortened.',
  }),
  keepLast: z.boolean().default(false).meta({
    description: 'Whether to prevent the deletion of the last available snapshot of an existing cluster.',
  }),
  perHour: z.int().min(0).optional().meta({
    description:
      'The maximum number of snapshots that one principal can delete per hour in these accounts. If omitted, there is no limit.',
  }),
});

/** The `deletion` of the configuration file. */
export const deletionSettings = z.array(guard).default([]).meta({
  description:
    'Rules that protect snapshots from deletion, regardless of grants. All entries that apply to an account are enforced.',
});

export type DeletionSettings = readonly z.output<typeof guard>[];

/** The parts of a request that the guards need: its subject, and reads that ignore what the principal can see. */
export interface DeletionRequest {
  readonly subject: string;
  tagsOf(snapshot: SnapshotRecord): MaybePromise<readonly Tag[] | null>;
  clusterOf(snapshot: SnapshotRecord): MaybePromise<ClusterRecord | null>;
  /** Whether a cluster has an available snapshot other than these. */
  hasOtherSnapshot(cluster: ClusterRecord, these: readonly SnapshotRecord[]): Promise<boolean>;
}

/** Protects snapshots that must not be deleted. */
export interface DeletionGuards {
  /**
   * Returns the check for each snapshot to delete. The check throws INVALID_STATE if the snapshot has a hold tag, or
   * if an existing cluster would have no available snapshot left; FORBIDDEN if the principal's hourly limit is reached.
   */
  together(leaving: readonly SnapshotRecord[], request: DeletionRequest): (snapshot: SnapshotRecord) => Promise<void>;
  /** Throws INVALID_STATE for a snapshot with a hold tag. */
  requireUnheld(snapshot: SnapshotRecord, request: DeletionRequest): Promise<void>;
  /** Counts deletions toward the hourly limit of a principal; throws FORBIDDEN, and counts none, if they exceed it. */
  spend(subject: string, source: Source, count: number): Promise<void>;
}

/** The hourly limits apply to all replicas that share Redis, or to this process without Redis. */
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

/** Checks each cluster once, regardless of how many of its snapshots are to be deleted. */
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
    // The check applies even if the principal cannot see the cluster.
    const cluster = await request.clusterOf(snapshot);
    if (cluster === null || (await hasAnother(cluster))) return;
    throw new InvalidStateError(
      'LAST_SNAPSHOT',
      `Cannot delete snapshot ${snapshot.kind.identifier(snapshot)}: the cluster ${cluster.kind.identifier(cluster)} would have no available snapshot. Create another snapshot with createSnapshot first, and wait until it is available.`,
    );
  };
}

function held(snapshot: SnapshotRecord, key: string): InvalidStateError {
  return new InvalidStateError(
    'HELD',
    `The snapshot ${snapshot.kind.identifier(snapshot)} has the hold tag ${key}: it cannot be deleted, and its retention period cannot be shortened. Ask the owner of the hold to release it.`,
  );
}

function tooMany(perHour: number, spent: number, count: number): ForbiddenError {
  return new ForbiddenError(
    `Deletion limit exceeded: the limit is ${perHour} per hour (used: ${spent}, requested: ${count}). Delete fewer snapshots, or retry later.`,
  );
}
