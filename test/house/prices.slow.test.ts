import { getNamedType, type GraphQLField, type GraphQLObjectType, isCompositeType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../src/schema.ts';
import { account, type Gateway, startGateway } from '../support/gateway.ts';
import { filtersOf, ordersOf } from '../support/conditions.ts';
import { serviceNames } from '../support/services.ts';
import { clusterArn, clusterId, makeCluster, makeSnapshots, snapshotArn, snapshotId } from '../support/worlds.ts';

const objects = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
);

/** The declared options of a field, because Pothos wraps some resolvers. */
function declared({ extensions }: GraphQLField<unknown, unknown>) {
  return extensions['pothosOptions'] as { resolve?: (...given: unknown[]) => unknown; subscribe?: () => unknown };
}

/** Whether a resolver can call AWS: through the context, its third argument, or through a function of its parent. */
function mayReachAws(field: GraphQLField<unknown, unknown>): boolean {
  const { resolve, subscribe } = declared(field);
  if (resolve === undefined) return subscribe !== undefined;
  const [parameters = '', ...body] = String(resolve).split('=>');
  return (
    resolve.length >= 3 || parameters.includes('...') || /\w\(\)/.test(body.join('=>').replaceAll('.toLowerCase()', ''))
  );
}

describe('the price of a field', () => {
  it('is declared if its resolver can call AWS', () => {
    const undeclared = objects.flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => mayReachAws(field) && field.extensions.price === undefined)
        .map((field) => `${type.name}.${field.name}`),
    );
    expect(undeclared).toEqual([]);
  });
});

const region = 'us-east-1';
const key = '0a0a0a0a-5eed-4000-8000-000000000001';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ limits: { cost: 100_000, fields: 100_000 } });
  await gateway.load({
    assumptions: { rdsAnswersTagList: false },
    clusters: [
      ...serviceNames.map((service) => makeCluster(service)),
      { ...makeCluster('REDSHIFT', 'scheduled'), SnapshotScheduleIdentifier: 'nightly' },
    ],
    schedules: [
      {
        service: 'redshift',
        account,
        region,
        ScheduleIdentifier: 'nightly',
        ScheduleDefinitions: ['rate(12 hours)'],
      },
    ],
    keys: [{ service: 'kms', account, region, KeyId: key, Aliases: ['alias/any'] }],
    snapshots: serviceNames.flatMap((service) =>
      makeSnapshots(service, 3, { isEncrypted: true, kmsKeyId: `arn:aws:kms:${region}:${account}:key/${key}` }),
    ),
  });
});
afterAll(() => gateway.close());

/** Operations that reach the types whose fields can cost AWS calls; `{}` stands for a field of that type. */
const reached: readonly (readonly [types: readonly string[], operation: string])[] = [
  [['RedshiftSnapshot', 'DocumentDBSnapshot'], '{ snapshots { nodes { __typename ... on TYPE { {} } } } }'],
  [['RedshiftCluster', 'DocumentDBCluster'], '{ clusters { nodes { __typename ... on TYPE { {} } } } }'],
  [['SnapshotConnection'], '{ snapshots { __typename {} } }'],
  [['ClusterConnection'], '{ clusters { __typename {} } }'],
  [['SnapshotSummary'], '{ snapshotSummary { __typename {} } }'],
  [['RecoveryReportConnection'], '{ recoveryReport { __typename {} } }'],
  [['RecoveryReportEntry'], '{ recoveryReport { nodes { __typename {} } } }'],
  [['Source'], '{ sources { __typename {} } }'],
  [['SnapshotScheduleConnection'], '{ snapshotSchedules { __typename {} } }'],
  [['SnapshotSchedule'], '{ snapshotSchedules { nodes { __typename {} } } }'],
  [['ScheduledCluster'], '{ snapshotSchedules { nodes { clusters { __typename {} } } } }'],
];

const samples: Readonly<Record<string, string>> = { snapshotDays: '(last: 3)' };

function selectionOf({ name, type }: GraphQLField<unknown, unknown>): string {
  return `${name}${samples[name] ?? ''}${isCompositeType(getNamedType(type)) ? ' { __typename }' : ''}`;
}

const cases = reached.flatMap(([types, operation]) =>
  types.flatMap((name) =>
    Object.values((schema.getType(name) as GraphQLObjectType).getFields()).map((field) => ({
      name: `${name}.${field.name}`,
      without: operation.replace('TYPE', name).replace('{}', '__typename'),
      selected: operation.replace('TYPE', name).replace('{}', selectionOf(field)),
    })),
  ),
);

/** The announced cost and the actual AWS calls of an operation. */
async function costOf(operation: string, headers = {}): Promise<{ announced: number; calls: number }> {
  const { data, errors, extensions } = await gateway.query(operation, {}, headers);
  expect(data, JSON.stringify(errors)).not.toBeNull();
  const { cost, aws } = extensions as typeof extensions & { cost: { announced: number } };
  return { announced: cost.announced, calls: aws.calls };
}

it.each(cases)('$name makes no more AWS calls than announced', async ({ without, selected }) => {
  const [base, whole] = [await costOf(without), await costOf(selected)];
  expect(whole.calls).toBeLessThanOrEqual(whole.announced);
  if (whole.calls > base.calls) expect(whole.announced).toBeGreaterThan(base.announced);
});

const fresh = { 'cache-control': 'no-cache' };

it.each([
  ...filtersOf('SnapshotFilter', account).flatMap((filter) => [
    ['snapshots', filter],
    ['snapshotSummary', filter],
  ]),
  ...filtersOf('ClusterFilter', account).flatMap((filter) => [
    ['clusters', filter],
    ['recoveryReport', filter],
  ]),
])('%s(%s) makes no more AWS calls than announced', async (field, filter) => {
  const [base, whole] = [
    await costOf(`{ ${field} { isComplete } }`, fresh),
    await costOf(`{ ${field}(${filter}) { isComplete } }`, fresh),
  ];
  expect(whole.calls).toBeLessThanOrEqual(whole.announced);
  if (whole.calls > base.calls) expect(whole.announced).toBeGreaterThan(base.announced);
});

it.each([
  ...ordersOf('SnapshotOrder').map((order) => ['snapshots', order]),
  ...ordersOf('SnapshotGroupOrder').map((order) => ['snapshotSummary', order]),
  ...ordersOf('ClusterOrder').map((order) => ['clusters', order]),
])('%s(%s) makes no more AWS calls than announced', async (field, order) => {
  const { announced, calls } = await costOf(`{ ${field}(${order}) { isComplete } }`, fresh);
  expect(calls).toBeLessThanOrEqual(announced);
});

const service = 'REDSHIFT';
const name = 'sales-0001';

it.each([
  ['node', `node(id: "${snapshotId(service, name)}") { id }`],
  ['nodes', `nodes(ids: ["${snapshotId(service, name)}", "${clusterId(service)}"]) { id }`],
  ['snapshot', `snapshot(arn: "${snapshotArn(service, name)}") { id }`],
  ['cluster', `cluster(arn: "${clusterArn(service)}") { id }`],
])('Query.%s makes no more AWS calls than announced', async (_name, selection) => {
  const { announced, calls } = await costOf(`{ ${selection} }`);
  expect(calls).toBeGreaterThan(0);
  expect(calls).toBeLessThanOrEqual(announced);
});
