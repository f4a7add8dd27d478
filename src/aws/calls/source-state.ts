import type { BreakerState } from './breaker.ts';
import type { LaneState } from './lane.ts';

/** The calls of a source now. */
export interface CallsState extends LaneState {
  readonly breaker: BreakerState;
}

/** The connection of one source to its service now. */
export interface SourceState extends CallsState {
  /** The prefix of the actions in IAM policies: `redshift`, `rds` or `kms`. */
  readonly service: string;
  readonly account: string;
  readonly region: string;
  /** The reads since the start that shared a call in progress. */
  readonly coalesced: number;
}

/** Reads the state of a connection, without a call to AWS. */
export type ConnectionReader = () => SourceState;
