import type { Context } from '../../context.ts';
import { falseIfNotFound } from '../../errors.ts';
import type { Tag } from '../../graphql/tag.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import {
  type SnapshotExposure,
  type SnapshotRecord,
  type SnapshotSharing,
  snapshotStatus,
} from '../../snapshots/snapshot.ts';
import type { ClusterFilter, SnapshotFilter, TagFilter } from './conditions.ts';

/** Tests of records: at once where their own members decide, later where AWS must be asked. */
export interface Match<Row, Filter> {
  /** Undefined where no record fails. */
  readonly now: (filter: Filter) => ((row: Row) => boolean) | undefined;
  /** The conditions that need AWS, apart from those that AWS applied already; undefined when none is left. */
  readonly later: (filter: Filter, pushed: ReadonlySet<keyof Filter>) => ((row: Row) => Promise<boolean>) | undefined;
}

/** For some conditions of a filter, the test that a wanted value makes. */
type Tests<Row, Filter, Verdict> = {
  readonly [Name in keyof Filter]?: (wanted: NonNullable<Filter[Name]>) => (row: Row) => Verdict;
};

/** Tests snapshots; every condition is tested again even where AWS applied it, apart from those that cost calls. */
export function createSnapshotMatch(ctx: Context): Match<SnapshotRecord, SnapshotFilter> {
  const costly: Tests<SnapshotRecord, SnapshotFilter, Promise<boolean>> = {
    orphaned: (isOrphaned) => async (row) => {
      // Nobody but its owner knows whether the cluster of a shared snapshot lives.
      if (row.kind.type(row) === 'SHARED' || row.kind.type(row) === 'PUBLIC') return false;
      // A cluster that the principal may not see lives all the same.
      return ((await row.kind.cluster(row, ctx)) === null) === isOrphaned;
    },
    tags: (wanted) => async (row) => {
      const tags = (await row.kind.tags(row, ctx)) ?? [];
      return wanted.every((each) => tags.some((tag) => tagMatches(tag, each)));
    },
    untagged: (isUntagged) => async (row) => {
      const tags = await row.kind.tags(row, ctx);
      return tags !== null && (tags.length === 0) === isUntagged;
    },
    exposure: (wanted) => async (row) => {
      const sharing = await row.kind.sharing(row, ctx);
      return sharing !== null && isExposed(sharing, wanted, ctx);
    },
    seenBy: () => ctx.rights.sees,
  };
  return {
    now: (filter) => every(testsFor(filter, free)),
    later: (filter, pushed) => {
      const tests = testsFor(filter, costly, pushed);
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
): Match<ClusterRecord, ClusterFilter> {
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

const free: Tests<SnapshotRecord, SnapshotFilter, boolean> = {
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

function testsFor<Row, Filter extends object, Verdict>(
  filter: Filter,
  tests: Tests<Row, Filter, Verdict>,
  pushed: ReadonlySet<keyof Filter> = new Set(),
): ((row: Row) => Verdict)[] {
  const names = Object.keys(filter) as (keyof Filter)[];
  return names
    .filter((name) => !pushed.has(name))
    .flatMap((name) => tests[name]?.(filter[name] as NonNullable<Filter[typeof name]>) ?? []);
}

function every<Row>(tests: readonly ((row: Row) => boolean)[]): ((row: Row) => boolean) | undefined {
  return tests.length === 0 ? undefined : (row) => tests.every((test) => test(row));
}

/** AWS folds the case of most names, so a name matches in any case. */
function folded(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}

function tagMatches(tag: Tag, { key, values }: TagFilter): boolean {
  return tag.key === key && (values?.includes(tag.value) ?? true);
}

function isExposed(sharing: SnapshotSharing, wanted: SnapshotExposure, { sources }: Context): boolean {
  const isShared = sharing.public || sharing.awsSupport || sharing.accounts.length > 0;
  switch (wanted) {
    case 'PRIVATE':
      return !isShared;
    case 'SHARED':
      return isShared;
    case 'EXTERNAL':
      return sharing.public || sharing.awsSupport || sharing.accounts.some((account) => !sources.accounts.has(account));
    case 'PUBLIC':
      return sharing.public;
  }
}
