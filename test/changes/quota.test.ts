import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, type Gateway, oneAccount, startGateway } from '../support/gateway.ts';
import { serviceNames, testedServices } from '../support/services.ts';
import { clusterId, makeSnapshot, snapshotId } from '../support/worlds.ts';
import { actionsOf, clusters, outcomeOf } from './support.ts';

const quota = 6;
const names = Array.from({ length: quota }, (_, index) => `s${index}`);
const assumptions = { redshiftManualSnapshotQuota: quota, rdsManualSnapshotQuota: quota };

let gateway: Gateway;
beforeAll(async () => {
  const quotas = serviceNames.map((service) => ({ service, manualSnapshots: quota }));
  gateway = await startGateway({ accounts: oneAccount.map((each) => ({ ...each, quotas })) });
});
afterAll(() => gateway.close());

const writesOf = async (each: Gateway) =>
  (await actionsOf(each)).filter((action) => !/^(Describe|List)/.test(action ?? ''));

describe.each(serviceNames)('a source of %s that has reached its quota of manual snapshots', (service) => {
  const automated = `${testedServices[service].automatedPrefix}one`;
  const changes = [
    { mutation: 'createSnapshot', input: { clusterId: clusterId(service), identifier: 'new' } },
    { mutation: 'copySnapshot', input: { snapshotId: snapshotId(service, automated), identifier: 'new' } },
  ];
  const load = (each: Gateway, count: number) =>
    each.load({
      assumptions,
      clusters,
      snapshots: [
        makeSnapshot(service, automated, { type: 'automated' }),
        ...names.slice(0, count).map((name) => makeSnapshot(service, name)),
      ],
    });
  beforeEach(async () => {
    await load(gateway, quota);
    await gateway.calls();
  });

  it.each(changes)('refuses $mutation before it calls AWS, also in a dry run', async ({ mutation, input }) => {
    for (const dryRun of [true, false]) {
      expect(await outcomeOf(gateway, { mutation, input: { ...input, dryRun } })).toBe('QUOTA_EXCEEDED');
    }
    expect(await writesOf(gateway)).toEqual([]);
    await load(gateway, quota - 1);
    expect(await outcomeOf(gateway, { mutation, input: { ...input, dryRun: true } })).toBe(null);
    expect(await outcomeOf(gateway, { mutation, input })).toBe(null);
  });

  it('leaves it to AWS if the snapshots cannot be counted', async () => {
    const [{ mutation, input }] = changes as [(typeof changes)[0]];
    const denied = { kind: 'error', code: 'AccessDenied', status: 403, nth: 2 } as const;
    await gateway.disturb(
      { ...denied, action: 'DescribeClusterSnapshots' },
      { ...denied, action: 'DescribeDBClusterSnapshots' },
    );
    expect(await outcomeOf(gateway, { mutation, input })).toBe('QUOTA_EXCEEDED');
    expect(await writesOf(gateway)).toHaveLength(1);
    await gateway.disturb();
  });
});

it('applies the default quota to dry runs only, because AWS may have raised it', async () => {
  const other = await startGateway();
  const many = Array.from({ length: 20 }, (_, index) => makeSnapshot('REDSHIFT', `many-${index}`));
  await other.load({ assumptions: { redshiftManualSnapshotQuota: 21 }, clusters, snapshots: many });
  const create = (dryRun: boolean) =>
    outcomeOf(other, {
      mutation: 'createSnapshot',
      input: { clusterId: clusterId('REDSHIFT'), identifier: 'new', dryRun },
    });
  expect(await create(true)).toBe('QUOTA_EXCEEDED');
  expect(await create(false)).toBe(null);
  expect(await create(false)).toBe('ALREADY_EXISTS');
  await other.close();
});

it('reports the name of a snapshot of another engine as taken, also in a dry run', async () => {
  await gateway.load({
    clusters,
    snapshots: [
      makeSnapshot('DOCUMENTDB', 'graph', { isForeign: true }),
      makeSnapshot('DOCUMENTDB', 'own', { account }),
    ],
  });
  await gateway.calls();
  for (const dryRun of [true, false]) {
    for (const change of [
      { mutation: 'createSnapshot', input: { clusterId: clusterId('DOCUMENTDB'), identifier: 'Graph', dryRun } },
      { mutation: 'copySnapshot', input: { snapshotId: snapshotId('DOCUMENTDB', 'own'), identifier: 'graph', dryRun } },
    ]) {
      expect(await outcomeOf(gateway, change)).toBe('ALREADY_EXISTS');
    }
  }
  expect(await writesOf(gateway)).toEqual([]);
});
