import { sharedArnLookup } from '../limits/field-prices.ts';
import { calls, lookup } from '../limits/price.ts';
import { encodeGlobalId } from '../snapshots/global-id.ts';
import { snapshotKey, type SnapshotRecord, snapshotStatus } from '../snapshots/snapshot.ts';
import { builder } from './builder.ts';
import { ClusterInterface } from './cluster.ts';
import {
  SnapshotProgressType,
  SnapshotRetentionType,
  SnapshotSharingType,
  SnapshotSizeType,
  SnapshotStatusEnum,
  SnapshotTypeEnum,
} from './snapshot-parts.ts';
import { SourceType } from './source.ts';
import { TagType } from './tag.ts';

export const SnapshotInterface = builder.interfaceRef<SnapshotRecord>('Snapshot');
SnapshotInterface.implement({
  description: 'A point-in-time backup of a cluster. Null means that AWS does not say, never zero.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({
      description: 'The id of this snapshot for `node(id:)` and for changes. It is made of its ARN.',
      resolve: (s) => encodeGlobalId(s.__typename, snapshotKey(s)),
    }),
    arn: t.string({ description: 'Its Amazon Resource Name.', resolve: (s) => s.kind.arn(s) }),
    identifier: t.string({
      description: 'Its name, unique in its account and region. Automated ones start with `rs:` or `rds:`.',
      resolve: (s) => s.kind.identifier(s),
    }),
    source: t.expose('source', { type: SourceType, description: 'Where it was read.' }),
    ownerAccountId: t.field({
      type: 'AccountId',
      nullable: true,
      description: 'The account that owns it, which is not the source’s when it is shared.',
      resolve: (s) => s.kind.ownerAccountId(s),
    }),
    clusterIdentifier: t.string({
      description: 'The cluster it was taken from, which may be gone.',
      resolve: (s) => s.kind.clusterIdentifier(s),
    }),
    type: t.field({
      type: SnapshotTypeEnum,
      description: 'How it came to be, seen from this source.',
      resolve: (s) => s.kind.type(s),
    }),
    status: t.field({ type: SnapshotStatusEnum, description: 'What it is doing.', resolve: (s) => snapshotStatus(s) }),
    rawStatus: t.string({ description: 'The status in the words of AWS.', resolve: (s) => s.kind.rawStatus(s) }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it began.',
      resolve: (s) => s.kind.createdAt(s),
    }),
    clusterCreatedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its cluster was created.',
      resolve: (s) => s.kind.clusterCreatedAt(s),
    }),
    progress: t.field({
      type: SnapshotProgressType,
      description: 'How far its making is.',
      resolve: (s) => s.kind.progress(s),
    }),
    size: t.field({
      type: SnapshotSizeType,
      nullable: true,
      description: 'Its storage. Null for Amazon DocumentDB, where AWS does not tell it.',
      resolve: (s) => s.kind.size(s),
    }),
    retention: t.field({
      type: SnapshotRetentionType,
      nullable: true,
      description: 'How long AWS keeps it. Null for automated snapshots, which follow their cluster.',
      resolve: (s) => s.kind.retention(s),
    }),
  }),
});

/** What the snapshot says of the cluster that it was taken from. */
builder.interfaceFields(SnapshotInterface, (t) => ({
  masterUsername: t.string({
    nullable: true,
    description: 'The name of the database’s administrator.',
    resolve: (s) => s.kind.masterUsername(s),
  }),
  engineVersion: t.string({
    nullable: true,
    description: 'The version of the database engine, as the service counts it.',
    resolve: (s) => s.kind.engineVersion(s),
  }),
  port: t.int({
    nullable: true,
    description: 'The port of the cluster. Amazon DocumentDB does not tell it.',
    resolve: (s) => s.kind.port(s),
  }),
  vpcId: t.string({ nullable: true, description: 'The VPC of the cluster.', resolve: (s) => s.kind.vpcId(s) }),
  availabilityZones: t.stringList({
    description: 'Amazon Redshift: where the cluster ran. Amazon DocumentDB: where it can be restored.',
    resolve: (s) => s.kind.availabilityZones(s),
  }),
  encrypted: t.boolean({
    nullable: true,
    description: 'Whether its data is encrypted.',
    resolve: (s) => s.kind.encrypted(s),
  }),
  kmsKeyId: t.string({
    nullable: true,
    description: 'The AWS KMS key that encrypts it, mostly as an ARN. Null when it is not encrypted.',
    resolve: (s) => s.kind.kmsKeyId(s),
  }),
}));

/** What a snapshot does not say of itself, which may cost AWS calls. */
builder.interfaceFields(SnapshotInterface, (t) => ({
  cluster: t.field({
    type: ClusterInterface,
    nullable: true,
    description:
      'The cluster it was taken from. Null when that no longer exists, so that the snapshot is orphaned, belongs to another account, or is not granted to you. Clusters of one answer are read together.',
    extensions: { price: lookup },
    resolve: (s, _args, ctx) => ctx.fleet.lookups.clusterOf(s),
  }),
  tags: t.field({
    type: [TagType],
    nullable: true,
    description:
      'Its tags. Null when only the owner may see them. Amazon DocumentDB: one AWS call for each snapshot, made only when selected.',
    extensions: { price: calls(1) },
    resolve: (s, _args, ctx) => ctx.fleet.lookups.tagsOf(s),
  }),
  sharing: t.field({
    type: SnapshotSharingType,
    nullable: true,
    description:
      'Who else may restore it. Null when only the owner may see it. Amazon DocumentDB: one AWS call for each manual snapshot, made only when selected.',
    extensions: { price: calls(1) },
    resolve: (s, _args, ctx) => ctx.fleet.lookups.sharingOf(s),
  }),
}));

builder.queryField('snapshot', (t) =>
  t.field({
    type: SnapshotInterface,
    nullable: true,
    description:
      'One snapshot by its Amazon Resource Name. Null when it does not exist. One AWS call to the source of its owner; where that is not configured or does not answer, one to each other account of its region, with which it may be shared.',
    args: {
      arn: t.arg.string({
        required: true,
        description: 'The ARN of a snapshot of a configured source, or of one that another account shares with it.',
      }),
    },
    extensions: { price: sharedArnLookup },
    resolve: (_root, { arn }, ctx) => ctx.fleet.lookups.snapshotByArn(arn),
  }),
);
