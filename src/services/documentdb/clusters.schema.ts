import type { DBClusterMember } from '@aws-sdk/client-docdb';
import { builder } from '../../graphql/builder.ts';
import { ClusterInterface } from '../../graphql/cluster.ts';
import type { DocumentDBCluster } from './cluster-kind.ts';
import { documentDBEngine } from './snapshot-kind.ts';

const ClusterMember = builder.objectRef<DBClusterMember>('DocumentDBClusterMember').implement({
  description: 'An instance of an Amazon DocumentDB cluster.',
  fields: (t) => ({
    instanceIdentifier: t.string({
      nullable: true,
      description: 'The name of the instance.',
      resolve: (member) => member.DBInstanceIdentifier,
    }),
    isWriter: t.boolean({
      nullable: true,
      description: 'Whether it takes writes.',
      resolve: (member) => member.IsClusterWriter,
    }),
    promotionTier: t.int({
      nullable: true,
      description: 'Its turn to become the writer: the lowest goes first.',
      resolve: (member) => member.PromotionTier,
    }),
  }),
});

builder.objectRef<DocumentDBCluster>('DocumentDBCluster').implement({
  description: 'An Amazon DocumentDB cluster.',
  interfaces: [builder.nodeInterfaceRef(), ClusterInterface],
  fields: (t) => ({
    engine: t.string({
      description: 'The database engine in the words of AWS: `docdb`.',
      resolve: ({ aws }) => aws.Engine ?? documentDBEngine,
    }),
    readerEndpoint: t.string({
      nullable: true,
      description: 'The DNS name that spreads reads over the instances.',
      resolve: ({ aws }) => aws.ReaderEndpoint,
    }),
    members: t.field({
      type: [ClusterMember],
      description: 'Its instances. A restored cluster has none at first.',
      resolve: ({ aws }) => aws.DBClusterMembers ?? [],
    }),
    resourceId: t.string({
      nullable: true,
      description: 'The id that AWS never gives to another cluster.',
      resolve: ({ aws }) => aws.DbClusterResourceId,
    }),
    subnetGroup: t.string({
      nullable: true,
      description: 'The subnet group it runs in. AWS does not tell its VPC.',
      resolve: ({ aws }) => aws.DBSubnetGroup,
    }),
    parameterGroup: t.string({
      nullable: true,
      description: 'Its parameter group.',
      resolve: ({ aws }) => aws.DBClusterParameterGroup,
    }),
    multiAz: t.boolean({
      nullable: true,
      description: 'Whether its instances run in several availability zones.',
      resolve: ({ aws }) => aws.MultiAZ,
    }),
    deletionProtection: t.boolean({
      nullable: true,
      description: 'Whether AWS refuses to delete it.',
      resolve: ({ aws }) => aws.DeletionProtection,
    }),
    earliestRestorableAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The earliest moment to which it can be restored.',
      resolve: ({ aws }) => aws.EarliestRestorableTime,
    }),
    latestRestorableAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The latest moment to which it can be restored.',
      resolve: ({ aws }) => aws.LatestRestorableTime,
    }),
    storageType: t.string({
      nullable: true,
      description: 'The storage configuration: `standard` or `iopt1`.',
      resolve: ({ aws }) => aws.StorageType,
    }),
    preferredBackupWindow: t.string({
      nullable: true,
      description: 'The day’s window for automated snapshots, in UTC.',
      resolve: ({ aws }) => aws.PreferredBackupWindow,
    }),
    preferredMaintenanceWindow: t.string({
      nullable: true,
      description: 'The week’s window for maintenance, in UTC.',
      resolve: ({ aws }) => aws.PreferredMaintenanceWindow,
    }),
  }),
});
