import type { Maybe, MaybePromise } from '../../snapshots/maybe.ts';
import type { SourceReport } from '../reports.ts';
import type { ClusterFilter, SnapshotFilter, SnapshotOrder } from './filter.ts';

/** A number of records; AT_LEAST where some source did not answer in full. */
export interface Count {
  readonly value: number;
  readonly precision: 'EXACT' | 'AT_LEAST';
}

/** A page of a list. What costs work, such as a cursor, is done only when its field is selected. */
export interface Connection<Row> {
  readonly edges: { readonly cursor: string; readonly node: Row }[];
  readonly pageInfo: PageInfo;
  /** Resolves after `hasNextPage` where that is wanted too, because that may change the report. */
  sources(): MaybePromise<SourceReport[]>;
  /** Reads every source in full. */
  totalCount(): Promise<Count>;
}

/** https://relay.dev/graphql/connections.htm#sec-undefined.PageInfo */
export interface PageInfo {
  /** May cost AWS calls, made when it is first asked for. */
  hasNextPage(): MaybePromise<boolean>;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

export interface PageArgs {
  readonly first?: Maybe<number>;
  readonly after?: Maybe<string>;
}

export interface SnapshotConnectionArgs extends PageArgs {
  readonly last?: Maybe<number>;
  readonly before?: Maybe<string>;
  readonly filter?: Maybe<SnapshotFilter>;
  readonly orderBy?: Maybe<SnapshotOrder>;
}

export interface ClusterConnectionArgs extends PageArgs {
  readonly filter?: Maybe<ClusterFilter>;
}

/** What else is asked of a list, which may cost AWS calls: the report on its sources waits for it. */
export interface Wanted {
  readonly isNextPageWanted: boolean;
}
