import { AuthorizeSnapshotAccessCommand, RevokeSnapshotAccessCommand, type Snapshot } from '@aws-sdk/client-redshift';
import type { Outcome, Revocation } from '../../../changes/backend.ts';
import type { Call } from '../../../changes/plans/call.ts';
import { fewAtATime } from '../../../changes/plans/few-at-a-time.ts';
import { type Plan, planOne, together } from '../../../changes/plans/plan.ts';
import { SnapgateError } from '../../../errors.ts';
import type { MaybePromise } from '../../../snapshots/maybe.ts';
import type { SnapshotSharing } from '../../../snapshots/sharing.ts';
import { sameOrNull } from '../../../snapshots/snapshot.ts';
import type { RedshiftRequest } from '../request.ts';
import { type RedshiftSnapshot, redshiftSnapshot, redshiftSnapshotKind, supportAlias } from '../snapshot-kind.ts';

/**
 * Plans one call per party, because AWS accepts one per call.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_AuthorizeSnapshotAccess.html
 */
export function planShare(request: RedshiftRequest, snapshot: RedshiftSnapshot, added: SnapshotSharing) {
  return planOfOne(request, snapshot, partiesOf(added), {
    call: (party) =>
      request.sender.callForAll(snapshot.source, new AuthorizeSnapshotAccessCommand(accessOf(snapshot, party))),
    already: 'AuthorizationAlreadyExistsFault',
    isShared: true,
  });
}

/**
 * Plans one call per party, because AWS accepts one per call. A restore that is in progress continues.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_RevokeSnapshotAccess.html
 */
export function planUnshare(request: RedshiftRequest, snapshot: RedshiftSnapshot, removed: SnapshotSharing) {
  return planOfOne(request, snapshot, partiesOf(removed), revocation(request, snapshot));
}

/** The snapshots whose access has changed are read together, and only on demand. */
export function planUnshares(
  request: RedshiftRequest,
  revocations: readonly Revocation<RedshiftSnapshot>[],
): Plan<readonly Outcome[]> {
  const plans = revocations.map(({ snapshot, removed }) => {
    const plan = planEach(request, snapshot, partiesOf(removed), revocation(request, snapshot));
    const read = () => request.snapshots.byArn.load(snapshot.source, redshiftSnapshotKind.arn(snapshot));
    return {
      calls: plan.calls,
      run: async () => {
        const toResult = await plan.run();
        return () => toResult(read);
      },
    };
  });
  return together(plans);
}

function revocation({ sender }: RedshiftRequest, snapshot: RedshiftSnapshot): AccessChange {
  return {
    call: (party) => sender.callForAll(snapshot.source, new RevokeSnapshotAccessCommand(accessOf(snapshot, party))),
    already: 'AuthorizationNotFoundFault',
    isShared: false,
  };
}

/** A change of the access of each of several parties. */
interface AccessChange {
  call(party: string): Call<{ Snapshot?: Snapshot | undefined }>;
  /** The fault of AWS if another caller has made the same change in the meantime. */
  readonly already: string;
  /** Whether the parties have access after the change. */
  readonly isShared: boolean;
}

/** Returns the ids of the accounts, other values of AWS, and the alias of AWS Support. */
function partiesOf({ accounts, awsSupport, others }: SnapshotSharing): readonly string[] {
  return [...accounts, ...others, ...(awsSupport ? [supportAlias] : [])];
}

function partiesWith({ aws }: RedshiftSnapshot): string[] {
  return (aws.AccountsWithRestoreAccess ?? []).map(({ AccountId = '', AccountAlias }) =>
    AccountAlias === supportAlias ? supportAlias : AccountId || (AccountAlias ?? ''),
  );
}

function accessOf({ aws: { SnapshotIdentifier, ClusterIdentifier } }: RedshiftSnapshot, party: string) {
  return {
    SnapshotIdentifier,
    // Required if the caller's IAM policy is limited to named clusters.
    SnapshotClusterIdentifier: ClusterIdentifier,
    AccountWithRestoreAccess: party,
  };
}

type Read = () => MaybePromise<RedshiftSnapshot | null>;

/** The result is the snapshot after the change. */
function planOfOne(
  request: RedshiftRequest,
  snapshot: RedshiftSnapshot,
  parties: readonly string[],
  change: AccessChange,
): Plan<RedshiftSnapshot> {
  const plan = planEach(request, snapshot, parties, change);
  return { calls: plan.calls, run: async () => (await plan.run())(readAfresh(request, snapshot)) };
}

function readAfresh({ afresh }: RedshiftRequest, { source, aws }: RedshiftSnapshot): Read {
  return () => afresh().snapshots.find(source, aws.SnapshotIdentifier ?? '');
}

/**
 * The result returns the snapshot after the change: as in the response for the only party, or else as it is read then.
 */
function planEach(
  request: RedshiftRequest,
  snapshot: RedshiftSnapshot,
  parties: readonly string[],
  { call, already, isShared }: AccessChange,
): Plan<(read: Read) => Promise<RedshiftSnapshot>> {
  const { source, aws } = snapshot;
  const { RestorableNodeTypes } = aws;
  const find = async (read: Read) => sameOrNull(snapshot, await read());
  const isDone = (found: RedshiftSnapshot, some: readonly string[]) =>
    some.every((party) => partiesWith(found).includes(party) === isShared);

  const answers: RedshiftSnapshot[] = [];
  const planParty = (party: string): Plan<void> => {
    const plan = planOne(call(party), {
      // AWS omits the node types from this response, although they have not changed.
      fromAnswer: ({ Snapshot }) => Snapshot && redshiftSnapshot(source, { RestorableNodeTypes, ...Snapshot }),
      readBack: async () => {
        const found = await find(readAfresh(request, snapshot));
        return found && isDone(found, [party]) ? found : undefined;
      },
    });
    return {
      calls: plan.calls,
      run: async () => {
        const answer = await plan.run().catch((error: unknown) => {
          if (error instanceof SnapgateError && error.fault === already) return undefined;
          throw error;
        });
        if (answer) answers.push(answer);
      },
    };
  };
  return fewAtATime(
    parties.map((name) => ({ name, plan: planParty(name) })),
    async () => async (read) => {
      const [answer] = answers;
      if (parties.length === 1 && answer) return answer;
      const found = (await find(read).catch(() => null)) ?? snapshot;
      return withAccess(found, snapshot, parties, isShared);
    },
  );
}

/**
 * Returns a snapshot with the access that AWS has confirmed, which AWS can show late: first the parties that had access
 * before, then the others in the order of the calls.
 */
function withAccess(
  found: RedshiftSnapshot,
  before: RedshiftSnapshot,
  parties: readonly string[],
  isShared: boolean,
): RedshiftSnapshot {
  const shown = partiesWith(found);
  const known = [...new Set([...partiesWith(before), ...(isShared ? parties : []), ...shown])];
  const left = known.filter((party) => (parties.includes(party) ? isShared : shown.includes(party)));
  return redshiftSnapshot(found.source, {
    ...found.aws,
    AccountsWithRestoreAccess: left.map((party) =>
      /^\d{12}$/.test(party) ? { AccountId: party } : { AccountAlias: party },
    ),
  });
}
