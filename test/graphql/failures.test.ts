import { type GraphQLField, type GraphQLObjectType, isNonNullType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/schema.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { makeCluster, makeSnapshots, snapshotId } from '../support/worlds.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
  await gateway.load({
    clusters: serviceNames.map((service) => makeCluster(service)),
    snapshots: serviceNames.flatMap((service) => makeSnapshots(service, 1)),
  });
});
afterAll(() => gateway.close());

/** Fields that do not fail: the failures of a list are reported in `sources`, and unreadable tags give no permission. */
const reported = [
  'viewerPermissions',
  'edges',
  'nodes',
  'hasNextPage',
  'totalCount',
  'sources',
  'isComplete',
  'results',
];

describe('a field that can fail', () => {
  it('is nullable', () => {
    const objects = Object.values(schema.getTypeMap()).filter(
      (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
    );
    const canFail = ({ args, extensions, name }: GraphQLField<unknown, unknown>) =>
      (args.length > 0 || extensions.price !== undefined) && !reported.includes(name);
    const strict = objects.flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => canFail(field) && isNonNullType(field.type))
        .map((field) => `${type.name}.${field.name}`),
    );
    expect(strict).toEqual([
      'Query.viewer',
      // A failed read of checks is UNKNOWN.
      'RecoveryReportEntry.checks',
      'RecoveryReportEntry.restorable',
      // The list itself is part of the schedule; the cluster of each entry is nullable.
      'SnapshotSchedule.clusters',
      'Subscription.clusterProgress',
      'Subscription.snapshotProgress',
      'Subscription.tableRestoreProgress',
    ]);
  });
});

describe('a failed field', () => {
  it.each([
    ['snapshots', 'snapshots(first: 1000) { isComplete }'],
    ['clusters', 'clusters(first: 1000) { isComplete }'],
    ['snapshotSummary', 'snapshotSummary(filter: { identifiers: [] }) { isComplete }'],
    ['nodes', `nodes(ids: [${Array.from({ length: 101 }, () => '"x"').join()}]) { id }`],
    ['node', 'node(id: "x") { id }'],
    ['snapshot', 'snapshot(arn: "x") { id }'],
    ['cluster', 'cluster(arn: "x") { id }'],
  ])('leaves the root fields beside %s', async (name, field) => {
    const { data, errors } = await gateway.query(`{ ${field} beside: sources { account } viewer { subject } }`);
    expect(data).toEqual({ [name]: null, beside: expect.any(Array), viewer: { subject: 'anonymous' } });
    expect(data.beside).not.toEqual([]);
    expect(errors).toMatchObject([{ path: [name], extensions: { code: 'INVALID_INPUT' } }]);
  });

  it.each([
    ['snapshots', 'snapshots(first: 1000) { isComplete }'],
    ['snapshots', 'snapshots(filter: { services: [REDSHIFT, DOCUMENTDB], regions: ["nowhere"] }) { isComplete }'],
    ['snapshots', 'snapshots(last: 1) { isComplete }'],
    ['snapshots', 'snapshots(after: "x") { isComplete }'],
    ['snapshotDays', 'snapshotDays(last: 0) { count }'],
  ])('leaves the records whose %s has an invalid argument: %s', async (name, field) => {
    const { data, errors } = await gateway.query(
      `{ clusters { nodes { identifier ${field} } pageInfo { hasNextPage } } beside: snapshots { isComplete } }`,
    );
    expect(data).toEqual({
      clusters: {
        nodes: serviceNames.map(() => ({ identifier: expect.any(String), [name]: null })),
        pageInfo: { hasNextPage: false },
      },
      beside: { isComplete: true },
    });
    expect(errors).toMatchObject(
      serviceNames.map((_, index) => ({
        path: ['clusters', 'nodes', index, name],
        extensions: { code: 'INVALID_INPUT' },
      })),
    );
  });

  it('leaves the results of the other mutations', async () => {
    const { data, errors } = await gateway.query(
      `mutation ($id: ID!) {
        one: tagSnapshot(input: { snapshotId: $id, tags: [{ key: "a" }] }) { __typename }
        two: deleteSnapshot(input: { snapshotId: "x" }) { __typename }
      }`,
      { id: snapshotId('REDSHIFT', 'sales-0000') },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ one: { __typename: 'TagSnapshotPayload' }, two: { __typename: 'InvalidInputError' } });
  });
});
