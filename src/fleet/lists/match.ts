import { SnapgateError, UpstreamError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { lineageOf } from '../../snapshots/lineage.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import { retentionEnd } from '../../snapshots/retention.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import {
  isOwn,
  retentionStart,
  type SnapshotExposure,
  type SnapshotRecord,
  snapshotStatus,
} from '../../snapshots/snapshot.ts';
import type { Tag } from '../../snapshots/tag.ts';
import type { RecordReads } from '../lookups/record-reads.ts';
import type { ClusterConditions, SnapshotConditions, TagCondition } from './conditions.ts';
import { isOneOf } from './key-names.ts';
import { isOrphaned } from './orphaned.ts';

/** Whether a record matches a condition, or the error that says why this is not known: such a record is left out. */
export type Verdict = boolean | SnapgateError;

/** The error of a test that AWS did not answer: tests of further records would fail, too. */
export interface FailedTest {
  readonly failure: SnapgateError;
}

/** The result of a test that can make AWS calls. */
export type Outcome = Verdict | FailedTest;

/** The tests of records: `now` for tests of the record alone, `later` for tests that can make AWS calls. */
export interface Match<Row, Conditions> {
  /** Undefined if every record passes. */
  readonly now: (conditions: Conditions) => ((row: Row) => Verdict) | undefined;
  /** The tests that can make AWS calls, without the conditions that AWS has applied; undefined if none remains. */
  readonly later: (
    conditions: Conditions,
    pushed: ReadonlySet<keyof Conditions>,
  ) => ((row: Row) => Promise<Outcome>) | undefined;
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
      // Only the owner can see the sharing, and AWS does not report that of a deleted snapshot, which it can still list.
      if (!isOwn(row) || snapshotStatus(row) === 'DELETED') return false;
      const sharing = await reads.sharingOf(row);
      if (sharing === null) return row.kind.type(row) === 'UNKNOWN' ? unknown('exposure') : false;
      return isExposed(sharing, wanted, accounts);
    },
    kmsKeyIds: (wanted) => (row) => hasKey(wanted, row, reads),
    seenBy: () => sees,
  };
  const timed: Tests<SnapshotRecord, SnapshotConditions, Verdict> = {
    ...free,
    expiringWithinDays: (wanted) => {
      const last = now.getTime() + wanted * dayMilliseconds;
      return (row) => {
        const end = retentionEnd(row.kind.retention(row), retentionStart(row, now));
        return ifKnown('expiringWithinDays', end, (known) => known !== 'forever' && known.getTime() <= last);
      };
    },
  };
  return {
    now: (conditions) => every(testsFor(conditions, timed)),
    later: (conditions, pushed) => {
      const tests = testsFor(conditions, costly, pushed);
      if (tests.length === 0) return undefined;
      return async (row) => {
        let verdict: Verdict = true;
        // Tests run in sequence, so that no more AWS calls are made once a record does not match.
        for (const test of tests) {
          const outcome = await test(row).catch(toOutcome);
          if (outcome === false || isFailed(outcome)) return outcome;
          verdict = both(verdict, outcome);
        }
        return verdict;
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
      return names && ((row) => hasName(names, row.kind.identifier(row), 'identifiers'));
    },
    later: ({ withoutSnapshotSince: since, seenBy }) => {
      if (since === undefined && seenBy === undefined) return undefined;
      const isMatch = async (row: ClusterRecord) =>
        (seenBy === undefined || (await sees(row))) && (since === undefined || !(await hasSnapshotSince(row, since)));
      return (row) => isMatch(row).catch(toOutcome);
    },
  };
}

const free: Tests<SnapshotRecord, SnapshotConditions, Verdict> = {
  ofCluster: (cluster) => (row) =>
    row.kind.clusterIdentifier(row) === '' ? unknown('clusterIdentifiers') : lineageOf(row, cluster) !== 'UNRELATED',
  clusterIdentifiers: (wanted) => {
    const names = folded(wanted);
    return (row) => hasName(names, row.kind.clusterIdentifier(row), 'clusterIdentifiers');
  },
  identifiers: (wanted) => {
    const names = folded(wanted);
    return (row) => hasName(names, row.kind.identifier(row), 'identifiers');
  },
  search: (wanted) => {
    const text = wanted.toLowerCase();
    return (row) => {
      const name = row.kind.identifier(row);
      return name === '' ? unknown('search') : name.toLowerCase().includes(text);
    };
  },
  types: (wanted) => {
    const isOwnWanted = wanted.includes('MANUAL') || wanted.includes('AUTOMATED');
    return (row) => {
      const type = row.kind.type(row);
      return wanted.includes(type) || (type === 'UNKNOWN' && isOwnWanted && unknown('types'));
    };
  },
  statuses: (wanted) => (row) => wanted.includes(snapshotStatus(row)),
  createdAfter: (wanted) => (row) => ifKnown('createdAfter', row.kind.createdAt(row), (moment) => moment >= wanted),
  createdBefore: (wanted) => (row) => ifKnown('createdBefore', row.kind.createdAt(row), (moment) => moment <= wanted),
  ownerAccounts: (wanted) => (row) => wanted.includes(row.kind.ownerAccountId(row) ?? row.source.account),
  encrypted: (wanted) => (row) =>
    ifKnown('encrypted', row.kind.encrypted(row), (isEncrypted) => isEncrypted === wanted),
  keptForever: (wanted) => (row) =>
    ifKnown('keptForever', row.kind.retention(row), ({ forever }) => forever === wanted),
};

const dayMilliseconds = 24 * 60 * 60 * 1000;

async function hasKey(names: readonly string[], row: SnapshotRecord, reads: RecordReads): Promise<Verdict> {
  const key = row.kind.kmsKeyId(row);
  if (key != null) return isOneOf(names, key, row.source, reads);
  return row.kind.encrypted(row) === false ? false : unknown('kmsKeyIds');
}

/** Returns the verdict on a record whose value for a condition is unknown. */
function unknown(condition: keyof SnapshotConditions): SnapgateError {
  return new UpstreamError(
    `AWS does not report, in a readable form, the value that filter.${condition} tests for at least one record, so it is unknown whether the record matches. Such records are left out; omit filter.${condition} to list them.`,
  );
}

function ifKnown<Value>(
  condition: keyof SnapshotConditions,
  value: Maybe<Value>,
  test: (value: Value) => Verdict,
): Verdict {
  return value == null ? unknown(condition) : test(value);
}

/** Whether a name, which is empty if AWS does not report it, is among these names in lowercase. */
function hasName(names: ReadonlySet<string>, name: string, condition: 'identifiers' | 'clusterIdentifiers'): Verdict {
  return name === '' ? unknown(condition) : names.has(name.toLowerCase());
}

/** The number of records that must all fail their tests before the source counts as failed. */
const enoughToFail = 10;

/**
 * Returns the records that match. Reports the first unknown outcome, so that the source is PARTIAL, and throws it if the
 * test of every record failed, because the tests of further records would fail, too.
 */
export function matchesOf<Item>(
  items: readonly Item[],
  outcomes: readonly Outcome[],
  reportUnknown: (error: SnapgateError) => void,
): readonly Item[] {
  const unknowns = outcomes.filter((outcome) => typeof outcome !== 'boolean');
  const failed = unknowns.filter(isFailed);
  const [failedFirst] = failed;
  if (failedFirst && failed.length >= enoughToFail && failed.length === items.length) throw failedFirst.failure;
  const [first] = unknowns;
  if (first !== undefined) reportUnknown(isFailed(first) ? first.failure : first);
  return items.filter((_item, index) => outcomes[index] === true);
}

/** Returns the outcome of a `later` test of a record that has passed the `now` tests, or may have. */
export async function testLater<Row>(
  row: Row,
  verdict: Verdict,
  later: (row: Row) => Promise<Outcome>,
): Promise<Outcome> {
  const outcome = await later(row);
  return isFailed(outcome) ? outcome : both(verdict, outcome);
}

/** Returns false if either verdict is false, and an unknown verdict only if the other one cannot change it. */
function both(one: Verdict, other: Verdict): Verdict {
  if (one === false || other === false) return false;
  return one === true ? other : one;
}

function isFailed(outcome: Outcome): outcome is FailedTest {
  return typeof outcome === 'object' && 'failure' in outcome;
}

/** A record deleted since it was listed does not match; for any other failed read, it is unknown whether it matches. */
function toOutcome(error: unknown): Outcome {
  if (!(error instanceof SnapgateError)) throw error;
  return error.code === 'NOT_FOUND' ? false : { failure: error };
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

function every<Row>(tests: readonly ((row: Row) => Verdict)[]): ((row: Row) => Verdict) | undefined {
  if (tests.length === 0) return undefined;
  return (row) => {
    let verdict: Verdict = true;
    for (const test of tests) {
      verdict = both(verdict, test(row));
      if (verdict === false) return false;
    }
    return verdict;
  };
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
