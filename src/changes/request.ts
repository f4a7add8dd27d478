import type { CredentialSettings } from '../access/policy/credentials.ts';
import type { DeletionRequest } from '../access/policy/leaving.ts';
import type { Policy } from '../access/policy/policy.ts';
import type { Rights } from '../access/rights.ts';
import type { ErrorCode, SharingRefusal } from '../errors.ts';
import type { Keys } from '../fleet/lookups/keys.ts';
import type { RecordReads } from '../fleet/lookups/record-reads.ts';
import type { Questions } from '../fleet/questions/questions.ts';
import type { Sources } from '../fleet/sources.ts';
import type { SnapshotRecord } from '../snapshots/snapshot.ts';
import type { Source } from '../snapshots/source.ts';
import type { PlannedCall } from './plans/call.ts';

/** The parts of a request that its changes need. */
export interface ChangeRequest
  extends RecordReads, Pick<DeletionRequest, 'subject' | 'now' | 'signal' | 'sees' | 'hasOtherSnapshot'> {
  readonly rights: Rights;
  /** The same as `keyNamed`, with a time limit of its own, to read back a change. */
  keyNamedAfresh: Keys['keyNamed'];
  /** Whether a source has as many manual snapshots as its quota. Rejects if a read fails. */
  isQuotaReached(source: Source): Promise<boolean>;
  /** Reads the automated snapshots of a cluster in a source, regardless of visibility. Rejects if a read fails. */
  automatedSnapshots: Questions['automatedSnapshots'];
  /** The sources that the principal can read. */
  readonly sources: Sources;
  readonly policy: Policy;
  /** If undefined, the gateway issues no database passwords. */
  readonly credentials: CredentialSettings | undefined;
}

/** The outcome of a change of one snapshot. */
export interface SnapshotChange {
  /** A function reads the snapshot, because the change repeats an earlier one. */
  readonly snapshot: SnapshotRecord | null | (() => Promise<SnapshotRecord | null>);
  readonly plannedCalls: readonly PlannedCall[];
  /** The calls of later requests, which AWS accepts only after the planned calls are complete. */
  readonly remainingCalls?: readonly PlannedCall[] | undefined;
  /** The reasons to refuse the change that could not be checked; AWS decides about them. */
  readonly unchecked?: readonly Unchecked[] | undefined;
}

/** A reason to refuse to share a snapshot that could not be checked before AWS was called. */
export interface Unchecked {
  readonly refusal: SharingRefusal;
  /** Why it could not be checked. */
  readonly code: ErrorCode;
  readonly message: string;
}
