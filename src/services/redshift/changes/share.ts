import { AuthorizeSnapshotAccessCommand, RevokeSnapshotAccessCommand, type Snapshot } from '@aws-sdk/client-redshift';
import type { Call } from '../../../changes/plans/call.ts';
import { inOrder, type Plan, planOne } from '../../../changes/plans/plan.ts';
import type { SnapshotSharing } from '../../../snapshots/sharing.ts';
import type { RedshiftRequest } from '../request.ts';
import { type RedshiftSnapshot, redshiftSnapshot, supportAlias } from '../snapshot-kind.ts';

/**
 * Plans one call per party, because AWS accepts one per call.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_AuthorizeSnapshotAccess.html
 */
export function planShare(request: RedshiftRequest, snapshot: RedshiftSnapshot, added: SnapshotSharing) {
  return planEach(partiesOf(added), (party) => {
    const command = new AuthorizeSnapshotAccessCommand(accessOf(snapshot, party));
    return planParty(request, snapshot, request.sender.callForAll(snapshot.source, command), (parties) =>
      parties.includes(party),
    );
  });
}

/**
 * Plans one call per party, because AWS accepts one per call. A restore that is in progress continues.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_RevokeSnapshotAccess.html
 */
export function planUnshare(request: RedshiftRequest, snapshot: RedshiftSnapshot, removed: SnapshotSharing) {
  return planEach(partiesOf(removed), (party) => {
    const command = new RevokeSnapshotAccessCommand(accessOf(snapshot, party));
    return planParty(
      request,
      snapshot,
      request.sender.callForAll(snapshot.source, command),
      (parties) => !parties.includes(party),
    );
  });
}

/** Returns the ids of the accounts, other values of AWS, and the alias of AWS Support. */
function partiesOf({ accounts, awsSupport, others }: SnapshotSharing): readonly string[] {
  return [...accounts, ...others, ...(awsSupport ? [supportAlias] : [])];
}

function accessOf({ aws: { SnapshotIdentifier, ClusterIdentifier } }: RedshiftSnapshot, party: string) {
  return {
    SnapshotIdentifier,
    // Required if the caller's IAM policy is limited to named clusters.
    SnapshotClusterIdentifier: ClusterIdentifier,
    AccountWithRestoreAccess: party,
  };
}

function planParty(
  { snapshots }: RedshiftRequest,
  { source, aws: { SnapshotIdentifier = '', RestorableNodeTypes } }: RedshiftSnapshot,
  call: Call<{ Snapshot?: Snapshot | undefined }>,
  isDone: (parties: readonly string[]) => boolean,
): Plan<RedshiftSnapshot> {
  return planOne(call, {
    // AWS omits the node types from this response, although they have not changed.
    fromAnswer: ({ Snapshot }) => Snapshot && redshiftSnapshot(source, { RestorableNodeTypes, ...Snapshot }),
    readBack: async () => {
      const found = await snapshots.find(source, SnapshotIdentifier);
      const parties = (found?.aws.AccountsWithRestoreAccess ?? []).map(
        ({ AccountId, AccountAlias }) => AccountId ?? AccountAlias ?? '',
      );
      return found && isDone(parties) ? found : undefined;
    },
  });
}

function planEach(parties: readonly string[], plan: (party: string) => Plan<RedshiftSnapshot>): Plan<RedshiftSnapshot> {
  const plans = parties.map(plan);
  const [last] = plans.slice(-1);
  if (last === undefined) throw new Error('A plan needs at least one party.');
  return inOrder(plans.slice(0, -1), last);
}
