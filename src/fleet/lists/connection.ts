import type { Maybe, MaybePromise } from '../../snapshots/maybe.ts';
import type { SourceReport } from '../reports.ts';
import type { ClusterFilter, ClusterOrder, SnapshotFilter, SnapshotOrder } from './filter.ts';

/** A number of records; AT_LEAST if a source was not read in full. */
export interface Count {
  readonly value: number;
  readonly precision: 'EXACT' | 'AT_LEAST';
}

/** A page of a list. Expensive fields, such as cursors, are computed only if they are selected. */
export interface Connection<Row> {
  /** The records of the edges. */
  readonly nodes: readonly Row[];
  edges(): readonly { readonly cursor: string; readonly node: Row }[];
  readonly pageInfo: PageInfo;
  /** Resolves after `hasNextPage` if both are selected, because `hasNextPage` can change the reports. */
  sources(): MaybePromise<SourceReport[]>;
  /** Reads every source in full. */
  totalCount(): Promise<Count>;
}

/** A page of a list that has no `totalCount`. */
export type UncountedConnection<Row> = Omit<Connection<Row>, 'totalCount'>;

/** https://relay.dev/graphql/connections.htm#sec-undefined.PageInfo */
export interface PageInfo {
  /** Can make AWS calls when it is first called. */
  hasNextPage(): MaybePromise<boolean>;
  readonly hasPreviousPage: boolean;
  startCursor(): string | null;
  endCursor(): string | null;
}

/** The page to read; `last` and `before` only of a list that is read in full. */
export interface PageArgs {
  readonly first?: Maybe<number>;
  readonly after?: Maybe<string>;
  readonly last?: Maybe<number>;
  readonly before?: Maybe<string>;
}

export interface SnapshotConnectionArgs extends PageArgs {
  readonly filter?: Maybe<SnapshotFilter>;
  readonly orderBy?: Maybe<SnapshotOrder>;
}

export interface ClusterConnectionArgs extends PageArgs {
  readonly filter?: Maybe<ClusterFilter>;
  readonly orderBy?: Maybe<ClusterOrder>;
}

/** The selected fields that can make AWS calls, for which the reports on the sources wait. */
export interface Wanted {
  readonly isNextPageWanted: boolean;
  /** Whether the whole list will be counted. */
  readonly isCountWanted?: boolean;
  /** Whether the cluster of each snapshot of the page will be read. */
  readonly areClustersWanted?: boolean;
}
