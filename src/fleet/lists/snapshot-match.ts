import { SnapgateError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { lineageOf } from '../../snapshots/lineage.ts';
import { after, type MaybePromise } from '../../snapshots/maybe.ts';
import { dayMilliseconds, retentionEnd } from '../../snapshots/retention.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import { isOwn, retentionStart, type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Tag } from '../../snapshots/tag.ts';
import type { RecordReads } from '../lookups/record-reads.ts';
import type { ChangesAt } from '../options.ts';
import type { SnapshotConditions, TagCondition } from './conditions.ts';
import { isOneOf } from './key-names.ts';
import {
  every,
  everyLater,
  folded,
  hasName,
  ifKnown,
  type Match,
  nameOfTests,
  type Tests,
  testsFor,
  unknown,
  type Verdict,
} from './match.ts';
import { isOrphaned } from './orphaned.ts';
import { daysBefore, isRelative } from './relative-times.ts';
import { isExposed, isSharedOutside, isSharedWith } from './shared-with.ts';

export interface SnapshotMatchOptions {
  readonly reads: RecordReads;
  /** Whether the principal may see a record. */
  readonly sees: (record: SnapshotRecord) => MaybePromise<boolean>;
  /** The configured accounts. */
  readonly accounts: ReadonlySet<string>;
  /** The time that all records of a list are compared with. */
  readonly now: Date;
  readonly changesAt?: ChangesAt | undefined;
}

/** Tests snapshots. Conditions that AWS has applied are tested again, unless the test makes AWS calls. */
export function createSnapshotMatch({
  reads,
  sees,
  accounts,
  now,
  changesAt,
}: SnapshotMatchOptions): Match<SnapshotRecord, SnapshotConditions> {
  const costly: Tests<SnapshotRecord, SnapshotConditions, MaybePromise<Verdict>> = {
    orphaned: (wanted) => (row) =>
      after(isOrphaned(row, reads), (state) => (state instanceof SnapgateError ? state : state === wanted)),
    tags: (wanted) => (row) =>
      after(reads.tagsOf(row), (tags) => wanted.every((each) => (tags ?? []).some((tag) => tagMatches(tag, each)))),
    untagged: (isUntagged) => (row) =>
      after(reads.tagsOf(row), (tags) => tags !== null && (tags.length === 0) === isUntagged),
    exposure: (wanted) => bySharing('exposure', reads, (sharing) => isExposed(sharing, wanted, accounts)),
    sharedWith: (wanted) => {
      const named = new Set(wanted);
      return bySharing('sharedWith', reads, (sharing) => isSharedWith(sharing, named));
    },
    sharedOutside: (allowed) => {
      const inside = new Set([...accounts, ...allowed]);
      return bySharing('sharedOutside', reads, (sharing) => isSharedOutside(sharing, inside));
    },
    kmsKeyIds: (wanted) => byKey(wanted, reads),
    seenBy: () => sees,
  };
  const timed = timedTests(now, changesAt);
  return {
    now: (conditions) => every(testsFor(conditions, timed)),
    name: ({ ofCluster, ...conditions }) => {
      const isTimed = isRelative(conditions);
      // These tests report when their results change.
      if (isTimed && changesAt !== undefined) return undefined;
      return nameOfTests(conditions, timed, isTimed ? now : null) + nameOf(ofCluster);
    },
    later: (conditions, pushed) => everyLater(testsFor(conditions, costly, pushed)),
  };
}

/** Names a cluster, so that a cluster that is recreated under the same name has another name. */
function nameOf(cluster: ClusterRecord | undefined): string {
  if (cluster === undefined) return '';
  const { kind, source } = cluster;
  return JSON.stringify([source.key, kind.arn(cluster), kind.createdAt(cluster) ?? null]);
}

/** Tests that depend on the current time; `changesAt` is called with the times at which their results change. */
function timedTests(now: Date, changesAt: ChangesAt = () => {}): Tests<SnapshotRecord, SnapshotConditions, Verdict> {
  return {
    ...free,
    olderThanDays: (wanted) => {
      const last = daysBefore(now, wanted);
      return (row) =>
        ifKnown('olderThanDays', row.kind.createdAt(row), (moment) => {
          if (moment <= last) return true;
          changesAt(moment.getTime() + wanted * dayMilliseconds);
          return false;
        });
    },
    youngerThanDays: (wanted) => {
      const first = daysBefore(now, wanted);
      return (row) =>
        ifKnown('youngerThanDays', row.kind.createdAt(row), (moment) => {
          if (moment < first) return false;
          changesAt(moment.getTime() + wanted * dayMilliseconds + 1);
          return true;
        });
    },
    expiringWithinDays: (wanted) => {
      const within = wanted * dayMilliseconds;
      const last = now.getTime() + within;
      return (row) => {
        const end = retentionEnd(row.kind.retention(row), retentionStart(row, now));
        return ifKnown('expiringWithinDays', end, (known) => {
          if (known === 'forever') return false;
          if (known.getTime() <= last) return true;
          changesAt(known.getTime() - within);
          return false;
        });
      };
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
  copies: (wanted) => (row) => (row.kind.origin(row) !== null) === wanted,
  minimumMegabytes: (wanted) => (row) =>
    ifKnown('minimumMegabytes', row.kind.size(row)?.totalMegabytes, (megabytes) => megabytes >= wanted),
  keptForever: (wanted) => (row) =>
    ifKnown('keptForever', row.kind.retention(row), ({ forever }) => forever === wanted),
};

/** Only the owner can see the sharing, and AWS does not report that of a deleted snapshot, which it can still list. */
function bySharing(condition: string, reads: RecordReads, test: (sharing: SnapshotSharing) => Verdict) {
  return (row: SnapshotRecord): MaybePromise<Verdict> => {
    if (!isOwn(row) || snapshotStatus(row) === 'DELETED') return false;
    return after(reads.sharingOf(row), (sharing) => {
      if (sharing === null) return row.kind.type(row) === 'UNKNOWN' ? unknown(condition) : false;
      return test(sharing);
    });
  };
}

/** Compares each key of a source with the names once, because most snapshots of a source have one of a few keys. */
function byKey(names: readonly string[], reads: RecordReads) {
  const compared = new Map<string, Promise<Verdict>>();
  return async (row: SnapshotRecord): Promise<Verdict> => {
    const key = row.kind.kmsKeyId(row);
    if (key == null) return row.kind.encrypted(row) === false ? false : unknown('kmsKeyIds');
    const place = `${row.source.key} ${key}`;
    const verdict = compared.get(place) ?? isOneOf(names, key, row.source, reads);
    compared.set(place, verdict);
    return verdict;
  };
}

function tagMatches(tag: Tag, { key, values }: TagCondition): boolean {
  return tag.key === key && (values?.includes(tag.value) ?? true);
}
