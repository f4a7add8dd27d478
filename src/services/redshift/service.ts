import './clusters.schema.ts';
import './snapshots.schema.ts';
import type { ChangeableApi } from '../../changes/backend.ts';
import type { ManualSnapshotQuota, Service } from '../../fleet/backend.ts';
import type { Source } from '../../graphql/source.ts';
import { matchResource } from '../../snapshots/arn.ts';
import { createRedshiftChanges } from './changes/backend.ts';
import { connectRedshift } from './client.ts';
import { redshiftClusterKind } from './cluster-kind.ts';
import { createRedshiftClusters, type ListLengths, type RedshiftClusters } from './clusters.ts';
import { createRedshiftChecks } from './probes.ts';
import { redshiftSnapshotKind } from './snapshot-kind.ts';
import { createRedshiftSnapshots, type RedshiftSnapshots } from './snapshots.ts';

/** Amazon Redshift, as resolvers see it. */
export interface RedshiftApi extends ChangeableApi {
  readonly snapshots: RedshiftSnapshots;
  readonly clusters: RedshiftClusters;
}

export const redshift: Service<RedshiftApi> = {
  open: (aws, sources, onChange) => {
    const connect = sources.connect('REDSHIFT', (place, source) => connectRedshift(aws, place, () => onChange(source)));
    const listLengths: ListLengths = new WeakMap();
    /** The configured accounts of the source's region, which may share with one another. */
    const accountsIn = ({ region }: Source) =>
      sources.all.filter((each) => each.service === 'REDSHIFT' && each.region === region).map(({ account }) => account);
    return (usage) => {
      const snapshots = createRedshiftSnapshots(connect, accountsIn, usage);
      const clusters = createRedshiftClusters(connect, usage, listLengths);
      return {
        snapshots,
        clusters,
        changes: createRedshiftChanges({ connect, sources, usage, snapshots, clusters }),
        backend: {
          service: 'REDSHIFT',
          snapshots,
          clusters,
          checks: createRedshiftChecks(connect, usage),
          typenames: { snapshot: redshiftSnapshotKind.typename, cluster: redshiftClusterKind.typename },
          snapshot: snapshots.byArn.load,
          cluster: async (source, arn) => clusters.load(source, clusterIdentifierOf(arn)),
          latestSnapshot: snapshots.latest,
          manualSnapshotQuota,
        },
      };
    };
  },
};

/** https://docs.aws.amazon.com/redshift/latest/mgmt/amazon-redshift-limits.html */
const manualSnapshotQuota: ManualSnapshotQuota = {
  standard: 20,
  counted: { input: { SnapshotType: 'manual' }, pushed: new Set(['types']) },
};

function clusterIdentifierOf(arn: string): string {
  const [, identifier = ''] = matchResource(
    arn,
    /^cluster:(.+)$/,
    'Amazon Redshift cluster',
    'arn:aws:redshift:us-east-1:123456789012:cluster:sales',
  );
  return identifier;
}
