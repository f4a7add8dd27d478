import type { Maybe } from '../../snapshots/maybe.ts';
import type { ServiceName } from '../../snapshots/service.ts';
import type { SnapshotExposure, SnapshotStatus, SnapshotType } from '../../snapshots/snapshot.ts';

/** The sources to read; an omitted field does not restrict them. */
interface SourceFilter {
  readonly services?: Maybe<readonly ServiceName[]>;
  readonly accounts?: Maybe<readonly string[]>;
  readonly regions?: Maybe<readonly string[]>;
}

/** The filter of a list of snapshots, as the caller passes it. */
export interface SnapshotFilter extends SourceFilter {
  readonly clusterIdentifiers?: Maybe<readonly string[]>;
  readonly identifiers?: Maybe<readonly string[]>;
  readonly search?: Maybe<string>;
  readonly types?: Maybe<readonly SnapshotType[]>;
  readonly statuses?: Maybe<readonly SnapshotStatus[]>;
  readonly createdAfter?: Maybe<Date>;
  readonly createdBefore?: Maybe<Date>;
  readonly olderThanDays?: Maybe<number>;
  readonly youngerThanDays?: Maybe<number>;
  readonly ownerAccounts?: Maybe<readonly string[]>;
  readonly tags?: Maybe<readonly TagFilter[]>;
  readonly untagged?: Maybe<boolean>;
  readonly encrypted?: Maybe<boolean>;
  readonly orphaned?: Maybe<boolean>;
  readonly exposure?: Maybe<SnapshotExposure>;
  readonly sharedWith?: Maybe<readonly string[]>;
  readonly sharedOutside?: Maybe<readonly string[]>;
  readonly copies?: Maybe<boolean>;
  readonly minimumMegabytes?: Maybe<number>;
  readonly kmsKeyIds?: Maybe<readonly string[]>;
  readonly keptForever?: Maybe<boolean>;
  readonly expiringWithinDays?: Maybe<number>;
}

export interface TagFilter {
  readonly key: string;
  readonly values?: Maybe<readonly string[]>;
}

/** The filter of a list of clusters, as the caller passes it. */
export interface ClusterFilter extends SourceFilter {
  readonly identifiers?: Maybe<readonly string[]>;
  readonly withoutSnapshotSince?: Maybe<Date>;
  readonly withoutSnapshotForHours?: Maybe<number>;
  readonly gapWithinDays?: Maybe<number>;
  /** The IANA name of the time zone of `gapWithinDays`. */
  readonly timeZone?: Maybe<string>;
}

/** The order of a list of snapshots, as the caller passes it. */
export interface SnapshotOrder {
  readonly field: 'CREATED_AT' | 'IDENTIFIER' | 'CLUSTER' | 'SIZE';
  readonly direction: OrderDirection;
}

/** The order of a list of clusters, as the caller passes it. */
export interface ClusterOrder {
  readonly field: 'IDENTIFIER' | 'CREATED_AT' | 'LATEST_SNAPSHOT_AT';
  readonly direction: OrderDirection;
}

export type OrderDirection = 'ASC' | 'DESC';
