import type { Rights } from '../access/rights.ts';
import type { Usage } from '../aws/usage.ts';
import type { BackendOf } from './backend.ts';
import type { FullReads } from './full-reads/full-reads.ts';
import type { RecordReads } from './lookups/record-reads.ts';
import type { Cursors } from './paging/cursor.ts';
import type { StoragePrices } from './questions/storage-prices.ts';
import type { Sources } from './sources.ts';

/** Records a time from which a result can differ, in epoch milliseconds. */
export type ChangesAt = (time: number) => void;

/** The dependencies of the parts of the fleet, for one request. */
export interface FleetOptions {
  readonly rights: Rights;
  readonly sources: Sources;
  readonly cursors: Cursors;
  readonly backendOf: BackendOf;
  readonly reads: RecordReads;
  readonly fullReads: FullReads;
  /** Undefined if no prices are configured. */
  readonly prices: StoragePrices | undefined;
  readonly usage: Usage;
  /** The time of the request. */
  readonly now: Date;
  /**
   * Records a time, in epoch milliseconds, from which a result that depends on `now` can differ; undefined if that does
   * not matter.
   */
  readonly changesAt?: ChangesAt | undefined;
  /** The maximum number of AWS pages that a list reads for one of its pages. */
  readonly maximumPages: number;
}
