import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { account, type Gateway, startGateway } from '../support/gateway.ts';
import { startStaticUpstream } from '../support/static-upstream.ts';

const now = '2026-03-10T12:00:00Z';

interface Member {
  readonly [name: string]: string | number;
}

let gateway: Gateway;
let upstream: Awaited<ReturnType<typeof startStaticUpstream>>;

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(now) }));
afterEach(async () => {
  vi.useRealTimers();
  await gateway.close();
  await upstream.close();
});

/** Starts a gateway on an AWS with these snapshots, whose members are exactly those given. */
async function start(snapshots: Readonly<Record<string, Member>>): Promise<void> {
  const xml = Object.entries(snapshots).map(([name, members]) => {
    const all = { SnapshotIdentifier: name, ClusterIdentifier: 'sales', SnapshotType: 'manual', ...members };
    return `<Snapshot>${Object.entries({ OwnerAccount: account, Status: 'available', ...all })
      .map(([key, value]) => `<${key}>${value}</${key}>`)
      .join('')}</Snapshot>`;
  });
  upstream = await startStaticUpstream({ DescribeClusterSnapshots: `<Snapshots>${xml.join('')}</Snapshots>` });
  gateway = await startGateway({
    aws: { endpoint: upstream.url },
    accounts: [{ id: account, regions: ['us-east-1'], services: ['REDSHIFT'] }],
  });
}

async function list(filter: object, selection = 'identifier'): Promise<any[]> {
  const { data, errors } = await gateway.query(
    `query ($filter: SnapshotFilter) { snapshots(first: 100, filter: $filter) { nodes { ${selection} } } }`,
    { filter },
  );
  expect(errors).toBeUndefined();
  return data.snapshots.nodes;
}

const names = async (filter: object) => (await list(filter)).map(({ identifier }) => identifier);

it('is null for an automated snapshot and if AWS does not report a period', async () => {
  await start({
    'rs:automated': { SnapshotType: 'automated', ManualSnapshotRetentionPeriod: -1, SnapshotRetentionStartTime: now },
    unknown: { SnapshotRetentionStartTime: now },
    forever: { ManualSnapshotRetentionPeriod: -1 },
  });
  expect(await list({}, 'identifier retention { days forever }')).toEqual([
    { identifier: 'rs:automated', retention: null },
    { identifier: 'unknown', retention: null },
    { identifier: 'forever', retention: { days: null, forever: true } },
  ]);
  expect(await names({ keptForever: true })).toEqual(['forever']);
  expect(await names({ keptForever: false })).toEqual([]);
  expect(await names({ expiringWithinDays: 5000 })).toEqual([]);
});

it('ends a period after its start, whatever number of remaining days AWS reports', async () => {
  const aged = { SnapshotCreateTime: '2026-01-01T00:00:00Z', SnapshotRetentionStartTime: '2026-03-08T00:00:00Z' };
  await start({
    rounded: { ...aged, ManualSnapshotRetentionPeriod: 7, ManualSnapshotRemainingDays: 4 },
    over: { ...aged, ManualSnapshotRetentionPeriod: 2, ManualSnapshotRemainingDays: 0 },
  });
  expect(await names({ expiringWithinDays: 4 })).toEqual(['over']);
  expect(await names({ expiringWithinDays: 5 })).toEqual(['rounded', 'over']);
  expect(await list({ search: 'rounded' }, 'retention { days remainingDays startedAt }')).toEqual([
    { retention: { days: 7, remainingDays: 4, startedAt: '2026-03-08T00:00:00.000Z' } },
  ]);
});

it('ends a period after the creation of a snapshot that is being created', async () => {
  const creating = { Status: 'creating', SnapshotCreateTime: '2026-03-10T11:00:00Z' };
  await start({
    short: { ...creating, ManualSnapshotRetentionPeriod: 1 },
    long: { ...creating, ManualSnapshotRetentionPeriod: 10 },
    timeless: { Status: 'creating', ManualSnapshotRetentionPeriod: 1 },
  });
  expect(await names({ expiringWithinDays: 0 })).toEqual([]);
  expect(await names({ expiringWithinDays: 1 })).toEqual(['short']);
  expect(await names({ keptForever: false })).toEqual(['short', 'long', 'timeless']);
  expect(await list({ search: 'short' }, 'retention { days remainingDays }')).toEqual([
    { retention: { days: 1, remainingDays: null } },
  ]);
});

it('ends within any number of days, but not if its end is not a date', async () => {
  await start({
    ten: { ManualSnapshotRetentionPeriod: 10, SnapshotRetentionStartTime: now },
    endless: { ManualSnapshotRetentionPeriod: 1e15, SnapshotRetentionStartTime: now },
  });
  for (const expiringWithinDays of [10, 2_147_483_647]) {
    const { data } = await gateway.query(
      `query ($filter: SnapshotFilter) { snapshots(filter: $filter) { isComplete nodes { identifier } } }`,
      { filter: { expiringWithinDays } },
    );
    expect(data.snapshots).toEqual({ isComplete: false, nodes: [{ identifier: 'ten' }] });
  }
});
