import { clusterOf, sharedArnLookup } from '../limits/field-prices.ts';
import { calls } from '../limits/price.ts';
import { encodeGlobalId } from '../snapshots/global-id.ts';
import { snapshotKey, type SnapshotRecord, snapshotStatus } from '../snapshots/snapshot.ts';
import { builder } from './builder.ts';
import { ClusterInterface } from './cluster.ts';
import { toInt } from './scalars.ts';
import {
  KmsKeyType,
  SnapshotProgressType,
  SnapshotRetentionType,
  SnapshotSharingType,
  SnapshotSizeType,
  SnapshotStatusEnum,
  SnapshotTypeEnum,
} from './snapshot-parts.ts';
import { SourceType } from './source.ts';
import { TagType } from './tag.ts';

/** The copy itself, whose kind reads the origin. */
const SnapshotOriginType = builder.objectRef<SnapshotRecord>('SnapshotOrigin').implement({
  description:
    'The snapshot that a copy was made from. Amazon Redshift reports it for copies in another region, Amazon DocumentDB for every copy.',
  fields: (t) => ({
    region: t.string({
      nullable: true,
      description: 'The region of the snapshot that was copied.',
      resolve: (s) => s.kind.origin(s)?.region,
    }),
    account: t.field({
      type: 'AccountId',
      nullable: true,
      description: 'The account of the snapshot that was copied.',
      resolve: (s) => s.kind.origin(s)?.account,
    }),
    snapshotArn: t.string({
      nullable: true,
      description:
        'The ARN of the snapshot that was copied, which may no longer exist. Amazon Redshift does not report it.',
      resolve: (s) => s.kind.origin(s)?.snapshotArn,
    }),
    cluster: t.field({
      type: ClusterInterface,
      nullable: true,
      description:
        'The cluster that the copied snapshot was taken from, in `region` and `account`. Null if the cluster no longer exists, even if another cluster has been created under the same name since; if that account and region is not configured; or if you may not read the cluster. The clusters of all snapshots in a response are read together.',
      extensions: { price: clusterOf },
      resolve: (s, _args, ctx) => ctx.fleet.lookups.originClusterOf(s),
    }),
  }),
});

export const SnapshotInterface = builder.interfaceRef<SnapshotRecord>('Snapshot');
SnapshotInterface.implement({
  description:
    'A snapshot: a point-in-time backup of a cluster. A null field means that AWS does not report the value, or that the value cannot be read; it never stands for zero.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({
      description:
        'The Node ID of this snapshot, for `node(id:)` and mutations, derived from the ARN of this snapshot.',
      resolve: (s) => encodeGlobalId(s.__typename, snapshotKey(s)),
    }),
    arn: t.string({ description: 'The ARN (Amazon Resource Name) of this snapshot.', resolve: (s) => s.kind.arn(s) }),
    identifier: t.string({
      description:
        'The identifier (name) of this snapshot, unique within its account, region and service. The identifiers of automated snapshots start with `rs:` (Amazon Redshift) or `rds:` (Amazon DocumentDB).',
      resolve: (s) => s.kind.identifier(s),
    }),
    source: t.expose('source', { type: SourceType, description: 'The source that returned this snapshot.' }),
    ownerAccountId: t.field({
      type: 'AccountId',
      nullable: true,
      description:
        'The account that owns this snapshot. If the snapshot is shared, this is not the account of `source`.',
      resolve: (s) => s.kind.ownerAccountId(s),
    }),
    clusterIdentifier: t.string({
      description: 'The identifier of the cluster that this snapshot was taken from. The cluster may no longer exist.',
      resolve: (s) => s.kind.clusterIdentifier(s),
    }),
    type: t.field({
      type: SnapshotTypeEnum,
      description: 'The type of this snapshot, from the point of view of `source`.',
      resolve: (s) => s.kind.type(s),
    }),
    status: t.field({
      type: SnapshotStatusEnum,
      description:
        'The status of this snapshot, in terms common to all services. A query that selects `status` of clusters and of snapshots side by side, over `node` for example, needs an alias for one of them, because their types differ; `rawStatus` needs none.',
      resolve: (s) => snapshotStatus(s),
    }),
    rawStatus: t.string({
      description: 'The status of this snapshot, as AWS reports it.',
      resolve: (s) => s.kind.rawStatus(s),
    }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When AWS started to create this snapshot.',
      resolve: (s) => s.kind.createdAt(s),
    }),
    clusterCreatedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the cluster that this snapshot was taken from was created.',
      resolve: (s) => s.kind.clusterCreatedAt(s),
    }),
    progress: t.field({
      type: SnapshotProgressType,
      description: "The progress of this snapshot's creation.",
      resolve: (s) => s.kind.progress(s),
    }),
    size: t.field({
      type: SnapshotSizeType,
      nullable: true,
      description: 'The size of this snapshot. Null for Amazon DocumentDB, which does not report it.',
      resolve: (s) => s.kind.size(s),
    }),
    retention: t.field({
      type: SnapshotRetentionType,
      nullable: true,
      description:
        'The retention of this snapshot: how long AWS keeps it. Null for automated snapshots, which follow the retention of their cluster, and if AWS does not report it.',
      resolve: (s) => s.kind.retention(s),
    }),
  }),
});

/** Properties of the cluster that the snapshot was taken from, as the snapshot reports them. */
builder.interfaceFields(SnapshotInterface, (t) => ({
  masterUsername: t.string({
    nullable: true,
    description: 'The user name of the database administrator of the cluster that this snapshot was taken from.',
    resolve: (s) => s.kind.masterUsername(s),
  }),
  engineVersion: t.string({
    nullable: true,
    description: 'The database engine version of this snapshot, in the numbering of its service.',
    resolve: (s) => s.kind.engineVersion(s),
  }),
  port: t.int({
    nullable: true,
    description: 'The port of the cluster that this snapshot was taken from. Amazon DocumentDB does not report it.',
    resolve: (s) => toInt(s.kind.port(s)),
  }),
  vpcId: t.string({
    nullable: true,
    description: 'The ID of the VPC of the cluster that this snapshot was taken from.',
    resolve: (s) => s.kind.vpcId(s),
  }),
  availabilityZones: t.stringList({
    description:
      'The Availability Zones of this snapshot. Amazon Redshift: where the cluster ran. Amazon DocumentDB: where the snapshot can be restored.',
    resolve: (s) => s.kind.availabilityZones(s),
  }),
  encrypted: t.boolean({
    nullable: true,
    description: 'Whether the data of this snapshot is encrypted.',
    resolve: (s) => s.kind.encrypted(s),
  }),
  kmsKeyId: t.string({
    nullable: true,
    description:
      'The AWS KMS key that encrypts this snapshot, usually as an ARN. Null if the snapshot is not encrypted.',
    resolve: (s) => s.kind.kmsKeyId(s),
  }),
}));

/** Fields that the snapshot itself does not contain, so that they may cost AWS calls. */
builder.interfaceFields(SnapshotInterface, (t) => ({
  cluster: t.field({
    type: ClusterInterface,
    nullable: true,
    description:
      'The cluster that this snapshot was taken from. Null if the cluster no longer exists (the snapshot is orphaned), even if another cluster has been created under the same name since; if the snapshot belongs to another account or is a copy from another region or account (see `origin`); or if you may not read the cluster. If AWS reports creation times that do not show whether the existing cluster of that name is the same, this is that cluster. The clusters of all snapshots in a response are read together.',
    extensions: { price: clusterOf },
    resolve: (s, _args, ctx) => ctx.fleet.lookups.clusterOf(s),
  }),
  origin: t.field({
    type: SnapshotOriginType,
    nullable: true,
    description:
      'Where this snapshot was copied from. Null if this snapshot is not a copy, or if AWS does not report it.',
    resolve: (s) => (s.kind.origin(s) === null ? null : s),
  }),
  tags: t.field({
    type: [TagType],
    nullable: true,
    description:
      'The tags of this snapshot. Null for a snapshot of another account, because only its owner can read them. Amazon DocumentDB: one AWS call per snapshot, made only if this field is selected and AWS did not return the tags with the snapshot.',
    extensions: { price: calls(1) },
    resolve: (s, _args, ctx) => ctx.fleet.lookups.tagsOf(s),
  }),
  kmsKey: t.field({
    type: KmsKeyType,
    nullable: true,
    description:
      'The AWS KMS key that encrypts this snapshot, as AWS KMS describes it. Null if this snapshot is not encrypted, or AWS reports no key for it; an error if AWS KMS denies the call or does not know the key. One AWS call for each distinct key of a source, made only if this field is selected.',
    extensions: { price: calls(1) },
    resolve: (s, _args, ctx) => ctx.fleet.lookups.kmsKeyOf(s),
  }),
  sharing: t.field({
    type: SnapshotSharingType,
    nullable: true,
    description:
      'Who can restore this snapshot, in addition to the account that owns it. Null for a snapshot of another account, because only its owner can read this. Amazon DocumentDB: one AWS call per manual snapshot, made only if this field is selected.',
    extensions: { price: calls(1) },
    resolve: (s, _args, ctx) => ctx.fleet.lookups.sharingOf(s),
  }),
}));

builder.queryField('snapshot', (t) =>
  t.field({
    type: SnapshotInterface,
    nullable: true,
    description:
      'Looks up a snapshot by its ARN. Null if the snapshot does not exist. One AWS call to the source of the account that owns the snapshot; if that source is not configured or does not respond, one AWS call for each other configured account in the region, because the snapshot may be shared with it.',
    args: {
      arn: t.arg.string({
        required: true,
        description:
          'The ARN of a snapshot in a configured source, or of a snapshot that another account shares with a configured account.',
      }),
    },
    extensions: { price: sharedArnLookup },
    resolve: (_root, { arn }, ctx) => ctx.fleet.lookups.snapshotByArn(arn),
  }),
);
