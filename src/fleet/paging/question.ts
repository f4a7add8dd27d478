import type { Usage } from '../../aws/usage.ts';
import type { Source } from '../../snapshots/source.ts';
import type { AwsQuery } from '../backend.ts';
import type { Match } from '../lists/match.ts';
import type { Reports } from '../reports.ts';
import type { Position } from './position.ts';
import type { QueriedSources } from './read-before.ts';

/** The query of a walk over many sources. */
export interface ListQuestion<Row, Conditions> extends QueriedSources<Row, Conditions> {
  readonly match: Match<Row, Conditions>;
  /** Returns a key that identifies a record within its source. */
  readonly key: (row: Row) => string;
  readonly reports: Reports;
  readonly usage: Usage;
  /** The maximum number of AWS pages of a walk, plus one for each source after the first. */
  readonly maximumPages: number;
  /** Whether AWS pages are read in their largest size, because the whole list is read in that size. */
  readonly areLargest?: boolean;
  /** Whether the list is one of several of the same request, each of the snapshots of one cluster. */
  readonly isOfMany?: boolean;
}

/** One AWS query of a source, and the position from which it is read. */
export interface QueryPosition<Conditions> {
  readonly source: Source;
  readonly query: AwsQuery<Conditions>;
  readonly start: Position;
}
