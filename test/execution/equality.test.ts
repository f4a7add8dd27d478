import fc from 'fast-check';
import { type GraphQLField, parse } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCompiledOperations } from '../../src/execution/compiled-operations.ts';
import { schema } from '../../src/schema.ts';
import { filtersOf, ordersOf } from '../support/conditions.ts';
import { account, region } from '../support/gateway.ts';
import { runs } from '../support/runs.ts';
import { serviceNames } from '../support/services.ts';
import {
  at,
  clusterArn,
  clusterId,
  globalId,
  makeCluster,
  makeInstance,
  makeSnapshots,
  snapshotArn,
  snapshotId,
} from '../support/worlds.ts';
import { startContexts } from './emulated.ts';
import { expectEqual, validDocument } from './engines.ts';
import { randomOperations } from './operations.ts';

const key = '0a0a0a0a-5eed-4000-8000-000000000001';
const keyArn = `arn:aws:kms:${region}:${account}:key/${key}`;

/** Clusters that are being restored, and what else recovery reads. */
const recovery = {
  clusters: [
    {
      ...makeCluster('REDSHIFT', 'restoring', { createdAt: at(-10) }),
      NodeType: 'dc2.large',
      RestoreStatus: { Status: 'restoring', SnapshotSizeInMegaBytes: 1_000 },
      SnapshotScheduleIdentifier: 'nightly',
      SnapshotScheduleState: 'ACTIVE',
      ReadyTime: '2999-01-01T00:00:00Z',
    },
    {
      ...makeCluster('DOCUMENTDB', 'restoring', { createdAt: at(-10) }),
      PercentProgress: '0',
      ReadyTime: '2999-01-01T00:00:00Z',
    },
  ],
  instances: [makeInstance('orders-1'), makeInstance('orders-2', { ReadyTime: '2999-01-01T00:00:00Z' })],
  schedules: ['nightly', 'é "x"'].map((ScheduleIdentifier) => ({
    service: 'redshift' as const,
    account,
    region,
    ScheduleIdentifier,
    ScheduleDefinitions: ['rate(12 hours)'],
    Tags: [{ Key: 'owner', Value: 'Zoë' }],
  })),
  tableRestores: [
    {
      service: 'redshift' as const,
      account,
      region,
      ClusterIdentifier: 'sales',
      TableRestoreRequestId: 'one',
      Status: 'FAILED',
      Message: 'line\nfeed',
      RequestTime: at(-10),
      TotalDataInMegaBytes: 1_000,
    },
  ],
};

let contexts: Awaited<ReturnType<typeof startContexts>>;
beforeAll(async () => {
  contexts = await startContexts({
    ...recovery,
    clusters: [
      ...serviceNames.map((service) =>
        makeCluster(service, undefined, { createdAt: at(-10), tags: { team: 'é "x"' } }),
      ),
      ...recovery.clusters,
    ],
    keys: [{ service: 'kms', account, region, KeyId: key }],
    snapshots: serviceNames.flatMap((service) => [
      ...makeSnapshots(service, 4, { isEncrypted: true, kmsKeyId: keyArn, tags: { owner: 'Zoë', line: 'a\nb' } }),
      ...makeSnapshots(service, 3, {
        cluster: 'gone',
        clusterCreatedAt: at(-20),
        isEncrypted: true,
        kmsKeyId: `${keyArn}0`,
      }),
    ]),
  });
});
afterAll(() => contexts.close());

const ids = [
  ...serviceNames.map((service) => snapshotId(service, 'gone-0001', { cluster: 'gone' })),
  ...serviceNames.map((service) => clusterId(service)),
  globalId('Source', `${account}/${region}/REDSHIFT`),
  globalId('SnapshotSchedule', `${account}/${region}/REDSHIFT/nightly`),
  globalId('TableRestore', `${account}/${region}/REDSHIFT/sales/one`),
  'unknown',
].map((id) => `"${id}"`);

// That AWS does not know an identifier is not cached, so that `fetchedAt` differs between executions.
const isCached = (filter: string) => !/\bidentifiers:/.test(filter);
const clusterFilters = filtersOf('ClusterFilter', account).filter(isCached);

/** Arguments by the name of the field: valid ones, and some that the resolver refuses. */
const samples: Readonly<Record<string, readonly string[]>> = {
  node: [...ids.map((id) => `(id: ${id})`), '(id: $id)'],
  nodes: [`(ids: [${ids.join()}])`, `(ids: [${ids.slice(0, 3).join()}])`, '(ids: [$id, $id])', '(ids: [])'],
  snapshot: [
    ...serviceNames.map((service) => `(arn: "${snapshotArn(service, 'gone-0001', { cluster: 'gone' })}")`),
    '(arn: "no")',
  ],
  cluster: [...serviceNames.map((service) => `(arn: "${clusterArn(service)}")`), '(arn: $text)'],
  snapshots: ['', '(first: 3)', '(first: $first)', '(first: 1000)', '(after: "no")', ...listArguments('Snapshot')],
  clusters: ['', '(first: 1)', '(first: -1)', ...listArguments('Cluster')],
  recoveryReport: ['', '(first: 1)', '(first: -1)', ...clusterFilters.map((each) => `(${each})`)],
  snapshotSchedules: ['', '(first: 1)', '(first: 101)', '(after: "no")', '(accounts: ["999999999999"])'],
};

function listArguments(kind: 'Snapshot' | 'Cluster'): readonly string[] {
  const filters = filtersOf(`${kind}Filter`, account).filter(isCached);
  return [...filters, ...ordersOf(`${kind}Order`)].map((each) => `(first: 5, ${each})`);
}

function argumentsOf({ name, args }: GraphQLField<unknown, unknown>): readonly string[] {
  const required = args.filter(({ type, default: given }) => String(type).endsWith('!') && given === undefined);
  return (args.length > 0 && samples[name]) || (required.length > 0 ? ['(last: 2)'] : ['']);
}

const operations = createCompiledOperations(schema, { megabytes: 8 });
const random = randomOperations(schema, argumentsOf, {
  id: ['ID! = ""', snapshotId('REDSHIFT', 'sales-0001')],
  text: ['String! = ""', clusterArn('REDSHIFT')],
  first: ['Int', 2],
});

it('equals graphql-js on the schema of the gateway', { timeout: runs(60_000, 3_600_000) }, async () => {
  let [valid, failed] = [0, 0];
  await fc.assert(
    fc.asyncProperty(random, async ({ text, variables }) => {
      const document = validDocument(schema, text);
      if (!document) return;
      const { errors } = await expectEqual(operations, schema, document, variables, contexts.contextOf, {
        isWarmed: true,
      });
      valid += 1;
      if (errors.length > 0) failed += 1;
    }),
    { numRuns: runs(200, 20_000) },
  );
  expect(valid).toBeGreaterThan(runs(200, 20_000) / 2);
  expect(failed).toBeGreaterThan(valid / 50);
});

const check = '{ requirement verdict message field }';
const restore = `restore {
  state percent restoredMegabytes totalMegabytes rateMegabytesPerSecond elapsedSeconds remainingSeconds
}`;
const instances = '{ identifier rawStatus instanceClass isWriter availabilityZone }';

it.each([
  [
    'the recovery report',
    `{ recoveryReport(first: 10) {
      isComplete sources { status } pageInfo { hasNextPage endCursor }
      edges { cursor node { ageSeconds restorable checks ${check} } }
      nodes {
        cluster { identifier isReachable ${restore} ... on DocumentDBCluster { instances ${instances} } }
        point { time continuous snapshot { identifier } }
        copies { identifier }
      }
    } }`,
    ['"restorable":"', '"continuous":true'],
  ],
  [
    'clusters that are being restored',
    `{ clusters { nodes {
      __typename identifier isReachable ${restore} viewerPermissions
      ... on DocumentDBCluster { instances ${instances} }
    } } }`,
    ['"state":"RESTORING"', '"isReachable":true', '"isReachable":false', '"rawStatus":"creating"'],
  ],
  [
    'snapshot schedules',
    `{ snapshotSchedules { isComplete nodes {
      id arn identifier description definitions tags { key value } nextInvocations clusterCount
      clusters { identifier state cluster { identifier ${restore} } }
    } } }`,
    ['"identifier":"nightly"', '"state":"ACTIVE"', '"totalMegabytes":1000'],
  ],
  [
    'a table restore',
    `{ node(id: "${globalId('TableRestore', `${account}/${region}/REDSHIFT/sales/one`)}") { ... on TableRestore {
      id requestId restoreState message requestedAt restoredMegabytes totalMegabytes
      cluster { identifier } snapshot { identifier }
      sourceTable { database schema table } targetTable { database schema table }
    } } }`,
    ['"restoreState":"FAILED"', 'line\\nfeed'],
  ],
])('equals graphql-js for %s', async (_name, text, expected) => {
  const document = validDocument(schema, text)!;
  const { data, errors } = await expectEqual(operations, schema, document, {}, contexts.contextOf, { isWarmed: true });
  expect(errors).toEqual([]);
  for (const part of expected) expect(data).toContain(part);
});

it.each([
  `mutation { restoreClusterToTime(input: {
    clusterId: "${clusterArn('DOCUMENTDB')}" clusterIdentifier: "new" point: { latest: true } dryRun: true
  }) { __typename } }`,
  `mutation { updateBackupSettings(input: {
    clusterId: "${clusterArn('REDSHIFT')}" manualRetention: { days: 7 } schedule: { attach: "nightly" } dryRun: true
  }) { __typename } }`,
])('leaves a mutation to graphql-js', (text) => {
  expect(validDocument(schema, text)).toBeDefined();
  expect(operations.find(parse(text), undefined, { coerced: {} })).toBeUndefined();
});
