import { DescribeClusterParameterGroupsCommand, DescribeClusterSubnetGroupsCommand } from '@aws-sdk/client-redshift';
import type { Usage } from '../../../aws/usage.ts';
import { falseIfNotFound } from '../../../errors.ts';
import { createRecordLoader, type SourceLoader } from '../../../fleet/lookups/source-loader.ts';
import { after, orElse } from '../../../snapshots/maybe.ts';
import type { RedshiftConnect } from '../client.ts';

/** What a restored cluster needs in its source, for one request; each group is read once. */
export interface RedshiftRequirements {
  /** Whether a subnet group exists. https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusterSubnetGroups.html */
  readonly subnetGroups: SourceLoader<boolean>;
  /** Whether a parameter group exists. https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusterParameterGroups.html */
  readonly parameterGroups: SourceLoader<boolean>;
}

/** Creates the reads of requirements. A read rejects with FORBIDDEN if the gateway lacks the permission. */
export function createRedshiftRequirements(connect: RedshiftConnect, usage: Usage): RedshiftRequirements {
  return {
    subnetGroups: createRecordLoader((source, name, own) => {
      const input = { ClusterSubnetGroupName: name };
      const read = () => connect(source).readRecord(DescribeClusterSubnetGroupsCommand, input, own);
      return orElse(
        () => after(read(), ({ output }) => (output.ClusterSubnetGroups ?? []).length > 0),
        falseIfNotFound,
      );
    }, usage),
    parameterGroups: createRecordLoader((source, name, own) => {
      const input = { ParameterGroupName: name };
      const read = () => connect(source).readRecord(DescribeClusterParameterGroupsCommand, input, own);
      return orElse(() => after(read(), ({ output }) => (output.ParameterGroups ?? []).length > 0), falseIfNotFound);
    }, usage),
  };
}
