import { SnapgateError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { lineageOf } from '../../snapshots/lineage.ts';
import { retentionEnd } from '../../snapshots/retention.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import { type SnapshotExposure, type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Tag } from '../../snapshots/tag.ts';
import type { RecordReads } from '../lookups/record-reads.ts';
import type { ClusterConditions, SnapshotConditions, TagCondition } from './conditions.ts';
import { isOrphaned, UnknownValueError } from './orphaned.ts';

/** Whether a record matches a condition, or the error that says why this is not known: such a record is left out. */
export type Verdict = boolean | SnapgateError;

/** The tests of records: `now` for tests of the record alone, `later` for tests that can make AWS calls. */
export interface Match<Row, Conditions> {
  /** Undefined if every record passes. */
  readonly now: (conditions: Conditions) => ((row: Row) => boolean) | undefined;
  /** The tests that can make AWS calls, without the conditions that AWS has applied; undefined if none remains. */
  readonly later: (
    conditions: Conditions,
    pushed: ReadonlySet<keyof Conditions>,
  ) => ((row: Row) => Promise<Verdict>) | undefined;
}

/** Creates the test of a condition from its value. */
type Tests<Row, Conditions, Result> = {
  readonly [Name in keyof Conditions]?: (wanted: NonNullable<Conditions[Name]>) => (row: Row) => Result;
};

export interface SnapshotMatchOptions {
  readonly reads: RecordReads;
  /** Whether the principal may see a record. */
  readonly sees: (record: SnapshotRecord) => Promise<boolean>;
  /** The configured accounts. */
  readonly accounts: ReadonlySet<string>;
  /** The time of the request: all records of its answers are compared with the same time. */
  readonly now: Date;
}

/** Tests snapshots. Conditions that AWS has applied are tested again, unless the test makes AWS calls. */
export function createSnapshotMatch({
  reads,
  sees,
  accounts,
  now,
}: SnapshotMatchOptions): Match<SnapshotRecord, SnapshotConditions> {
  const costly: Tests<SnapshotRecord, SnapshotConditions, Promise<Verdict>> = {
    orphaned: (wanted) => async (row) => {
      const state = await isOrphaned(row, reads);
      return state instanceof SnapgateError ? state : state === wanted;
    },
    tags: (wanted) => async (row) => {
      const tags = (await reads.tagsOf(row)) ?? [];
      return wanted.every((each) => tags.some((tag) => tagMatches(tag, each)));
    },
    untagged: (isUntagged) => async (row) => {
      const tags = await reads.tagsOf(row);
      return tags !== null && (tags.length === 0) === isUntagged;
    },
    exposure: (wanted) => async (row) => {
      const sharing = await reads.sharingOf(row);
      return sharing !== null && isExposed(sharing, wanted, accounts);
    },
    seenBy: () => sees,
  };
  const timed: Tests<SnapshotRecord, SnapshotConditions, boolean> = {
    ...free,
    expiringWithinDays: (wanted) => {
      const last = new Date(now.getTime() + wanted * dayMilliseconds);
      return (row) => {
        const end = retentionEnd(row.kind.retention(row), row.kind.createdAt(row));
        return end instanceof Date && end <= last;
      };
    },
  };
  return {
    now: (conditions) => every(testsFor(conditions, timed)),
    later: (conditions, pushed) => {
      const tests = testsFor(conditions, costly, pushed);
      if (tests.length === 0) return undefined;
      return async (row) => {
        // Tests run in sequence, so that no more AWS calls are made once a record does not match.
        for (const test of tests) {
          const verdict = await test(row).catch(toVerdict);
          if (verdict !== true) return verdict;
        }
        return true;
      };
    },
  };
}

/** Tests clusters: by identifier now, and by snapshots and visibility later. */
export function createClusterMatch(
  hasSnapshotSince: (cluster: ClusterRecord, since: Date) => Promise<boolean>,
  sees: (cluster: ClusterRecord) => Promise<boolean>,
): Match<ClusterRecord, ClusterConditions> {
  return {
    now: ({ identifiers }) => {
      const names = identifiers && folded(identifiers);
      return names && ((row) => names.has(row.kind.identifier(row).toLowerCase()));
    },
    later: ({ withoutSnapshotSince: since, seenBy }) => {
      if (since === undefined && seenBy === undefined) return undefined;
      const isMatch = async (row: ClusterRecord) =>
        (seenBy === undefined || (await sees(row))) && (since === undefined || !(await hasSnapshotSince(row, since)));
      return (row) => isMatch(row).catch(toVerdict);
    },
  };
}

const free: Tests<SnapshotRecord, SnapshotConditions, boolean> = {
  ofCluster: (cluster) => (row) => lineageOf(row, cluster) !== 'UNRELATED',
  clusterIdentifiers: (wanted) => {
    const names = folded(wanted);
    return (row) => names.has(row.kind.clusterIdentifier(row).toLowerCase());
  },
  identifiers: (wanted) => {
    const names = folded(wanted);
    return (row) => names.has(row.kind.identifier(row).toLowerCase());
  },
  search: (wanted) => {
    const text = wanted.toLowerCase();
    return (row) => row.kind.identifier(row).toLowerCase().includes(text);
  },
  types: (wanted) => (row) => wanted.includes(row.kind.type(row)),
  statuses: (wanted) => (row) => wanted.includes(snapshotStatus(row)),
  createdAfter: (wanted) => (row) => (row.kind.createdAt(row) ?? never) >= wanted,
  createdBefore: (wanted) => (row) => (row.kind.createdAt(row) ?? never) <= wanted,
  ownerAccounts: (wanted) => (row) => wanted.includes(row.kind.ownerAccountId(row) ?? row.source.account),
  encrypted: (wanted) => (row) => row.kind.encrypted(row) === wanted,
  keptForever: (wanted) => (row) => row.kind.retention(row)?.forever === wanted,
};

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** A date that is neither before nor after any date. */
const never = new Date(NaN);

/** The number of records that must all fail their tests before the source counts as failed. */
const enoughToFail = 10;

/**
 * Returns the records that match. Reports the first unknown verdict, so that the source is PARTIAL, and throws it if
 * the reads of all records failed, because further records would fail, too.
 */
export function matchesOf<Item>(
  items: readonly Item[],
  verdicts: readonly Verdict[],
  reportUnknown: (error: SnapgateError) => void,
): readonly Item[] {
  const unknown = verdicts.filter((verdict) => typeof verdict !== 'boolean');
  const [first] = unknown;
  const failed = unknown.filter((verdict) => !(verdict instanceof UnknownValueError));
  if (first !== undefined && failed.length >= enoughToFail && failed.length === items.length) throw first;
  if (first !== undefined) reportUnknown(first);
  return items.filter((_item, index) => verdicts[index] === true);
}

/** A record deleted since it was listed does not match; for any other failed read, it is unknown whether it matches. */
function toVerdict(error: unknown): Verdict {
  if (!(error instanceof SnapgateError)) throw error;
  return error.code === 'NOT_FOUND' ? false : error;
}

function testsFor<Row, Conditions extends object, Result>(
  conditions: Conditions,
  tests: Tests<Row, Conditions, Result>,
  pushed: ReadonlySet<keyof Conditions> = new Set(),
): ((row: Row) => Result)[] {
  const names = Object.keys(conditions) as (keyof Conditions)[];
  return names
    .filter((name) => !pushed.has(name))
    .flatMap((name) => tests[name]?.(conditions[name] as NonNullable<Conditions[typeof name]>) ?? []);
}

function every<Row>(tests: readonly ((row: Row) => boolean)[]): ((row: Row) => boolean) | undefined {
  return tests.length === 0 ? undefined : (row) => tests.every((test) => test(row));
}

/** AWS lowercases most identifiers, so identifiers are compared without case. */
function folded(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}

function tagMatches(tag: Tag, { key, values }: TagCondition): boolean {
  return tag.key === key && (values?.includes(tag.value) ?? true);
}

function isExposed(sharing: SnapshotSharing, wanted: SnapshotExposure, accounts: ReadonlySet<string>): boolean {
  // A value that is not an account ID, such as an organization, can include accounts that are not configured.
  const isOutside = sharing.public || sharing.awsSupport || sharing.others.length > 0;
  switch (wanted) {
    case 'PRIVATE':
      return !isOutside && sharing.accounts.length === 0;
    case 'SHARED':
      return isOutside || sharing.accounts.length > 0;
    case 'EXTERNAL':
      return isOutside || sharing.accounts.some((account) => !accounts.has(account));
    case 'PUBLIC':
      return sharing.public;
  }
}
