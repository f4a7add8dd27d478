import type { CredentialSettings } from '../access/policy/credentials.ts';
import type { DeletionRequest } from '../access/policy/deletion.ts';
import type { Policy } from '../access/policy/policy.ts';
import type { Rights } from '../access/rights.ts';
import type { RecordReads } from '../fleet/lookups/record-reads.ts';
import type { Sources } from '../fleet/sources.ts';
import type { SnapshotRecord } from '../snapshots/snapshot.ts';
import type { PlannedCall } from './plans/call.ts';

/** What a change needs of the request that asks for it. */
export interface ChangeRequest extends RecordReads, Pick<DeletionRequest, 'subject' | 'hasOtherSnapshot'> {
  readonly rights: Rights;
  /** Those of which the principal may see something. */
  readonly sources: Sources;
  readonly policy: Policy;
  /** Undefined where no database passwords are issued. */
  readonly credentials: CredentialSettings | undefined;
}

/** The outcome of the change of one snapshot. */
export interface SnapshotChange {
  readonly snapshot: SnapshotRecord | null;
  readonly plannedCalls: readonly PlannedCall[];
}
