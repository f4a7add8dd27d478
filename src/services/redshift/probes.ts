import { DescribeClustersCommand, DescribeClusterSnapshotsCommand } from '@aws-sdk/client-redshift';
import type { Usage } from '../../aws/usage.ts';
import type { Probe } from '../../fleet/backend.ts';
import type { RedshiftConnect } from './client.ts';

const smallestPage = { MaxRecords: 20 };

/** Creates calls that check whether the gateway may read a source: one for each AWS action that it needs. */
export function createRedshiftProbes(connect: RedshiftConnect, usage: Usage): Probe[] {
  return [
    (source) => connect(source).read(new DescribeClusterSnapshotsCommand(smallestPage), usage),
    (source) => connect(source).read(new DescribeClustersCommand(smallestPage), usage),
  ];
}
