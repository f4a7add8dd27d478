import type { ClusterSnapshotCopyStatus } from '@aws-sdk/client-redshift';
import { builder } from '../../graphql/builder.ts';
import { ClusterInterface } from '../../graphql/cluster.ts';
import { toInt } from '../../graphql/scalars.ts';
import { untilDeleted } from '../../snapshots/retention.ts';
import type { RedshiftCluster } from './cluster-kind.ts';

const SnapshotCopySettings = builder.objectRef<ClusterSnapshotCopyStatus>('RedshiftSnapshotCopySettings').implement({
  description: 'The settings for copying snapshots of an Amazon Redshift cluster to another region.',
  fields: (t) => ({
    destinationRegion: t.string({
      nullable: true,
      description: 'The region that snapshots are copied to.',
      resolve: (settings) => settings.DestinationRegion,
    }),
    automatedRetentionDays: t.int({
      nullable: true,
      description: 'The number of days for which copies of automated snapshots are kept in the destination region.',
      resolve: (settings) => toInt(settings.RetentionPeriod),
    }),
    manualRetentionDays: t.int({
      nullable: true,
      description:
        'The number of days for which copies of manual snapshots are kept in the destination region. Null if they are kept forever.',
      resolve: (settings) => keptDays(settings.ManualSnapshotRetentionPeriod),
    }),
    grantName: t.string({
      nullable: true,
      description:
        'The name of the snapshot copy grant, which allows AWS to use an AWS KMS key in the destination region.',
      resolve: (settings) => settings.SnapshotCopyGrantName,
    }),
  }),
});

const RedshiftClusterType = builder.objectRef<RedshiftCluster>('RedshiftCluster').implement({
  description: 'An Amazon Redshift cluster.',
  interfaces: [builder.nodeInterfaceRef(), ClusterInterface],
  fields: (t) => ({
    availabilityStatus: t.string({
      nullable: true,
      description:
        'Whether this cluster is available for queries, as AWS reports it: Available, Unavailable, Maintenance, Modifying or Failed.',
      resolve: ({ aws }) => aws.ClusterAvailabilityStatus,
    }),
    nodeType: t.string({
      nullable: true,
      description: 'The node type of this cluster, such as `ra3.xlplus`.',
      resolve: ({ aws }) => aws.NodeType,
    }),
    numberOfNodes: t.int({
      nullable: true,
      description: 'The number of nodes of this cluster.',
      resolve: ({ aws }) => toInt(aws.NumberOfNodes),
    }),
    databaseName: t.string({
      nullable: true,
      description: 'The name of the database that was created together with this cluster.',
      resolve: ({ aws }) => aws.DBName,
    }),
    namespaceArn: t.string({
      nullable: true,
      description: 'The ARN of the namespace of this cluster.',
      resolve: ({ aws }) => aws.ClusterNamespaceArn,
    }),
    publiclyAccessible: t.boolean({
      nullable: true,
      description: 'Whether this cluster can be reached from the internet.',
      resolve: ({ aws }) => aws.PubliclyAccessible,
    }),
    enhancedVpcRouting: t.boolean({
      nullable: true,
      description:
        'Whether enhanced VPC routing is enabled: the COPY and UNLOAD traffic of this cluster stays inside its VPC.',
      resolve: ({ aws }) => aws.EnhancedVpcRouting,
    }),
    maintenanceTrackName: t.string({
      nullable: true,
      description: 'The name of the maintenance track of this cluster.',
      resolve: ({ aws }) => aws.MaintenanceTrackName,
    }),
  }),
});

/** Schedules and snapshot settings of the cluster. */
builder.objectFields(RedshiftClusterType, (t) => ({
  preferredMaintenanceWindow: t.string({
    nullable: true,
    description: 'The weekly time window for maintenance of this cluster, in UTC.',
    resolve: ({ aws }) => aws.PreferredMaintenanceWindow,
  }),
  manualSnapshotRetentionDays: t.int({
    nullable: true,
    description:
      'The default retention period of manual snapshots of this cluster, in days. Null if they are kept forever.',
    resolve: ({ aws }) => keptDays(aws.ManualSnapshotRetentionPeriod),
  }),
  snapshotScheduleIdentifier: t.string({
    nullable: true,
    description: 'The identifier of the schedule on which AWS creates automated snapshots of this cluster.',
    resolve: ({ aws }) => aws.SnapshotScheduleIdentifier,
  }),
  snapshotScheduleState: t.string({
    nullable: true,
    description: 'The state of the snapshot schedule of this cluster, as AWS reports it: MODIFYING, ACTIVE or FAILED.',
    resolve: ({ aws }) => aws.SnapshotScheduleState,
  }),
  nextScheduledSnapshotAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'When AWS is expected to create the next automated snapshot of this cluster.',
    resolve: ({ aws }) => aws.ExpectedNextSnapshotScheduleTime,
  }),
  snapshotCopy: t.field({
    type: SnapshotCopySettings,
    nullable: true,
    description:
      'The settings for copying snapshots of this cluster to another region. Null if snapshots are not copied.',
    resolve: ({ aws }) => aws.ClusterSnapshotCopyStatus,
  }),
  totalStorageCapacityMegabytes: t.float({
    nullable: true,
    description: 'The total storage capacity of this cluster, in megabytes.',
    resolve: ({ aws }) => aws.TotalStorageCapacityInMegaBytes,
  }),
  multiAz: t.boolean({
    nullable: true,
    description: 'Whether this cluster runs in two Availability Zones.',
    resolve: ({ aws }) => (aws.MultiAZ === undefined ? null : aws.MultiAZ.toLowerCase() === 'enabled'),
  }),
}));

/** Returns null for snapshots that are kept forever. */
function keptDays(days: number | undefined) {
  return days === untilDeleted ? null : toInt(days);
}
