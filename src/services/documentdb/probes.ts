import {
  DescribeDBClusterSnapshotAttributesCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-docdb';
import type { Usage } from '../../aws/usage.ts';
import { SnapgateError } from '../../errors.ts';
import type { Probe } from '../../fleet/backend.ts';
import { orElse } from '../../snapshots/maybe.ts';
import type { Source } from '../../snapshots/source.ts';
import type { WriteAction } from '../service.ts';
import type { DocumentDBConnect } from './client.ts';

const smallestPage = { MaxRecords: 20 };
const nothing = 'snapgate-doctor-asks-for-nothing';

/** Creates calls that check whether the gateway may read a source: one for each AWS action that it needs. */
export function createDocumentDBProbes(connect: DocumentDBConnect, usage: Usage): Probe[] {
  return [
    async (source) => connect(source).read(DescribeDBClusterSnapshotsCommand, smallestPage, usage),
    async (source) => connect(source).read(DescribeDBClustersCommand, smallestPage, usage),
    async (source) => {
      const input = { DBClusterSnapshotIdentifier: nothing };
      return orElse(
        () => connect(source).read(DescribeDBClusterSnapshotAttributesCommand, input, usage),
        refuseButUnknown,
      );
    },
    async (source) => {
      const input = { ResourceName: arnOfNothing(source) };
      return orElse(() => connect(source).read(ListTagsForResourceCommand, input, usage), refuseButUnknown);
    },
  ];
}

/** Ignores "not found": AWS checks permissions before it looks up the resource, so access is allowed. */
function refuseButUnknown(error: unknown): void {
  const isUnknown = error instanceof SnapgateError && (error.code === 'NOT_FOUND' || error.code === 'INVALID_INPUT');
  if (!isUnknown) throw error;
}

function arnOfNothing({ partition, region, account }: Source): string {
  return `arn:${partition}:rds:${region}:${account}:cluster-snapshot:${nothing}`;
}

const resource = 'cluster-snapshot:*';

/**
 * The actions of changes, and the resources that AWS authorizes them for.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
 */
export const documentDBWrites: readonly WriteAction[] = [
  { action: 'rds:CreateDBClusterSnapshot', resource, permission: 'SNAPSHOT_CREATE' },
  { action: 'rds:CopyDBClusterSnapshot', resource, permission: 'SNAPSHOT_COPY' },
  { action: 'rds:AddTagsToResource', resource, permission: 'SNAPSHOT_TAG' },
  { action: 'rds:RemoveTagsFromResource', resource, permission: 'SNAPSHOT_TAG' },
  { action: 'rds:DeleteDBClusterSnapshot', resource, permission: 'SNAPSHOT_DELETE' },
  { action: 'rds:ModifyDBClusterSnapshotAttribute', resource, permission: 'SNAPSHOT_SHARE' },
  { action: 'rds:RestoreDBClusterFromSnapshot', resource: 'cluster:*', permission: 'CLUSTER_RESTORE' },
  { action: 'rds:RestoreDBClusterToPointInTime', resource: 'cluster:*', permission: 'CLUSTER_RESTORE' },
  { action: 'rds:CreateDBInstance', resource: 'db:*', permission: 'CLUSTER_RESTORE' },
  { action: 'rds:ModifyDBCluster', resource: 'cluster:*', permission: 'BACKUP_CONFIGURE' },
];
