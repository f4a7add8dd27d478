import type { ClusterSnapshotCopyStatus } from '@aws-sdk/client-redshift';
import { builder } from '../../graphql/builder.ts';
import { ClusterInterface } from '../../graphql/cluster.ts';
import { untilDeleted } from '../../snapshots/retention.ts';
import type { RedshiftCluster } from './cluster-kind.ts';

const SnapshotCopySettings = builder.objectRef<ClusterSnapshotCopyStatus>('RedshiftSnapshotCopySettings').implement({
  description: 'How the snapshots of an Amazon Redshift cluster are copied to another region.',
  fields: (t) => ({
    destinationRegion: t.string({
      nullable: true,
      description: 'The region they are copied to.',
      resolve: (settings) => settings.DestinationRegion,
    }),
    automatedRetentionDays: t.int({
      nullable: true,
      description: 'Days that copies of automated snapshots are kept there.',
      resolve: (settings) => settings.RetentionPeriod,
    }),
    manualRetentionDays: t.int({
      nullable: true,
      description: 'Days that copies of manual snapshots are kept there. Null when kept until deleted.',
      resolve: (settings) => keptDays(settings.ManualSnapshotRetentionPeriod),
    }),
    grantName: t.string({
      nullable: true,
      description: 'The grant that lets AWS use a KMS key of the destination.',
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
        'Whether it can be used, in the words of AWS: Available, Unavailable, Maintenance, Modifying or Failed.',
      resolve: ({ aws }) => aws.ClusterAvailabilityStatus,
    }),
    nodeType: t.string({
      nullable: true,
      description: 'The type of its nodes, such as `ra3.xlplus`.',
      resolve: ({ aws }) => aws.NodeType,
    }),
    numberOfNodes: t.int({
      nullable: true,
      description: 'How many nodes it has.',
      resolve: ({ aws }) => aws.NumberOfNodes,
    }),
    databaseName: t.string({
      nullable: true,
      description: 'The database that was made with it.',
      resolve: ({ aws }) => aws.DBName,
    }),
    namespaceArn: t.string({
      nullable: true,
      description: 'The ARN of its namespace.',
      resolve: ({ aws }) => aws.ClusterNamespaceArn,
    }),
    publiclyAccessible: t.boolean({
      nullable: true,
      description: 'Whether it can be reached from the internet.',
      resolve: ({ aws }) => aws.PubliclyAccessible,
    }),
    enhancedVpcRouting: t.boolean({
      nullable: true,
      description: 'Whether the traffic of COPY and UNLOAD is kept inside its VPC.',
      resolve: ({ aws }) => aws.EnhancedVpcRouting,
    }),
    maintenanceTrackName: t.string({
      nullable: true,
      description: 'Its maintenance track.',
      resolve: ({ aws }) => aws.MaintenanceTrackName,
    }),
  }),
});

/** When and how the snapshots of the cluster are made. */
builder.objectFields(RedshiftClusterType, (t) => ({
  preferredMaintenanceWindow: t.string({
    nullable: true,
    description: 'The week’s window for maintenance, in UTC.',
    resolve: ({ aws }) => aws.PreferredMaintenanceWindow,
  }),
  manualSnapshotRetentionDays: t.int({
    nullable: true,
    description: 'Days that its manual snapshots are kept unless they say otherwise. Null when kept until deleted.',
    resolve: ({ aws }) => keptDays(aws.ManualSnapshotRetentionPeriod),
  }),
  snapshotScheduleIdentifier: t.string({
    nullable: true,
    description: 'The schedule by which AWS makes its automated snapshots.',
    resolve: ({ aws }) => aws.SnapshotScheduleIdentifier,
  }),
  snapshotScheduleState: t.string({
    nullable: true,
    description: 'The state of that schedule in the words of AWS: MODIFYING, ACTIVE or FAILED.',
    resolve: ({ aws }) => aws.SnapshotScheduleState,
  }),
  nextScheduledSnapshotAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'When AWS means to make the next automated snapshot.',
    resolve: ({ aws }) => aws.ExpectedNextSnapshotScheduleTime,
  }),
  snapshotCopy: t.field({
    type: SnapshotCopySettings,
    nullable: true,
    description: 'How its snapshots are copied to another region. Null when they are not.',
    resolve: ({ aws }) => aws.ClusterSnapshotCopyStatus,
  }),
  totalStorageCapacityMegabytes: t.float({
    nullable: true,
    description: 'Megabytes that it can store.',
    resolve: ({ aws }) => aws.TotalStorageCapacityInMegaBytes,
  }),
  multiAz: t.boolean({
    nullable: true,
    description: 'Whether it runs in two availability zones.',
    resolve: ({ aws }) => (aws.MultiAZ === undefined ? null : aws.MultiAZ.toLowerCase() === 'enabled'),
  }),
}));

/** Null where nothing but a deletion ends a snapshot. */
function keptDays(days: number | undefined) {
  return days === untilDeleted ? null : days;
}
