import type { DBClusterMember } from '@aws-sdk/client-docdb';
import { builder } from '../../graphql/builder.ts';
import { ClusterInstanceType } from '../../graphql/cluster-parts.ts';
import { ClusterInterface } from '../../graphql/cluster.ts';
import { toInt } from '../../graphql/scalars.ts';
import { instancesOfClusters } from '../../limits/field-prices.ts';
import type { DocumentDBCluster } from './cluster-kind.ts';
import { documentDBEngine } from './engine.ts';

const ClusterMember = builder.objectRef<DBClusterMember>('DocumentDBClusterMember').implement({
  description: 'An instance of an Amazon DocumentDB cluster.',
  fields: (t) => ({
    instanceIdentifier: t.string({
      nullable: true,
      description: 'The identifier (name) of this instance.',
      resolve: (member) => member.DBInstanceIdentifier,
    }),
    isWriter: t.boolean({
      nullable: true,
      description: 'Whether this instance is the writer (the primary instance).',
      resolve: (member) => member.IsClusterWriter,
    }),
    promotionTier: t.int({
      nullable: true,
      description:
        'The failover priority of this instance: the instance with the lowest tier becomes the writer first.',
      resolve: (member) => toInt(member.PromotionTier),
    }),
  }),
});

const DocumentDBClusterType = builder.objectRef<DocumentDBCluster>('DocumentDBCluster').implement({
  description: 'An Amazon DocumentDB cluster.',
  interfaces: [builder.nodeInterfaceRef(), ClusterInterface],
  fields: (t) => ({
    engine: t.string({
      description: 'The database engine of this cluster, as AWS reports it: `docdb`.',
      resolve: ({ aws }) => aws.Engine ?? documentDBEngine,
    }),
    readerEndpoint: t.string({
      nullable: true,
      description: 'The DNS name of the reader endpoint, which distributes reads across the instances of this cluster.',
      resolve: ({ aws }) => aws.ReaderEndpoint,
    }),
    members: t.field({
      type: [ClusterMember],
      description: 'The instances of this cluster. A restored cluster has none at first.',
      resolve: ({ aws }) => aws.DBClusterMembers ?? [],
    }),
    resourceId: t.string({
      nullable: true,
      description: 'The resource ID of this cluster, which AWS never assigns to another cluster.',
      resolve: ({ aws }) => aws.DbClusterResourceId,
    }),
    subnetGroup: t.string({
      nullable: true,
      description: 'The subnet group of this cluster. Amazon DocumentDB does not report the VPC.',
      resolve: ({ aws }) => aws.DBSubnetGroup,
    }),
    parameterGroup: t.string({
      nullable: true,
      description: 'The parameter group of this cluster.',
      resolve: ({ aws }) => aws.DBClusterParameterGroup,
    }),
    multiAz: t.boolean({
      nullable: true,
      description: 'Whether the instances of this cluster run in several Availability Zones.',
      resolve: ({ aws }) => aws.MultiAZ,
    }),
    deletionProtection: t.boolean({
      nullable: true,
      description: 'Whether deletion protection is enabled: AWS refuses to delete this cluster.',
      resolve: ({ aws }) => aws.DeletionProtection,
    }),
    earliestRestorableAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The earliest time to which this cluster can be restored.',
      resolve: ({ aws }) => aws.EarliestRestorableTime,
    }),
    latestRestorableAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The latest time to which this cluster can be restored.',
      resolve: ({ aws }) => aws.LatestRestorableTime,
    }),
    storageType: t.string({
      nullable: true,
      description: 'The storage type of this cluster: `standard` or `iopt1`.',
      resolve: ({ aws }) => aws.StorageType,
    }),
    preferredBackupWindow: t.string({
      nullable: true,
      description: 'The daily time window in which AWS creates automated snapshots of this cluster, in UTC.',
      resolve: ({ aws }) => aws.PreferredBackupWindow,
    }),
    preferredMaintenanceWindow: t.string({
      nullable: true,
      description: 'The weekly time window for maintenance of this cluster, in UTC.',
      resolve: ({ aws }) => aws.PreferredMaintenanceWindow,
    }),
  }),
});

builder.objectFields(DocumentDBClusterType, (t) => ({
  instances: t.field({
    type: [ClusterInstanceType],
    nullable: true,
    description:
      'The instances of this cluster, with their status. Empty for a cluster without instances, such as a restored cluster at first. One AWS call for the clusters of a source on a page, made only if this field is selected, and one more for each further 100 instances.',
    extensions: { price: instancesOfClusters },
    resolve: (cluster, _args, ctx) => ctx.fleet.lookups.instancesOf(cluster),
  }),
}));
