import { falseIfNotFound } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import { type SnapshotExposure, type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Tag } from '../../snapshots/tag.ts';
import type { RecordReads } from '../lookups/record-reads.ts';
import type { ClusterConditions, SnapshotConditions, TagCondition } from './conditions.ts';

/** Tests of records: at once where their own members decide, later where AWS must be asked. */
export interface Match<Row, Conditions> {
  /** Undefined where no record fails. */
  readonly now: (conditions: Conditions) => ((row: Row) => boolean) | undefined;
  /** The conditions that need AWS, apart from those that AWS applied already; undefined when none is left. */
  readonly later: (
    conditions: Conditions,
    pushed: ReadonlySet<keyof Conditions>,
  ) => ((row: Row) => Promise<boolean>) | undefined;
}

/** For some conditions, the test that a wanted value makes. */
type Tests<Row, Conditions, Verdict> = {
  readonly [Name in keyof Conditions]?: (wanted: NonNullable<Conditions[Name]>) => (row: Row) => Verdict;
};

export interface SnapshotMatchOptions {
  readonly reads: RecordReads;
  /** Whether the principal may see a record. */
  readonly sees: (record: SnapshotRecord) => Promise<boolean>;
  /** The configured accounts. */
  readonly accounts: ReadonlySet<string>;
}

/** Tests snapshots; every condition is tested again even where AWS applied it, apart from those that cost calls. */
export function createSnapshotMatch({
  reads,
  sees,
  accounts,
}: SnapshotMatchOptions): Match<SnapshotRecord, SnapshotConditions> {
  const costly: Tests<SnapshotRecord, SnapshotConditions, Promise<boolean>> = {
    orphaned: (isOrphaned) => async (row) => {
      // Nobody but its owner knows whether the cluster of a shared snapshot lives.
      if (row.kind.type(row) === 'SHARED' || row.kind.type(row) === 'PUBLIC') return false;
      // A cluster that the principal may not see lives all the same.
      return ((await reads.clusterOf(row)) === null) === isOrphaned;
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
  return {
    now: (conditions) => every(testsFor(conditions, free)),
    later: (conditions, pushed) => {
      const tests = testsFor(conditions, costly, pushed);
      if (tests.length === 0) return undefined;
      return async (row) => {
        // One after the other, so that a record that fails costs no further call.
        // One that is gone since it was listed matches nothing, and must not fail the others.
        for (const test of tests) if (!(await test(row).catch(falseIfNotFound))) return false;
        return true;
      };
    },
  };
}

/** Tests clusters by their names at once, and by their snapshots later. */
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
      return async (row) =>
        (seenBy === undefined || (await sees(row))) && (since === undefined || !(await hasSnapshotSince(row, since)));
    },
  };
}

const free: Tests<SnapshotRecord, SnapshotConditions, boolean> = {
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
  expiringWithinDays: (wanted) => (row) => (row.kind.retention(row)?.remainingDays ?? Infinity) <= wanted,
};

/** A date that is neither before nor after any other. */
const never = new Date(NaN);

function testsFor<Row, Conditions extends object, Verdict>(
  conditions: Conditions,
  tests: Tests<Row, Conditions, Verdict>,
  pushed: ReadonlySet<keyof Conditions> = new Set(),
): ((row: Row) => Verdict)[] {
  const names = Object.keys(conditions) as (keyof Conditions)[];
  return names
    .filter((name) => !pushed.has(name))
    .flatMap((name) => tests[name]?.(conditions[name] as NonNullable<Conditions[typeof name]>) ?? []);
}

function every<Row>(tests: readonly ((row: Row) => boolean)[]): ((row: Row) => boolean) | undefined {
  return tests.length === 0 ? undefined : (row) => tests.every((test) => test(row));
}

/** AWS folds the case of most names, so a name matches in any case. */
function folded(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}

function tagMatches(tag: Tag, { key, values }: TagCondition): boolean {
  return tag.key === key && (values?.includes(tag.value) ?? true);
}

function isExposed(sharing: SnapshotSharing, wanted: SnapshotExposure, accounts: ReadonlySet<string>): boolean {
  const isShared = sharing.public || sharing.awsSupport || sharing.accounts.length > 0;
  switch (wanted) {
    case 'PRIVATE':
      return !isShared;
    case 'SHARED':
      return isShared;
    case 'EXTERNAL':
      return sharing.public || sharing.awsSupport || sharing.accounts.some((account) => !accounts.has(account));
    case 'PUBLIC':
      return sharing.public;
  }
}
