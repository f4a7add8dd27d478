import { arnLookup, instancesOfClusters } from '../limits/field-prices.ts';
import { calls } from '../limits/price.ts';
import { type ClusterRecord, type ClusterStatus, clusterStatus, type Endpoint } from '../snapshots/cluster.ts';
import { encodeGlobalId } from '../snapshots/global-id.ts';
import { builder } from './builder.ts';
import { ClusterRestoreType } from './cluster-parts.ts';
import { toInt } from './scalars.ts';
import { SourceType } from './source.ts';
import { TagType } from './tag.ts';

const EndpointType = builder.objectRef<Endpoint>('Endpoint').implement({
  description: 'The connection endpoint of a cluster.',
  fields: (t) => ({
    address: t.exposeString('address', { nullable: true, description: 'The DNS name of this endpoint.' }),
    port: t.int({
      nullable: true,
      description: 'The TCP port of this endpoint.',
      resolve: ({ port }) => toInt(port),
    }),
  }),
});

const ClusterStatusEnum = builder.enumType('ClusterStatus', {
  description: 'The status of a cluster, in terms common to all services.',
  values: {
    AVAILABLE: { description: 'The cluster is available for queries, and no change is in progress.' },
    CREATING: { description: 'The cluster is being created.' },
    RESTORING: { description: 'The cluster is being restored from a snapshot; its data may not be complete yet.' },
    MODIFYING: {
      description:
        'A change is in progress: the cluster is being modified, resized, renamed, rebooted, upgraded, maintained, backed up, started or stopped, for example.',
    },
    PAUSED: { description: 'The cluster is paused (Amazon Redshift only).' },
    STOPPED: { description: 'The cluster is stopped (Amazon DocumentDB only).' },
    DELETING: { description: 'The cluster is being deleted; AWS may still be creating its final snapshot.' },
    FAILED: {
      description:
        'The cluster cannot be used because of a failure: of its hardware, its storage, its settings or the access to its key, for example; see `rawStatus`.',
    },
    UNKNOWN: { description: 'AWS reports a status that this API does not know; see `rawStatus`.' },
  } satisfies Record<ClusterStatus, object>,
});

export const ClusterInterface = builder.interfaceRef<ClusterRecord>('Cluster');
ClusterInterface.implement({
  description:
    'A database cluster. A null field means that AWS does not report the value, or that the value cannot be read; it never stands for zero.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({
      description: 'The Node ID of this cluster, for `node(id:)` and mutations, derived from the ARN of this cluster.',
      resolve: (c) => encodeGlobalId(c.__typename, c.kind.arn(c)),
    }),
    arn: t.string({ description: 'The ARN (Amazon Resource Name) of this cluster.', resolve: (c) => c.kind.arn(c) }),
    identifier: t.string({
      description: 'The identifier (name) of this cluster, unique within its account, region and service.',
      resolve: (c) => c.kind.identifier(c),
    }),
    source: t.expose('source', { type: SourceType, description: 'The source that returned this cluster.' }),
    status: t.field({
      type: ClusterStatusEnum,
      description:
        'The status of this cluster, in terms common to all services. A query that selects `status` of clusters and of snapshots side by side, over `node` for example, needs an alias for one of them, because their types differ; `rawStatus` needs none.',
      resolve: (c) => clusterStatus(c),
    }),
    rawStatus: t.string({
      description: 'The status of this cluster, as AWS reports it.',
      resolve: (c) => c.kind.rawStatus(c),
    }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When this cluster was created.',
      resolve: (c) => c.kind.createdAt(c),
    }),
  }),
});

/** Whether the cluster can be used. */
builder.interfaceFields(ClusterInterface, (t) => ({
  restore: t.field({
    type: ClusterRestoreType,
    nullable: true,
    description:
      'The restore that creates this cluster, and its progress. Null for a cluster that is not being restored. Amazon Redshift: AWS can report a restore after its end, as COMPLETED or FAILED. Amazon DocumentDB: null if AWS does not report the progress of a new cluster, and after its creation.',
    resolve: (c) => c.kind.restore(c),
  }),
  isReachable: t.boolean({
    nullable: true,
    description:
      'Whether this cluster is ready for connections: its status is AVAILABLE and, for Amazon DocumentDB, at least one of its instances is available. False in every other status, even though AWS may keep connections open while it modifies a cluster. Null if AWS does not say: in the status UNKNOWN, or if AWS does not describe an instance that it lists. Does not test the network, which can still block connections. Amazon DocumentDB: one AWS call for the clusters of a source on a page, made only for clusters that are AVAILABLE and have instances.',
    extensions: { price: instancesOfClusters },
    resolve: (c, _args, ctx) => ctx.fleet.lookups.isReachable(c),
  }),
}));

/** How the cluster is configured. */
builder.interfaceFields(ClusterInterface, (t) => ({
  engineVersion: t.string({
    nullable: true,
    description: 'The database engine version of this cluster, in the numbering of its service.',
    resolve: (c) => c.kind.engineVersion(c),
  }),
  endpoint: t.field({
    type: EndpointType,
    nullable: true,
    description: 'The connection endpoint of this cluster. Null until the endpoint exists.',
    resolve: (c) => c.kind.endpoint(c),
  }),
  masterUsername: t.string({
    nullable: true,
    description: 'The user name of the database administrator of this cluster.',
    resolve: (c) => c.kind.masterUsername(c),
  }),
  vpcId: t.string({
    nullable: true,
    description: 'The ID of the VPC of this cluster. Amazon DocumentDB does not report it.',
    resolve: (c) => c.kind.vpcId(c),
  }),
  availabilityZones: t.stringList({
    description: 'The Availability Zones of this cluster.',
    resolve: (c) => c.kind.availabilityZones(c),
  }),
  encrypted: t.boolean({
    nullable: true,
    description: 'Whether the data of this cluster is encrypted.',
    resolve: (c) => c.kind.encrypted(c),
  }),
  kmsKeyId: t.string({
    nullable: true,
    description: 'The AWS KMS key that encrypts this cluster. Null if the cluster is not encrypted.',
    resolve: (c) => c.kind.kmsKeyId(c),
  }),
  backupRetentionDays: t.int({
    nullable: true,
    description: 'The retention period of automated snapshots of this cluster, in days. 0 if AWS creates none.',
    resolve: (c) => toInt(c.kind.backupRetentionDays(c)),
  }),
}));

/** Fields that the cluster itself does not always contain, so that they may cost AWS calls. */
builder.interfaceFields(ClusterInterface, (t) => ({
  tags: t.field({
    type: [TagType],
    nullable: true,
    description:
      'The tags of this cluster. Amazon DocumentDB: one AWS call per cluster, made only if this field is selected and AWS did not return the tags with the cluster.',
    extensions: { price: calls(1) },
    resolve: (c, _args, ctx) => ctx.fleet.lookups.tagsOf(c),
  }),
}));

builder.queryField('cluster', (t) =>
  t.field({
    type: ClusterInterface,
    nullable: true,
    description: 'Looks up a cluster by its ARN, in one AWS call. Null if the cluster does not exist.',
    args: { arn: t.arg.string({ required: true, description: 'The ARN of a cluster in a configured source.' }) },
    extensions: { price: arnLookup },
    resolve: (_root, { arn }, ctx) => ctx.fleet.lookups.clusterByArn(arn),
  }),
);
