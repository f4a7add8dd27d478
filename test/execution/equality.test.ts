import fc from 'fast-check';
import type { GraphQLField } from 'graphql';
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
  makeSnapshots,
  snapshotArn,
  snapshotId,
} from '../support/worlds.ts';
import { startContexts } from './emulated.ts';
import { expectEqual, validDocument } from './engines.ts';
import { randomOperations } from './operations.ts';

const key = '0a0a0a0a-5eed-4000-8000-000000000001';
const keyArn = `arn:aws:kms:${region}:${account}:key/${key}`;

let contexts: Awaited<ReturnType<typeof startContexts>>;
beforeAll(async () => {
  contexts = await startContexts({
    clusters: serviceNames.map((service) =>
      makeCluster(service, undefined, { createdAt: at(-10), tags: { team: 'é "x"' } }),
    ),
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
  'unknown',
].map((id) => `"${id}"`);

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
  recoveryReport: ['', '(first: 1)', '(first: -1)'],
};

function listArguments(kind: 'Snapshot' | 'Cluster'): readonly string[] {
  // That AWS does not know an identifier is not cached, so that `fetchedAt` differs between executions.
  const filters = filtersOf(`${kind}Filter`, account).filter((each) => !/\bidentifiers:/.test(each));
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
