import { afterEach, beforeEach, expect, it } from 'vitest';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { makeCluster, makeSnapshots } from '../support/worlds.ts';

const regions = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
/** The clusters and snapshots of all sources: what the queries need in addition is a list since a time, or a lookup. */
const everything = '{ snapshotSummary { isComplete } clusters(first: 1) { totalCount { value } } }';

let gateway: Gateway;
beforeEach(async () => {
  gateway = await startGateway({ accounts: accounts([account], regions), fullReads: { ageSeconds: 600 } });
  const now = Date.now();
  const createdAt = new Date(now - 3_600_000).toISOString();
  await gateway.load({
    now: new Date(now).toISOString(),
    assumptions: { automatedSnapshots: false },
    clusters: regions.flatMap((region) => ['a', 'b'].map((name) => makeCluster('REDSHIFT', name, { region }))),
    snapshots: regions.flatMap((region) =>
      makeSnapshots('REDSHIFT', 250, { region, cluster: 'a', createdAt, type: 'manual' }),
    ),
  });
});
afterEach(() => gateway.close());

const inOrder = 'orderBy: { field: IDENTIFIER, direction: ASC }';
const conditions = [
  'withoutSnapshotSince: "2026-01-01T00:00:00Z"',
  'withoutSnapshotForHours: 100',
  'gapWithinDays: 5, timeZone: "Europe/Berlin"',
];
const whole = [
  ...conditions.map(
    (condition) => `clusters(filter: { services: [REDSHIFT], ${condition} }, ${inOrder}) { isComplete }`,
  ),
  ...[1, 5].map(
    (last) =>
      `clusters(filter: { services: [REDSHIFT] }, ${inOrder}) { nodes { snapshotDays(last: ${last}) { date } } }`,
  ),
];

it.each([...whole, `clusters(first: 3, ${inOrder}) { nodes { latestSnapshot { id } } }`])(
  'is at least the calls that are not those of a kept full read: { %s }',
  async (field) => {
    await gateway.query(everything);
    const { errors, extensions } = await gateway.query(`{ ${field} }`);
    expect(errors).toBeUndefined();
    expect(extensions.aws.calls).toBeGreaterThan(0);
    expect(extensions.cost?.announced).toBeGreaterThanOrEqual(extensions.aws.calls);
  },
);

it.each(whole.slice(0, conditions.length))('is nothing for what is kept: { %s }', async (field) => {
  await gateway.query(`{ ${field} }`);
  const { extensions } = await gateway.query(`{ ${field} }`);
  expect(extensions).toMatchObject({ aws: { calls: 0 }, cost: { announced: 0 } });
});
