import {
  type DBInstance,
  DescribeDBInstancesCommand,
  type DescribeDBInstancesCommandOutput,
} from '@aws-sdk/client-docdb';
import type { Usage } from '../../../aws/usage.ts';
import { listableRows, pageInput, readRows } from '../../../fleet/backend.ts';
import { createAnswers } from '../../../fleet/lookups/answers.ts';
import { createSourceLoader, type SourceLoader } from '../../../fleet/lookups/source-loader.ts';
import { chunksOf } from '../../../aws/calls/chunks.ts';
import type { ClusterInstance } from '../../../snapshots/cluster.ts';
import { after, together } from '../../../snapshots/maybe.ts';
import type { Source } from '../../../snapshots/source.ts';
import type { DocumentDBConnect } from '../client.ts';
import type { DocumentDBCluster } from '../cluster-kind.ts';
import { defectOf, documentDBEngine, isOtherEngine } from '../engine.ts';

/** AWS accepts as many identifiers in one filter. */
const maximumClusters = 100;

/**
 * Loads the instances of clusters, by the identifier of the cluster in lowercase: one AWS call for 100 clusters of a
 * source, and one more for each further 100 instances.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DescribeDBInstances.html
 */
export function createDocumentDBInstances(
  connect: DocumentDBConnect,
  usage: Usage,
): SourceLoader<readonly DBInstance[]> {
  const readSome = (source: Source, clusters: readonly string[], tally: Usage) => {
    const input = {
      Filters: [
        { Name: 'engine', Values: [documentDBEngine] },
        { Name: 'db-cluster-id', Values: [...clusters] },
      ],
    };
    const read = (marker: string | undefined) =>
      after(connect(source).read(DescribeDBInstancesCommand, { ...input, ...pageInput(marker) }, tally), (fetched) => {
        const answer = answerOf(fetched, source);
        if (answer.flaw) connect(source).warn(answer.flaw);
        return answer;
      });
    return after(readRows(read), ({ rows, failure }) => {
      const found = Map.groupBy(rows, (row) => row.DBClusterIdentifier?.toLowerCase());
      // Any cluster can have instances on a page that failed.
      return clusters.map((cluster): readonly DBInstance[] | Error => failure ?? found.get(cluster) ?? []);
    });
  };
  return createSourceLoader<readonly DBInstance[]>(
    (source, clusters, tally) => {
      const groups = chunksOf(clusters, maximumClusters).map((group) => readSome(source, group, tally));
      return after(together(groups), (found) => found.flat());
    },
    usage,
    { isFromCache: true },
  );
}

/** Returns the instances of a response, which all requests share. */
const answerOf = createAnswers((output: DescribeDBInstancesCommandOutput, source) => {
  const all = (output.DBInstances ?? []).map((row) => (isOtherEngine(row) ? null : row));
  return {
    ...listableRows(source, all, (row) => defectOf(row, row.DBInstanceIdentifier ?? '')),
    marker: output.Marker,
  };
});

/** Combines an instance with its membership, which AWS reports with the cluster: only the cluster knows its writer. */
export function toClusterInstance({ aws }: DocumentDBCluster, instance: DBInstance): ClusterInstance {
  const { DBInstanceIdentifier: identifier = '', DBInstanceStatus, DBInstanceClass, AvailabilityZone } = instance;
  const member = aws.DBClusterMembers?.find((each) => each.DBInstanceIdentifier === identifier);
  return {
    identifier,
    rawStatus: DBInstanceStatus ?? '',
    instanceClass: DBInstanceClass,
    isWriter: member?.IsClusterWriter,
    availabilityZone: AvailabilityZone,
  };
}
