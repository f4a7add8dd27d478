import { arnLookup } from '../limits/field-prices.ts';
import { calls } from '../limits/price.ts';
import type { ClusterRecord, Endpoint } from '../snapshots/cluster.ts';
import { encodeGlobalId } from '../snapshots/global-id.ts';
import { builder } from './builder.ts';
import { SourceType } from './source.ts';
import { TagType } from './tag.ts';

const EndpointType = builder.objectRef<Endpoint>('Endpoint').implement({
  description: 'Where clients connect.',
  fields: (t) => ({
    address: t.exposeString('address', { nullable: true, description: 'The DNS name.' }),
    port: t.exposeInt('port', { nullable: true, description: 'The TCP port.' }),
  }),
});

export const ClusterInterface = builder.interfaceRef<ClusterRecord>('Cluster');
ClusterInterface.implement({
  description: 'A database cluster. Null means that AWS does not say, never zero.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({
      description: 'The id of this cluster for `node(id:)` and for changes. It is made of its ARN.',
      resolve: (c) => encodeGlobalId(c.__typename, c.kind.arn(c)),
    }),
    arn: t.string({ description: 'Its Amazon Resource Name.', resolve: (c) => c.kind.arn(c) }),
    identifier: t.string({
      description: 'Its name, unique in its account, region and service.',
      resolve: (c) => c.kind.identifier(c),
    }),
    source: t.expose('source', { type: SourceType, description: 'Where it was read.' }),
    status: t.string({ description: 'Its status in the words of AWS.', resolve: (c) => c.kind.status(c) }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was created.',
      resolve: (c) => c.kind.createdAt(c),
    }),
    engineVersion: t.string({
      nullable: true,
      description: 'The version of the database engine, as the service counts it.',
      resolve: (c) => c.kind.engineVersion(c),
    }),
    endpoint: t.field({
      type: EndpointType,
      nullable: true,
      description: 'Where clients connect. Null while there is none yet.',
      resolve: (c) => c.kind.endpoint(c),
    }),
    masterUsername: t.string({
      nullable: true,
      description: 'The name of the database’s administrator.',
      resolve: (c) => c.kind.masterUsername(c),
    }),
    vpcId: t.string({ nullable: true, description: 'The VPC it runs in.', resolve: (c) => c.kind.vpcId(c) }),
    availabilityZones: t.stringList({
      description: 'The availability zones it runs in.',
      resolve: (c) => c.kind.availabilityZones(c),
    }),
    encrypted: t.boolean({
      nullable: true,
      description: 'Whether its data is encrypted.',
      resolve: (c) => c.kind.encrypted(c),
    }),
    kmsKeyId: t.string({
      nullable: true,
      description: 'The AWS KMS key that encrypts it. Null when it is not encrypted.',
      resolve: (c) => c.kind.kmsKeyId(c),
    }),
    backupRetentionDays: t.int({
      nullable: true,
      description: 'Days that AWS keeps its automated snapshots. 0 means that none are made.',
      resolve: (c) => c.kind.backupRetentionDays(c),
    }),
    tags: t.field({
      type: [TagType],
      nullable: true,
      description: 'Its tags. Amazon DocumentDB: one AWS call for each cluster, made only when selected.',
      extensions: { price: calls(1) },
      resolve: (c, _args, ctx) => ctx.fleet.lookups.tagsOf(c),
    }),
  }),
});

builder.queryField('cluster', (t) =>
  t.field({
    type: ClusterInterface,
    nullable: true,
    description: 'One cluster by its Amazon Resource Name, in one AWS call. Null when it does not exist.',
    args: { arn: t.arg.string({ required: true, description: 'The ARN of a cluster of a configured source.' }) },
    extensions: { price: arnLookup },
    resolve: (_root, { arn }, ctx) => ctx.fleet.lookups.clusterByArn(arn),
  }),
);
