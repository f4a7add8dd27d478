import type { DescribeDBClusterSnapshotsCommandInput, Filter } from '@aws-sdk/client-docdb';
import type { AwsQuery } from '../../fleet/backend.ts';
import type { SnapshotConditions } from '../../fleet/lists/conditions.ts';
import type { SnapshotType } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import { documentDBEngine } from './engine.ts';

/** The value of SnapshotType in AWS for a single type. */
const awsTypes: Partial<Record<SnapshotType, string>> = {
  MANUAL: 'manual',
  AUTOMATED: 'automated',
  SHARED: 'shared',
  PUBLIC: 'public',
};

/**
 * Returns at most one query, because the filters of Amazon DocumentDB take many values. Clusters are selected by filter
 * and not by DBClusterIdentifier, which AWS documents only for existing clusters.
 */
export function snapshotQueries(source: Source, conditions: SnapshotConditions): AwsQuery<SnapshotConditions>[] {
  const types = typesOf(source, conditions);
  if (types.length === 0 || areNoneDeletedByAws(conditions)) return [];
  const isOwnOnly = !types.includes('SHARED') && !types.includes('PUBLIC');
  const input: DescribeDBClusterSnapshotsCommandInput = {
    ...typeInput(types),
    Filters: filters(conditions.clusterIdentifiers, isOwnOnly ? conditions.identifiers : undefined),
  };
  const pushed = new Set<keyof SnapshotConditions>(['clusterIdentifiers']);
  if (isOwnOnly) pushed.add('identifiers').add('ownerAccounts');
  if (isAwsType(types)) pushed.add('types');
  return [{ input, pushed }];
}

/** Whether nothing can match, because manual snapshots of Amazon DocumentDB have no retention period. */
function areNoneDeletedByAws({ keptForever, expiringWithinDays }: SnapshotConditions): boolean {
  return keptForever === false || expiringWithinDays !== undefined;
}

/** Whether AWS can list exactly these types. Not PUBLIC: that list includes the account's own public snapshots. */
function isAwsType(types: readonly SnapshotType[]): boolean {
  if (types.length === 1) return ['MANUAL', 'AUTOMATED', 'SHARED'].includes(types[0] ?? '');
  return types.length === 2 && types.includes('MANUAL') && types.includes('AUTOMATED');
}

/** Without types: the account's own snapshots, and shared snapshots if another owner is selected. */
function typesOf(source: Source, { types, ownerAccounts }: SnapshotConditions): readonly SnapshotType[] {
  const isOwnWanted = ownerAccounts?.includes(source.account) ?? true;
  const isOtherWanted = ownerAccounts?.some((owner) => owner !== source.account);
  const own = isOwnWanted ? (['MANUAL', 'AUTOMATED'] as const) : [];
  const others = isOtherWanted ? (['SHARED'] as const) : [];
  if (types === undefined) return [...own, ...others];
  return types.filter((type) => (type === 'SHARED' || type === 'PUBLIC' ? (isOtherWanted ?? true) : isOwnWanted));
}

function typeInput(types: readonly SnapshotType[]): DescribeDBClusterSnapshotsCommandInput {
  const [type] = types;
  const only = types.length === 1 && type !== undefined ? awsTypes[type] : undefined;
  if (only !== undefined) return { SnapshotType: only };
  return {
    ...(types.includes('SHARED') && { IncludeShared: true }),
    ...(types.includes('PUBLIC') && { IncludePublic: true }),
  };
}

/** `identifiers` select only the account's own snapshots: for AWS, the identifiers of other snapshots are full ARNs. */
function filters(
  clusterIdentifiers: SnapshotConditions['clusterIdentifiers'],
  identifiers: SnapshotConditions['identifiers'],
): Filter[] {
  return [
    // The control plane of Amazon RDS also returns Aurora and Neptune snapshots.
    { Name: 'engine', Values: [documentDBEngine] },
    ...(clusterIdentifiers ? [{ Name: 'db-cluster-id', Values: clusterIdentifiers.map(fold) }] : []),
    ...(identifiers ? [{ Name: 'db-cluster-snapshot-id', Values: identifiers.map(fold) }] : []),
  ];
}

/** AWS stores identifiers in lowercase, and its filters are case-sensitive. */
function fold(identifier: string): string {
  return identifier.toLowerCase();
}
