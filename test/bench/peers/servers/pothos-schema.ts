import SchemaBuilder from '@pothos/core';
import RelayPlugin from '@pothos/plugin-relay';
import DataLoader from 'dataloader';
import type { GraphQLSchema } from 'graphql';
import { answers, type SnapshotRecord } from './listen.ts';

// The schema as the manual of Pothos shows it: exposed fields, nodes of the relay plugin, a scalar for dates, and a data
// loader for what belongs to another record.

const isDate = (value: unknown) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
/** A copy of the records with objects for dates. */
const snapshots: readonly SnapshotRecord[] = JSON.parse(JSON.stringify(answers.snapshots), (_key, value) =>
  isDate(value) ? new Date(value) : value,
);
const byId = new Map(snapshots.map((record) => [record.id, record]));
const clusters = new Map(snapshots.map(({ cluster }) => [cluster.identifier, cluster]));
const clusterLoader = new DataLoader<string, any>(async (names) => names.map((name) => clusters.get(name)!), {
  cache: false,
});

interface Types {
  Scalars: { DateTime: { Input: Date; Output: Date } };
  Interfaces: { Snapshot: any; Cluster: any };
  Objects: Record<
    | 'Connection'
    | 'Endpoint'
    | 'SnapshotOrigin'
    | 'SnapshotProgress'
    | 'SnapshotRetention'
    | 'SnapshotSharing'
    | 'SnapshotSize'
    | 'Source'
    | 'Tag',
    any
  >;
}

const builder = new SchemaBuilder<Types>({
  plugins: [RelayPlugin],
  relay: {
    nodesQueryOptions: false,
    // The ids of snapgate, so that all servers return the same JSON.
    encodeGlobalID: (_typename, id) => String(id),
    decodeGlobalID: (id) => ({ typename: 'RedshiftSnapshot', id }),
  },
});

/** Exposes fields of one kind, each as `t.exposeString('name', { nullable: true })`, for example. */
const each = <Field>(names: string, expose: (name: any) => Field): Record<string, Field> =>
  Object.fromEntries(names.split(' ').map((name) => [name, expose(name)]));
const nullable = { nullable: true } as const;

builder.scalarType('DateTime', { serialize: (date) => date.toISOString() });

builder.objectType('Endpoint', {
  fields: (t) => ({ address: t.exposeString('address', nullable), port: t.exposeInt('port', nullable) }),
});
builder.objectType('SnapshotOrigin', {
  fields: (t) => each('account region snapshotArn', (name) => t.exposeString(name, nullable)),
});
builder.objectType('SnapshotProgress', {
  fields: (t) =>
    each('elapsedSeconds percent rateMegabytesPerSecond remainingSeconds transferredMegabytes', (name) =>
      t.exposeFloat(name, nullable),
    ),
});
builder.objectType('SnapshotRetention', {
  fields: (t) => ({
    ...each('days remainingDays', (name) => t.exposeInt(name, nullable)),
    forever: t.exposeBoolean('forever'),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
  }),
});
builder.objectType('SnapshotSharing', {
  fields: (t) => ({
    accounts: t.exposeStringList('accounts'),
    ...each('awsSupport public', (name) => t.exposeBoolean(name)),
    remainingAccounts: t.exposeInt('remainingAccounts'),
  }),
});
builder.objectType('SnapshotSize', {
  fields: (t) => each('incrementalMegabytes totalMegabytes', (name) => t.exposeFloat(name, nullable)),
});
builder.objectType('Source', {
  fields: (t) => ({
    id: t.exposeID('id'),
    ...each('account region service', (name) => t.exposeString(name)),
    accountName: t.exposeString('accountName', nullable),
  }),
});
builder.objectType('Tag', { fields: (t) => each('key value', (name) => t.exposeString(name)) });

const ClusterInterface = builder.interfaceType('Cluster', {
  fields: (t) => ({
    id: t.exposeID('id'),
    ...each('arn identifier status rawStatus', (name) => t.exposeString(name)),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true }),
    ...each('engineVersion masterUsername', (name) => t.exposeString(name, nullable)),
    encrypted: t.exposeBoolean('encrypted', nullable),
    endpoint: t.field({ type: 'Endpoint', nullable: true, resolve: ({ endpoint }) => endpoint }),
  }),
});
builder.objectType(builder.objectRef<any>('RedshiftCluster'), {
  interfaces: [ClusterInterface],
  isTypeOf: (value: any) => value.__typename === 'RedshiftCluster',
});

const SnapshotInterface = builder.interfaceType('Snapshot', {
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    ...each('arn clusterIdentifier identifier rawStatus status type', (name) => t.exposeString(name)),
    ...each('engineVersion kmsKeyId masterUsername ownerAccountId vpcId', (name) => t.exposeString(name, nullable)),
    ...each('clusterCreatedAt createdAt', (name) => t.expose(name, { type: 'DateTime', nullable: true })),
    ...each('availabilityZones viewerPermissions', (name) => t.exposeStringList(name)),
    encrypted: t.exposeBoolean('encrypted', nullable),
    port: t.exposeInt('port', nullable),
    cluster: t.field({
      type: ClusterInterface,
      nullable: true,
      resolve: ({ clusterIdentifier }) => clusterLoader.load(clusterIdentifier),
    }),
    origin: t.field({ type: 'SnapshotOrigin', nullable: true, resolve: ({ origin }) => origin }),
    progress: t.field({ type: 'SnapshotProgress', resolve: ({ progress }) => progress }),
    retention: t.field({ type: 'SnapshotRetention', nullable: true, resolve: ({ retention }) => retention }),
    sharing: t.field({ type: 'SnapshotSharing', nullable: true, resolve: ({ sharing }) => sharing }),
    size: t.field({ type: 'SnapshotSize', nullable: true, resolve: ({ size }) => size }),
    source: t.field({ type: 'Source', resolve: ({ source }) => source }),
    tags: t.field({ type: ['Tag'], nullable: true, resolve: ({ tags }) => tags }),
  }),
});
builder.node(builder.objectRef<any>('RedshiftSnapshot'), {
  interfaces: [SnapshotInterface],
  id: { resolve: ({ id }) => id },
  isTypeOf: (value: any) => value.__typename === 'RedshiftSnapshot',
  loadMany: async (ids) => ids.map((id) => byId.get(id)),
  fields: (t) => ({
    ...each(
      'availabilityZone clusterVersion databaseName engineFullVersion maintenanceTrackName masterPasswordSecretArn masterPasswordSecretKmsKeyId nodeType sourceRegion',
      (name) => t.exposeString(name, nullable),
    ),
    ...each('encryptedWithHsm enhancedVpcRouting', (name) => t.exposeBoolean(name, nullable)),
    numberOfNodes: t.exposeInt('numberOfNodes', nullable),
    restorableNodeTypes: t.stringList({ nullable: true, resolve: ({ restorableNodeTypes }) => restorableNodeTypes }),
  }),
});

builder.objectType('Connection', {
  fields: (t) => ({ nodes: t.field({ type: [SnapshotInterface], resolve: ({ nodes }) => nodes }) }),
});
builder.queryType({
  fields: (t) => ({
    snapshots: t.field({
      type: 'Connection',
      nullable: true,
      args: { first: t.arg.int() },
      resolve: async (_root, { first }): Promise<any> => ({ nodes: snapshots.slice(0, first ?? 20) }),
    }),
  }),
});

/** Creates the schema of the measured fields over records in memory. */
export const createPothosSchema = (): GraphQLSchema => builder.toSchema();
