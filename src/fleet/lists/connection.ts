import type { Maybe } from '../../snapshots/maybe.ts';
import type { SourceReport } from '../reports.ts';
import type { ClusterFilter, SnapshotFilter, SnapshotOrder } from './filter.ts';

/** A number of records; AT_LEAST where some source did not answer in full. */
export interface Count {
  readonly value: number;
  readonly precision: 'EXACT' | 'AT_LEAST';
}

/** A page of a list; a member that costs work is a getter, read only when its field is selected. */
export interface Connection<Row> extends ConnectionReport {
  readonly edges: { readonly cursor: string; readonly node: Row }[];
  readonly pageInfo: PageInfo;
}

/** What a connection reports besides its records. */
export interface ConnectionReport {
  sources(): SourceReport[];
  /** Reads every source in full. */
  totalCount(): Promise<Count>;
}

/** https://relay.dev/graphql/connections.htm#sec-undefined.PageInfo */
export interface PageInfo {
  /** Known only where the page was asked for with `isNextPageWanted`, as it may cost an AWS call. */
  readonly hasNextPage: boolean;
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

/** What else a list has to find out, which may cost AWS calls. */
export interface Wanted {
  readonly isNextPageWanted: boolean;
}
