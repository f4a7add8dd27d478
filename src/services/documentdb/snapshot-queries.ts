import type { DescribeDBClusterSnapshotsCommandInput, Filter } from '@aws-sdk/client-docdb';
import type { AwsQuery } from '../../fleet/backend.ts';
import type { SnapshotConditions } from '../../fleet/lists/conditions.ts';
import type { SnapshotType } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import { documentDBEngine } from './snapshot-kind.ts';

/** AWS's word for a type, where one type alone is asked for. */
const awsTypes: Partial<Record<SnapshotType, string>> = {
  MANUAL: 'manual',
  AUTOMATED: 'automated',
  SHARED: 'shared',
  PUBLIC: 'public',
};

/**
 * One query suffices: Amazon DocumentDB's filters take many values. Clusters are asked for by filter and not by
 * DBClusterIdentifier, which AWS documents for existing clusters only.
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

/** Manual snapshots of Amazon DocumentDB have no retention. */
function areNoneDeletedByAws({ keptForever, expiringWithinDays }: SnapshotConditions): boolean {
  return keptForever === false || expiringWithinDays !== undefined;
}

/** Whether AWS lists these types and no others; among the public ones it lists the account's own. */
function isAwsType(types: readonly SnapshotType[]): boolean {
  if (types.length === 1) return ['MANUAL', 'AUTOMATED', 'SHARED'].includes(types[0] ?? '');
  return types.length === 2 && types.includes('MANUAL') && types.includes('AUTOMATED');
}

/** Without types: the account's own, and those shared with it when another owner is named. */
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

/** Names are for the account's own only, because those of others are whole ARNs here. */
function filters(
  clusterIdentifiers: SnapshotConditions['clusterIdentifiers'],
  identifiers: SnapshotConditions['identifiers'],
): Filter[] {
  return [
    // The control plane is that of Amazon RDS: Aurora and Neptune answer too.
    { Name: 'engine', Values: [documentDBEngine] },
    ...(clusterIdentifiers ? [{ Name: 'db-cluster-id', Values: clusterIdentifiers.map(fold) }] : []),
    ...(identifiers ? [{ Name: 'db-cluster-snapshot-id', Values: identifiers.map(fold) }] : []),
  ];
}

/** AWS stores identifiers in lower case, and its filters mind the case. */
function fold(identifier: string): string {
  return identifier.toLowerCase();
}
