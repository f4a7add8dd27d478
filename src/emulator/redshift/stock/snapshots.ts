import { Snapshot$ } from '@aws-sdk/client-redshift';
import { NormalizedSchema } from '@smithy/core/schema';

import { loadedKey } from '../../kms/stock.ts';
import type { Loading, ResourceStock } from '../../service.ts';
import { day } from '../../time/dates.ts';
import { readMembers, readTime, writeMembers } from '../../wire/json.ts';
import type { Region } from '../../world/world.ts';
import { isUnfinished, readSnapshot } from '../readings.ts';
import { defaultCopyRetention } from '../rules.ts';
import { defaultKey, foldIdentifier, isKept } from '../store.ts';
import type { StoredCluster, StoredSnapshot } from '../stored.ts';
import { completeSnapshot, settledCreateTime } from './complete-snapshot.ts';
import { readAppearance, writeAppearance } from '../../world/ready-time.ts';

const schema = NormalizedSchema.of(Snapshot$);

/**
 * Snapshots of a world's JSON: the API's `Snapshot` members, and four dates (ISO 8601). `ReadyTime` is when the snapshot
 * becomes available, `ListedTime` when lists start to show it, `CopyTime` when the copy that creates it started, and
 * `ExpiryTime` when an automated copy expires. Missing members get AWS's defaults; an unfinished snapshot has the members
 * that it will have.
 */
export const snapshotStock: ResourceStock = {
  load({ ReadyTime, ListedTime, CopyTime, ExpiryTime, ...json }, loading) {
    const members: Partial<StoredSnapshot> = readMembers(schema, json);
    const copiedAt = readTime('CopyTime', CopyTime);
    const expiresAt = ExpiryTime === null ? undefined : readTime('ExpiryTime', ExpiryTime);
    const times = {
      ...readAppearance({ ReadyTime, ListedTime }),
      ...(copiedAt === undefined ? {} : { copiedAt }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    const known = { ...members, ...times, ...loadedKey(members, loading) };
    const end = ExpiryTime === undefined ? expiry(known, loading) : {};
    loading.place.redshift.snapshots.add(loadedSnapshot({ ...known, ...end }, loading));
  },
  dump(place, now, assumptions) {
    const { account, redshift } = place;
    const snapshots = [...redshift.snapshots.values()].filter((snapshot) => isKept(snapshot, now));
    return snapshots.map((snapshot) => ({
      ...writeMembers(schema, readSnapshot(snapshot, { account, now, assumptions })),
      ...withoutSecret(snapshot, place),
      ...(isUnfinished(snapshot, now) ? writeUnfinished(snapshot) : {}),
      ...writeAppearance(snapshot, now),
      ...writeExpiry(snapshot),
    }));
  },
};

/** Returns a snapshot of a world's JSON. The cluster of a copy from another region is in that region. */
function loadedSnapshot(members: Partial<StoredSnapshot>, loading: Loading): StoredSnapshot {
  const { place, world, now, assumptions } = loading;
  const { SnapshotIdentifier = '', ClusterIdentifier = '', SourceRegion, readyAt, copiedAt } = members;
  const cluster =
    SourceRegion === undefined
      ? place.redshift.clusters.get(ClusterIdentifier)
      : seenFrom(place, world.unfilled(place.account, SourceRegion).redshift.clusters.get(ClusterIdentifier));
  const snapshot = completeSnapshot(
    { ...members, SnapshotIdentifier: foldIdentifier(SnapshotIdentifier, assumptions) },
    place,
    now,
    cluster,
  );
  if (readyAt === undefined || copiedAt !== undefined) return snapshot;
  const started = snapshot.SnapshotCreateTime.getTime();
  return { ...snapshot, settledCreateTime: settledCreateTime(started, readyAt, assumptions) };
}

/**
 * Returns the end of an automated copy by the settings of its cluster, unless that moment is already past: the world
 * contains the copy on purpose.
 */
function expiry(
  { SourceRegion, ClusterIdentifier = '', SnapshotCreateTime, SnapshotType, ...members }: Partial<StoredSnapshot>,
  { place, world, now, assumptions }: Loading,
): { expiresAt?: number } {
  if (SourceRegion === undefined || SnapshotType === 'manual' || !assumptions.automatedSnapshots) return {};
  const source = world.unfilled(place.account, SourceRegion).redshift.clusters.get(ClusterIdentifier);
  const { DestinationRegion, RetentionPeriod = defaultCopyRetention } = source?.ClusterSnapshotCopyStatus ?? {};
  if (DestinationRegion !== place.region) return {};
  const expiresAt = (members.readyAt ?? (SnapshotCreateTime ?? now).getTime()) + RetentionPeriod * day;
  return expiresAt > now.getTime() ? { expiresAt } : {};
}

/** Returns a cluster without the members that depend on its region, with the key that a copy in another region gets. */
function seenFrom(place: Region, cluster: StoredCluster | undefined): Partial<StoredCluster> {
  const { AvailabilityZone: _zone, VpcId: _vpc, KmsKeyId, ...members } = cluster ?? {};
  return KmsKeyId === undefined ? members : { ...members, KmsKeyId: defaultKey(place) };
}

/** Writes the end of an automated copy; null if it has none, so that loading it does not compute one. */
function writeExpiry({ SnapshotType, SourceRegion, expiresAt }: StoredSnapshot): { ExpiryTime?: Date | null } {
  if (SnapshotType === 'manual') return {};
  if (expiresAt !== undefined) return { ExpiryTime: new Date(expiresAt) };
  return SourceRegion === undefined ? {} : { ExpiryTime: null };
}

/** Returns nulls for a snapshot that was taken before its cluster had a secret, which it would get by default. */
function withoutSecret(snapshot: StoredSnapshot, { redshift }: Region): object {
  const hasSecret = redshift.clusters.get(snapshot.ClusterIdentifier)?.MasterPasswordSecretArn !== undefined;
  if (!hasSecret || snapshot.MasterPasswordSecretArn !== undefined) return {};
  return { MasterPasswordSecretArn: null, MasterPasswordSecretKmsKeyId: null };
}

/** Returns the members that AWS does not report yet, so that loading them restores the same snapshot. */
function writeUnfinished(snapshot: StoredSnapshot): object {
  const { copiedAt, ...members } = snapshot;
  const names = [
    'TotalBackupSizeInMegaBytes',
    'ActualIncrementalBackupSizeInMegaBytes',
    'BackupProgressInMegaBytes',
    'CurrentBackupRateInMegaBytesPerSecond',
    'EstimatedSecondsToCompletion',
    'ElapsedTimeInSeconds',
    'SnapshotRetentionStartTime',
  ] as const;
  return {
    ...Object.fromEntries(names.map((name) => [name, members[name]])),
    ...(copiedAt === undefined ? {} : { CopyTime: new Date(copiedAt) }),
  };
}
