import type { SnapgateError } from '../errors.ts';
import type { ClusterRecord } from '../snapshots/cluster.ts';
import type { SnapshotSharing } from '../snapshots/sharing.ts';
import type { SnapshotRecord } from '../snapshots/snapshot.ts';
import type { Source } from '../snapshots/source.ts';
import type { Tag } from '../snapshots/tag.ts';
import type { Rules } from './input/rules.ts';
import type { Plan } from './plans/plan.ts';

/**
 * What a service offers to changes, for one request. A plan is made where every requirement holds, and may still be
 * refused by AWS. After a call of a plan the loaders of the service read again.
 */
export interface ChangeBackend<
  Snapshot extends SnapshotRecord = SnapshotRecord,
  Cluster extends ClusterRecord = ClusterRecord,
> {
  readonly rules: Rules;
  /** Finds an own snapshot by its name, of whatever cluster; null when there is none. */
  find(source: Source, identifier: string): Promise<Snapshot | null>;
  planCreate(cluster: Cluster, snapshot: NewSnapshot): Plan<SnapshotRecord>;
  /** Throws where the service has no way to make such a copy, and says which it has. */
  requireRoute(snapshot: Snapshot, route: CopyRoute): void;
  planCopy(snapshot: Snapshot, copy: NewCopy): Plan<SnapshotRecord>;
  /** The result is the snapshot as it was, with the status DELETED. */
  planDelete(snapshot: Snapshot): Plan<SnapshotRecord>;
  /** Snapshots of one source, in as few calls as the service allows; the outcomes are in their order. */
  planDeletes(snapshots: readonly Snapshot[]): Plan<readonly Outcome[]>;
  /** Snapshots of one source; the outcomes are in their order. Only where the rules say that there is retention. */
  planRetention(snapshots: readonly Snapshot[], retention: NewRetention): Plan<readonly Outcome[]>;
  /** Replaces the values of keys that are there. */
  planTag(snapshot: Snapshot, tags: readonly Tag[]): Plan<SnapshotRecord>;
  planUntag(snapshot: Snapshot, keys: readonly string[]): Plan<SnapshotRecord>;
  /** Left out where the service has no temporary passwords. */
  planCredentials?(cluster: Cluster, credentials: NewCredentials): Plan<IssuedCredentials>;
  /** Those who are added must not have access yet. */
  planShare(snapshot: Snapshot, added: SnapshotSharing): Plan<SnapshotRecord>;
  /** Those who are removed must have access now. */
  planUnshare(snapshot: Snapshot, removed: SnapshotSharing): Plan<SnapshotRecord>;
}

/** A snapshot to make. */
export interface NewSnapshot {
  readonly identifier: string;
  /** Undefined, or -1 as AWS writes it: until it is deleted. */
  readonly retentionDays: number | undefined;
  readonly tags: readonly Tag[];
}

/** Where a copy goes, and which key encrypts it there. */
export interface CopyRoute {
  readonly region: string;
  readonly kmsKeyId: string | undefined;
}

/** A copy to make. */
export interface NewCopy extends NewSnapshot {
  readonly target: Source;
  readonly kmsKeyId: string | undefined;
  /** Whether AWS gives it the tags of its source; there are no others then. */
  readonly copyTags: boolean;
}

/** How long to keep a snapshot. */
export interface NewRetention {
  /** Undefined, or -1 as AWS writes it: until it is deleted. */
  readonly days: number | undefined;
  /** Whether AWS may delete at once what is older than that. */
  readonly force: boolean;
}

/** What came of one snapshot of many: why it was not changed, or the way to it as it is now. */
export type Outcome = SnapgateError | SnapshotRecord | (() => Promise<SnapshotRecord | null>);

/** A temporary password to issue. */
export interface NewCredentials {
  readonly databaseUser: string;
  readonly databaseName: string | undefined;
  readonly durationSeconds: number;
  readonly autoCreate: boolean;
  readonly databaseGroups: readonly string[];
}

/** A temporary password; as a function, it is not in what prints or serializes this. */
export interface IssuedCredentials {
  readonly databaseUser: string;
  readonly databasePassword: () => string;
  readonly expiresAt: Date | undefined;
}

/** Finds the change backend of a service. */
export type ChangesOf = (source: Pick<Source, 'service'>) => ChangeBackend;

type Functions<First> = Readonly<Record<string, (first: First, ...rest: never[]) => unknown>>;
type Bound<First, Table extends Functions<First>> = {
  readonly [Name in keyof Table]: Table[Name] extends (first: First, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

/** The same functions with their first argument given: what the plans of a service share during one request. */
export function withFirst<First, Table extends Functions<First>>(first: First, functions: Table): Bound<First, Table> {
  const entries = Object.entries(functions).map(([name, plan]) => [name, plan.bind(undefined, first)]);
  return Object.fromEntries(entries) as Bound<First, Table>;
}
