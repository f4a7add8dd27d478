import { z } from 'zod';
import type { Context } from '../../context.ts';
import { ForbiddenError, InvalidStateError } from '../../errors.ts';
import { encodeGlobalId } from '../../graphql/global-id.ts';
import { type SnapshotRecord, snapshotKey, snapshotStatus } from '../../graphql/records/snapshot-record.ts';
import type { Source } from '../../graphql/source.ts';
import type { RedisLink } from '../../redis-link.ts';
import { strictObject } from '../../strict-object.ts';
import { createAllowance } from '../allowance.ts';

const guard = strictObject({
  accounts: z
    .array(z.string().regex(/^\d{12}$/, 'must be 12 digits in quotes'))
    .min(1)
    .optional()
    .meta({
      description: 'Only in these accounts.',
    }),
  holdTags: z.array(z.string().min(1)).default([]).meta({
    description: 'What has a tag with one of these keys is not deleted, whatever the value.',
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

/** Keeps snapshots that must not be deleted. */
export interface DeletionGuards {
  /** INVALID_STATE for a snapshot that is held, or that would leave a cluster without any; `leaving` are ids that go too. */
  require(snapshot: SnapshotRecord, leaving: readonly string[], ctx: Context): Promise<void>;
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
  return {
    require: async (snapshot, leaving, ctx) => {
      const own = guardsOf(snapshot.source);
      const holdTags = own.flatMap((each) => each.holdTags);
      if (holdTags.length > 0) await requireUnheld(snapshot, holdTags, ctx);
      if (own.some(({ keepLast }) => keepLast)) await requireAnother(snapshot, leaving, ctx);
    },
    spend: async (subject, source, count) => {
      for (const { hour, perHour } of guardsOf(source)) {
        if (perHour === undefined || count === 0) continue;
        const { consumedPoints } = await hour.spend(subject, count);
        if (consumedPoints <= perHour) continue;
        await hour.giveBack(subject, count);
        throw tooMany(perHour, consumedPoints - count, count);
      }
    },
  };
}

async function requireUnheld(snapshot: SnapshotRecord, holdTags: readonly string[], ctx: Context): Promise<void> {
  const tags = (await snapshot.kind.tags(snapshot, ctx)) ?? [];
  const hold = tags.find(({ key }) => holdTags.includes(key));
  if (hold === undefined) return;
  throw new InvalidStateError(
    `The snapshot ${snapshot.kind.identifier(snapshot)} is held by its tag ${hold.key}, which forbids to delete it.`,
  );
}

async function requireAnother(snapshot: SnapshotRecord, leaving: readonly string[], ctx: Context): Promise<void> {
  if (snapshotStatus(snapshot) !== 'AVAILABLE') return;
  // Not only where the principal sees the cluster.
  const cluster = await snapshot.kind.cluster(snapshot, ctx);
  if (cluster === null) return;
  const page = await ctx.fleet.snapshotsOf(cluster, { first: 100, filter: { statuses: ['AVAILABLE'] } });
  const going = new Set([...leaving, idOf(snapshot)]);
  if (page.edges.some(({ node }) => !going.has(idOf(node))) || (await Promise.resolve(page.pageInfo.hasNextPage)))
    return;
  throw new InvalidStateError(
    `The snapshot ${snapshot.kind.identifier(snapshot)} is kept: without it the cluster ${cluster.kind.identifier(cluster)} would have no available snapshot.`,
  );
}

function idOf(snapshot: SnapshotRecord): string {
  return encodeGlobalId(snapshot.__typename, snapshotKey(snapshot));
}

function tooMany(perHour: number, spent: number, count: number): ForbiddenError {
  return new ForbiddenError(
    `You may delete ${perHour} snapshots in an hour, have deleted ${spent} and ask for ${count} more. Delete fewer, or wait.`,
  );
}
