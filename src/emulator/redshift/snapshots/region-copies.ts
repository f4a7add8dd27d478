import type {
  ClusterSnapshotCopyStatus,
  DisableSnapshotCopyMessage,
  DisableSnapshotCopyResult,
  EnableSnapshotCopyMessage,
  EnableSnapshotCopyResult,
  ModifySnapshotCopyRetentionPeriodMessage,
  ModifySnapshotCopyRetentionPeriodResult,
} from '@aws-sdk/client-redshift';

import { invalidValue } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { day } from '../../time/dates.ts';
import { partitionOf, type Region } from '../../world/world.ts';
import { redshiftFault } from '../faults.ts';
import { readCluster, requireAvailable } from '../readings.ts';
import { checkManualRetention, defaultCopyRetention, forever } from '../rules.ts';
import { completeSnapshot } from '../stock/complete-snapshot.ts';
import { defaultKey, isKept, requireCluster } from '../store.ts';
import type { StoredCluster, StoredSnapshot } from '../stored.ts';

const longestAutomatedRetention = 35;

/** Where and when a snapshot is created. */
type CopyCall = Pick<Call, 'account' | 'region' | 'world' | 'now' | 'assumptions'>;

/**
 * Enables the copy of every new snapshot of a cluster to another region.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_EnableSnapshotCopy.html
 */
export function enableSnapshotCopy(input: EnableSnapshotCopyMessage, call: Call): EnableSnapshotCopyResult {
  const {
    DestinationRegion = '',
    RetentionPeriod = defaultCopyRetention,
    ManualSnapshotRetentionPeriod = forever,
  } = input;
  checkAutomatedRetention(RetentionPeriod);
  checkManualRetention(ManualSnapshotRetentionPeriod);
  const cluster = availableCluster(input.ClusterIdentifier, call);
  const isRegion = /^[a-z]{2,4}(-[a-z]+)+-\d+$/.test(DestinationRegion);
  if (!isRegion || DestinationRegion === call.region || partitionOf(DestinationRegion) !== call.here.partition) {
    throw redshiftFault('UnknownSnapshotCopyRegionFault', `Invalid region ${DestinationRegion}`);
  }
  if (cluster.ClusterSnapshotCopyStatus) {
    throw redshiftFault(
      'SnapshotCopyAlreadyEnabledFault',
      `Snapshot copy is already enabled for ${cluster.ClusterIdentifier}.`,
    );
  }
  const { SnapshotCopyGrantName } = input;
  requireCopyGrant(cluster, SnapshotCopyGrantName, call.world.region(call.account, DestinationRegion));
  return changeCopyStatus(cluster, call, {
    DestinationRegion,
    RetentionPeriod,
    ManualSnapshotRetentionPeriod,
    SnapshotCopyGrantName,
  });
}

/**
 * Disables the copy of new snapshots; existing copies remain.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DisableSnapshotCopy.html
 */
export function disableSnapshotCopy(input: DisableSnapshotCopyMessage, call: Call): DisableSnapshotCopyResult {
  const cluster = availableCluster(input.ClusterIdentifier, call);
  if (cluster.ClusterSnapshotCopyStatus) return changeCopyStatus(cluster, call, undefined);
  throw redshiftFault(
    'SnapshotCopyAlreadyDisabledFault',
    `Snapshot copy is already disabled for ${cluster.ClusterIdentifier}.`,
  );
}

/**
 * Changes the retention period of automated copies, existing ones too, or, with `Manual`, of new manual copies.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifySnapshotCopyRetentionPeriod.html
 */
export function modifySnapshotCopyRetentionPeriod(
  { ClusterIdentifier, RetentionPeriod = 0, Manual = false }: ModifySnapshotCopyRetentionPeriodMessage,
  call: Call,
): ModifySnapshotCopyRetentionPeriodResult {
  if (Manual) checkManualRetention(RetentionPeriod);
  else checkAutomatedRetention(RetentionPeriod);
  const cluster = availableCluster(ClusterIdentifier, call);
  const status = cluster.ClusterSnapshotCopyStatus;
  if (!status) {
    throw redshiftFault('SnapshotCopyDisabledFault', `Snapshot copy is disabled for ${cluster.ClusterIdentifier}.`);
  }
  if (!Manual) extendCopies(cluster, RetentionPeriod - (status.RetentionPeriod ?? defaultCopyRetention), call);
  const change = Manual ? { ManualSnapshotRetentionPeriod: RetentionPeriod } : { RetentionPeriod };
  return changeCopyStatus(cluster, call, { ...status, ...change });
}

/** Throws a fault unless the destination region has the grant; only an encrypted cluster needs one. */
function requireCopyGrant({ Encrypted = false }: StoredCluster, name: string | undefined, there: Region): void {
  if (name === undefined) {
    if (!Encrypted) return;
    throw invalidValue('SnapshotCopyGrantName is required for Snapshot Copy on KMS encrypted clusters.');
  }
  if (there.redshift.grants.get(name)) return;
  throw redshiftFault('SnapshotCopyGrantNotFoundFault', `Snapshot copy grant ${name} not found.`);
}

/** Returns the key of encrypted copies: that of the grant, or the default key of the destination region. */
function copyKey({ SnapshotCopyGrantName = '' }: ClusterSnapshotCopyStatus, there: Region): string {
  return there.redshift.grants.get(SnapshotCopyGrantName)?.KmsKeyId ?? defaultKey(there);
}

/**
 * Copies a new snapshot to its cluster's destination region, if any. The copy starts when the snapshot is available. AWS
 * copies neither tags nor the key.
 */
export function copyToOtherRegion(snapshot: StoredSnapshot, cluster: StoredCluster, call: CopyCall): void {
  const { ClusterSnapshotCopyStatus: settings = {} } = cluster;
  const { DestinationRegion, ManualSnapshotRetentionPeriod, RetentionPeriod } = settings;
  if (!DestinationRegion) return;
  const there = call.world.region(call.account, DestinationRegion);
  const existing = there.redshift.snapshots.get(snapshot.SnapshotIdentifier);
  if (existing && isKept(existing, call.now)) return;
  const { SnapshotArn: _arn, AvailabilityZone: _zone, VpcId: _vpc, settledCreateTime: settled, ...source } = snapshot;
  const { KmsKeyId, readyAt, ...members } = source;
  const startedThere = readyAt ?? call.now.getTime();
  const readyThere = startedThere + call.assumptions.snapshotSeconds * 1000;
  there.redshift.snapshots.put(
    completeSnapshot(
      {
        ...members,
        ...(settled === undefined ? {} : { SnapshotCreateTime: new Date(settled) }),
        ...(KmsKeyId === undefined ? {} : { KmsKeyId: copyKey(settings, there) }),
        ...(snapshot.SnapshotType === 'manual'
          ? { ManualSnapshotRetentionPeriod, SnapshotRetentionStartTime: new Date(readyThere) }
          : { expiresAt: readyThere + (RetentionPeriod ?? defaultCopyRetention) * day }),
        SourceRegion: call.region,
        Tags: [],
        copiedAt: startedThere,
        readyAt: readyThere,
      },
      there,
      call.now,
    ),
  );
}

/** Moves the end of every automated copy by this number of days; copies whose retention is over then do not exist. */
function extendCopies(cluster: StoredCluster, days: number, { account, region, world }: Call): void {
  const { DestinationRegion = '' } = cluster.ClusterSnapshotCopyStatus ?? {};
  const { snapshots } = world.region(account, DestinationRegion).redshift;
  // Copies keep the name that their cluster had, so that its creation identifies it.
  const copies = [...snapshots.values()].filter(
    ({ SourceRegion, ClusterCreateTime }) =>
      SourceRegion === region && ClusterCreateTime?.getTime() === cluster.ClusterCreateTime.getTime(),
  );
  snapshots.replace({
    added: copies.flatMap((copy) =>
      copy.expiresAt === undefined ? [] : [{ ...copy, expiresAt: copy.expiresAt + days * day }],
    ),
  });
}

function availableCluster(name: string | undefined, { here, now }: Call): StoredCluster {
  const cluster = requireCluster(here, name, now);
  requireAvailable(cluster, now);
  return cluster;
}

function changeCopyStatus(
  cluster: StoredCluster,
  { here, now }: Call,
  ClusterSnapshotCopyStatus: ClusterSnapshotCopyStatus | undefined,
): EnableSnapshotCopyResult {
  const changed = { ...cluster, ClusterSnapshotCopyStatus };
  here.redshift.clusters.put(changed);
  return { Cluster: readCluster(changed, now) };
}

function checkAutomatedRetention(days: number): void {
  if (Number.isInteger(days) && days >= 1 && days <= longestAutomatedRetention) return;
  throw redshiftFault(
    'InvalidRetentionPeriodFault',
    `The retention period of automated snapshots must be between 1 and ${longestAutomatedRetention} days.`,
  );
}
