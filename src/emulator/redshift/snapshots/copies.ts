import type { CopyClusterSnapshotMessage, CopyClusterSnapshotResult } from '@aws-sdk/client-redshift';

import { listedAt } from '../../world/assumptions.ts';
import type { Call } from '../../service.ts';
import { redshiftFault } from '../faults.ts';
import { clusterStatusOf, createTimeOf, readThinSnapshot, statusOf } from '../readings.ts';
import { checkManualRetention, forever } from '../rules.ts';
import { newSnapshotIdentifier, recordCreation, requireRoom } from './snapshots.ts';
import { completeSnapshot } from '../stock/complete-snapshot.ts';
import { requireSnapshot } from '../store.ts';
import type { StoredSnapshot } from '../stored.ts';

/**
 * Copies an automated snapshot to a manual snapshot in the same account and region, without its tags.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_CopyClusterSnapshot.html
 */
export function copyClusterSnapshot(input: CopyClusterSnapshotMessage, call: Call): CopyClusterSnapshotResult {
  const { here, now, assumptions } = call;
  const { ManualSnapshotRetentionPeriod = forever } = input;
  const identifier = newSnapshotIdentifier(input.TargetSnapshotIdentifier, 'TargetSnapshotIdentifier', call);
  checkManualRetention(ManualSnapshotRetentionPeriod);
  const source = requireSnapshot(call, input.SourceSnapshotIdentifier, input.SourceSnapshotClusterIdentifier);
  requireCopyable(source, now);
  requireNotPaused(source, call);
  requireRoom(identifier, call);
  const { SnapshotArn: _arn, Tags: _tags, statusUntilReady: _status, readyAt: _ready, ...known } = source;
  // The times of the source have no effect on the copy.
  const { settledCreateTime: _settled, expiresAt: _expiry, ...members } = known;
  const readyAt = now.getTime() + assumptions.snapshotSeconds * 1000;
  const copy = completeSnapshot(
    {
      ...members,
      SnapshotIdentifier: identifier,
      SnapshotType: 'manual',
      SnapshotCreateTime: createTimeOf(source, now),
      ManualSnapshotRetentionPeriod,
      SnapshotRetentionStartTime: assumptions.redshiftCopyStartsCreating ? new Date(readyAt) : now,
      EstimatedSecondsToCompletion: 0,
      Tags: [],
      listedAt: listedAt(call),
      ...(assumptions.redshiftCopyStartsCreating ? { Status: 'creating', copiedAt: now.getTime(), readyAt } : {}),
    },
    here,
    now,
  );
  here.redshift.snapshots.put(copy);
  recordCreation(copy, call);
  return { Snapshot: readThinSnapshot(copy, call) };
}

function requireCopyable(source: StoredSnapshot, now: Date): void {
  const status = statusOf(source, now);
  if (source.SnapshotType === 'automated' && status === 'available') return;
  throw redshiftFault(
    'InvalidClusterSnapshotState',
    `Cannot copy the snapshot ${source.SnapshotIdentifier}: it must be an available automated snapshot, ` +
      `and it is ${status} and ${source.SnapshotType}.`,
  );
}

/** https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-pause-resume-cluster.html */
function requireNotPaused(source: StoredSnapshot, { here: { redshift }, now }: Call): void {
  const cluster = redshift.clusters.get(source.ClusterIdentifier);
  if (!cluster || !['pausing', 'paused'].includes(clusterStatusOf(cluster, now))) return;
  const isNewer = ({ ClusterIdentifier, SnapshotType, SnapshotCreateTime, SourceRegion }: StoredSnapshot) =>
    ClusterIdentifier === source.ClusterIdentifier &&
    SnapshotType === 'automated' &&
    SourceRegion === undefined &&
    SnapshotCreateTime > source.SnapshotCreateTime;
  if (source.SourceRegion !== undefined || [...redshift.snapshots.values()].some(isNewer)) return;
  throw redshiftFault(
    'InvalidClusterSnapshotState',
    `Cannot copy the snapshot ${source.SnapshotIdentifier}: it is the latest of a paused cluster.`,
  );
}
