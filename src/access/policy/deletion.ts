import * as z from 'zod';
import { InvalidStateError, SnapgateError } from '../../errors.ts';
import type { StrictRedis } from '../../replicas/strict-redis.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import { accountId } from '../account-id.ts';
import { createHourlyLimit, type Refund } from './hourly-limit.ts';
import { createKeepLast } from './keep-last.ts';
import type { DeletionRequest, Departure, Leaving, Refusals, Refuse } from './leaving.ts';

const defaultHorizonDays = 7;

const guard = z.strictObject({
  accounts: z.array(accountId).min(1).optional().meta({
    description: 'The accounts to which the entry applies. If omitted, all accounts.',
  }),
  holdTags: z.array(z.string().min(1)).default([]).meta({
    description:
      'The keys of hold tags. A snapshot with one of these tags, with any value, cannot be deleted, and its retention period cannot be shortened. Removing or changing such a tag requires the permission SNAPSHOT_RELEASE.',
  }),
  keepLast: z.boolean().default(false).meta({
    description:
      'Whether to keep the last available snapshot of an existing cluster: it cannot be deleted, and its retention period cannot be shortened. Snapshots that end within `horizonDays` do not count as available, nor do automated snapshots of a cluster whose automated snapshots are disabled.',
  }),
  perHour: z.int().min(0).optional().meta({
    description:
      'The maximum number of snapshots that one principal can delete per hour in these accounts. A retention period that ends within `horizonDays` counts as a deletion, and so does each automated snapshot that AWS deletes because of a change of backup settings. If omitted, there is no limit.',
  }),
  horizonDays: z
    .int()
    .min(0)
    .max(3653)
    .optional()
    .meta({
      description: `A retention period that ends sooner than before, and within this number of days, is a deletion: it requires the permission SNAPSHOT_DELETE and counts for \`perHour\`. If omitted, ${defaultHorizonDays}. If several entries apply to an account, the largest number counts; if none applies, ${defaultHorizonDays}.`,
    }),
});

/** The `deletion` of the configuration file. */
export const deletionSettings = z.array(guard).default([]).meta({
  description:
    'Rules that protect snapshots from deletion, regardless of grants. All entries that apply to an account are enforced.',
});

export type DeletionSettings = readonly z.output<typeof guard>[];

/** Protects snapshots that must not be deleted. */
export interface DeletionGuards {
  /** The number of days within which the end of a retention period is a deletion. */
  horizonDays(source: Source): number;
  /** The keys of the hold tags in a source. */
  holdTags(source: Source): readonly string[];
  /**
   * Runs a change of leaving snapshots. `change` receives the snapshots that it must not change: INVALID_STATE for a
   * snapshot with a hold tag and for the last snapshot of an existing cluster, RATE_LIMITED above the hourly limit, and
   * UPSTREAM if replicas cannot be coordinated. Until the change ends, no other request can delete snapshots of the
   * same clusters; what AWS refused is not counted for the hourly limit.
   */
  guard<Result>(
    leaving: readonly Leaving[],
    request: DeletionRequest,
    change: (refusals: Refusals) => Promise<Departure<Result>>,
  ): Promise<Result>;
}

/** Creates the guards, which apply to all replicas that share Redis, or to this process without Redis. */
export function createDeletionGuards(entries: DeletionSettings, redis?: StrictRedis): DeletionGuards {
  const entriesOf = ({ account }: Source) => entries.filter(({ accounts }) => accounts?.includes(account) ?? true);
  const horizonDays = (source: Source) => {
    const own = entriesOf(source).map((each) => each.horizonDays ?? defaultHorizonDays);
    return own.length === 0 ? defaultHorizonDays : Math.max(...own);
  };
  const holdTags = (source: Source) => entriesOf(source).flatMap((each) => each.holdTags);
  const isKeptLast = ({ source }: SnapshotRecord) => entriesOf(source).some((each) => each.keepLast);
  const keepLast = createKeepLast(horizonDays, redis);
  const countFor = createHourlyLimit(entries, entriesOf, {
    name: 'deletions',
    what: 'Deletion',
    advice: 'Delete fewer snapshots',
    redis,
  });

  const requireUnheld = async (snapshot: SnapshotRecord, request: DeletionRequest) => {
    const keys = holdTags(snapshot.source);
    if (keys.length === 0) return;
    const hold = ((await request.tagsOf(snapshot)) ?? []).find(({ key }) => keys.includes(key));
    if (hold !== undefined) throw held(snapshot, hold.key);
  };

  return {
    horizonDays,
    holdTags,
    guard: async (leaving, request, change) => {
      const refusals = new Map<SnapshotRecord, SnapgateError>();
      const refuse: Refuse = (snapshots, error) => {
        if (!(error instanceof SnapgateError)) throw error;
        for (const snapshot of snapshots) refusals.set(snapshot, error);
      };
      const isLeft = ({ snapshot }: Leaving) => !refusals.has(snapshot);

      // A snapshot that is held stays, so it counts as one that remains.
      await Promise.all(
        leaving.map(({ snapshot }) => requireUnheld(snapshot, request).catch((error) => refuse([snapshot], error))),
      );
      await using locks = new AsyncDisposableStack();
      const last = leaving.filter((each) => isLeft(each) && isKeptLast(each.snapshot));
      const groups = await keepLast.hold(last, request, locks, refuse);
      await keepLast.require(groups, request, refuse);
      const counted = leaving.filter((each) => each.isSoon && isLeft(each));
      const refund = await countEach(counted, countFor(request.subject, request.isDryRun), refuse);
      if (request.isDryRun) return (await change(refusals)).result;
      const known = new Set(refusals.keys());
      const notes = await keepLast.remember(groups, isLeft, refuse);
      await refund([...refusals.keys()].filter((snapshot) => !known.has(snapshot)));
      const { result, refused, prolonged } = await change(refusals);
      await refund([...refused.keys()]);
      await keepLast.forget(notes, refused);
      await keepLast.prolong(prolonged.filter(isKeptLast));
      return result;
    },
  };
}

/** Counts the deletions source by source, and returns the function that refunds those that were not made. */
async function countEach(
  counted: readonly Leaving[],
  count: ReturnType<ReturnType<typeof createHourlyLimit>>,
  refuse: Refuse,
): Promise<(kept: readonly SnapshotRecord[]) => Promise<void>> {
  const refunds = new Map<Source, Refund>();
  const bySource = Map.groupBy(
    counted.map(({ snapshot }) => snapshot),
    ({ source }) => source,
  );
  for (const [source, snapshots] of bySource) {
    try {
      refunds.set(source, await count(source, snapshots.length));
    } catch (error) {
      refuse(snapshots, error);
    }
  }
  return async (kept) => {
    for (const [source, refund] of refunds) {
      const own = bySource.get(source)?.filter((snapshot) => kept.includes(snapshot)) ?? [];
      await refund(own.length);
    }
  };
}

function held(snapshot: SnapshotRecord, key: string): InvalidStateError {
  return new InvalidStateError(
    'HELD',
    `The snapshot ${snapshot.kind.identifier(snapshot)} has the hold tag ${key}: it cannot be deleted, and its retention period cannot be shortened. Ask a caller with the permission SNAPSHOT_RELEASE to remove the tag first.`,
  );
}
