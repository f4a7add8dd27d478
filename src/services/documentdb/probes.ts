import {
  DescribeDBClusterSnapshotAttributesCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-docdb';
import type { Usage } from '../../aws/usage.ts';
import { SnapgateError } from '../../errors.ts';
import type { Probe } from '../../fleet/backend.ts';
import type { Source } from '../../snapshots/source.ts';
import type { DocumentDBConnect } from './client.ts';

const smallestPage = { MaxRecords: 20 };
const nothing = 'snapgate-doctor-asks-for-nothing';

/** Creates calls that check whether the gateway may read a source: one for each AWS action that it needs. */
export function createDocumentDBProbes(connect: DocumentDBConnect, usage: Usage): Probe[] {
  return [
    (source) => connect(source).read(new DescribeDBClusterSnapshotsCommand(smallestPage), usage),
    (source) => connect(source).read(new DescribeDBClustersCommand(smallestPage), usage),
    (source) => {
      const command = new DescribeDBClusterSnapshotAttributesCommand({ DBClusterSnapshotIdentifier: nothing });
      return connect(source).read(command, usage).catch(refuseButUnknown);
    },
    (source) => {
      const command = new ListTagsForResourceCommand({ ResourceName: arnOfNothing(source) });
      return connect(source).read(command, usage).catch(refuseButUnknown);
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
