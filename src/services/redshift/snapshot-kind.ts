import type { Snapshot } from '@aws-sdk/client-redshift';
import { isAccountId, readArn } from '../../snapshots/arn.ts';
import { derivedOnce } from '../../snapshots/lazily.ts';
import { untilDeleted } from '../../snapshots/retention.ts';
import { serviceTable } from '../../snapshots/service.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import {
  isOwn,
  type SnapshotKind,
  type SnapshotProgress,
  type SnapshotRecord,
  snapshotStatus,
  toWord,
} from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';

export type RedshiftSnapshot = SnapshotRecord<Snapshot>;

/** The account alias by which Amazon Redshift shares a snapshot with AWS Support. */
export const supportAlias = 'amazon-redshift-support';

/** Maps an Amazon Redshift snapshot to the Snapshot interface. */
export const redshiftSnapshotKind: SnapshotKind<Snapshot> = {
  typename: serviceTable.REDSHIFT.types.snapshot,
  resource: 'snapshot',
  // AWS moves the creation time by about 20 seconds while it creates the snapshot.
  createdAtDriftSeconds: 120,
  hasRetention: true,
  arn: derivedOnce((snapshot) => {
    const { aws, source } = snapshot;
    if (aws.SnapshotArn !== undefined && readArn(aws.SnapshotArn)) return aws.SnapshotArn;
    const owner = redshiftSnapshotKind.ownerAccountId(snapshot) ?? source.account;
    return `arn:${source.partition}:redshift:${source.region}:${owner}:snapshot:${aws.ClusterIdentifier ?? ''}/${aws.SnapshotIdentifier ?? ''}`;
  }),
  identifier: ({ aws }) => aws.SnapshotIdentifier ?? '',
  ownerAccountId: derivedOnce((snapshot) => {
    const [owner = null] = ownersOf(snapshot);
    return owner === null && snapshot.aws.OwnerAccount === undefined ? snapshot.source.account : owner;
  }),
  clusterIdentifier: ({ aws }) => aws.ClusterIdentifier ?? '',
  type: (snapshot) => {
    if (!isOwn(snapshot)) return 'SHARED';
    const type = toWord(snapshot.aws.SnapshotType);
    if (type === 'manual') return 'MANUAL';
    return type === 'automated' ? 'AUTOMATED' : 'UNKNOWN';
  },
  rawStatus: ({ aws }) => aws.Status ?? '',
  createdAt: ({ aws }) => aws.SnapshotCreateTime,
  clusterCreatedAt: ({ aws }) => aws.ClusterCreateTime,
  masterUsername: ({ aws }) => aws.MasterUsername,
  engineVersion: ({ aws }) => aws.ClusterVersion,
  port: ({ aws }) => aws.Port,
  vpcId: ({ aws }) => aws.VpcId,
  availabilityZones: ({ aws }) => (aws.AvailabilityZone === undefined ? [] : [aws.AvailabilityZone]),
  encrypted: ({ aws }) => aws.Encrypted,
  kmsKeyId: ({ aws }) => aws.KmsKeyId,
  progress: toProgress,
  size: ({ aws }) => ({
    totalMegabytes: known(aws.TotalBackupSizeInMegaBytes),
    incrementalMegabytes: known(aws.ActualIncrementalBackupSizeInMegaBytes),
  }),
  retention: ({ aws }) => {
    const days = aws.ManualSnapshotRetentionPeriod;
    // AWS can report a period for an automated snapshot, whose retention is that of its cluster.
    if (toWord(aws.SnapshotType) === 'automated' || days === undefined || days < untilDeleted) return null;
    return {
      days: known(days),
      remainingDays: known(aws.ManualSnapshotRemainingDays),
      startedAt: aws.SnapshotRetentionStartTime,
      forever: days === untilDeleted,
    };
  },
  // AWS copies snapshots to other regions of the same account, and does not report the name of the snapshot there.
  origin: (snapshot) => {
    const { SourceRegion: region } = snapshot.aws;
    const account = redshiftSnapshotKind.ownerAccountId(snapshot) ?? null;
    return region ? { region, account, snapshotArn: null } : null;
  },
};

/** Combines a snapshot that AWS returned with its source. */
export function redshiftSnapshot(source: Source, aws: Snapshot, derived?: unknown[]): RedshiftSnapshot {
  return { __typename: redshiftSnapshotKind.typename, kind: redshiftSnapshotKind, source, aws, derived };
}

/** Returns the accounts that own a snapshot by its OwnerAccount and its ARN: none if AWS reports neither. */
export function ownersOf({ aws: { OwnerAccount, SnapshotArn } }: RedshiftSnapshot): readonly string[] {
  const inArn = readArn(SnapshotArn ?? '')?.account;
  // As for every record that AWS reports today: a full read asks this of each of a million records.
  if (inArn !== undefined && inArn === OwnerAccount) return [inArn];
  const owners = [OwnerAccount ?? '', inArn ?? ''];
  return [...new Set(owners.filter(isAccountId))];
}

/** Returns who can restore one of the account's own snapshots. */
export const sharesIn = derivedOnce(({ aws }: RedshiftSnapshot): SnapshotSharing => {
  const parties = (aws.AccountsWithRestoreAccess ?? []).flatMap(({ AccountAlias, AccountId }) =>
    AccountAlias === supportAlias ? supportAlias : (AccountId ?? AccountAlias ?? []),
  );
  return {
    public: false,
    awsSupport: parties.includes(supportAlias),
    accounts: parties.filter(isAccountId),
    others: parties.filter((party) => !isAccountId(party) && party !== supportAlias),
  };
});

function toProgress(snapshot: RedshiftSnapshot): SnapshotProgress {
  const { aws } = snapshot;
  return {
    percent: percentOf(snapshot),
    transferredMegabytes: known(aws.BackupProgressInMegaBytes),
    rateMegabytesPerSecond: known(aws.CurrentBackupRateInMegaBytesPerSecond),
    elapsedSeconds: known(aws.ElapsedTimeInSeconds),
    remainingSeconds: known(aws.EstimatedSecondsToCompletion),
  };
}

function percentOf(snapshot: RedshiftSnapshot): number | null {
  const status = snapshotStatus(snapshot);
  if (status === 'AVAILABLE' || status === 'FINAL') return 100;
  const total = snapshot.aws.ActualIncrementalBackupSizeInMegaBytes;
  const done = snapshot.aws.BackupProgressInMegaBytes;
  if (status !== 'CREATING' || !total || total < 0 || done === undefined || done < 0) return null;
  return Math.min(100, (done / total) * 100);
}

/** Amazon Redshift returns -1 for unknown values, and for "never". A number that is not exact cannot be a value. */
export function known(value: number | undefined): number | null {
  return value === undefined || value < 0 || value > Number.MAX_SAFE_INTEGER ? null : value;
}
