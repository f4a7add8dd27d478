import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { start } from '../support/cli.ts';
import type { Answer } from '../support/gateway.ts';
import { as, audience, issuer, secret } from '../support/tokens.ts';
import { clusterId, makeSnapshot, snapshotId } from '../support/worlds.ts';

const now = '2026-03-01T12:00:00.000Z';
const place = { service: 'redshift', account: '123456789012', region: 'us-east-1' } as const;
const sales = { ...place, ClusterIdentifier: 'sales', ClusterCreateTime: now };
const day = 24 * 60 * 60;

let folder: string;
let dev: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  const config = join(folder, 'snapgate.yaml');
  writeFileSync(
    config,
    `
authentication: { issuer: "${issuer}", audience: ${audience}, secret: "${secret}" }
accounts:
  - { id: "${place.account}", name: ours, regions: [us-east-1], services: [redshift] }
  - { id: "210987654321", name: theirs, regions: [us-east-1], services: [redshift], role: "arn:aws:iam::210987654321:role/any" }
deletion: [{ perHour: 1 }]
grants:
  - when: { groups: admins }
    permissions: [SNAPSHOT_READ, SNAPSHOT_CREATE, SNAPSHOT_RETAIN, SNAPSHOT_DELETE]
`,
  );
  dev = await start(['dev', '--port', '0', '--emulator-port', '0', '--config', config]);
});
afterAll(async () => {
  await dev.stop();
  rmSync(folder, { recursive: true });
});

const control = async (path: string, content: object) => {
  const url = `${dev.address('emulator')}/_emulator/${path}`;
  expect((await fetch(url, { method: 'POST', body: JSON.stringify(content) })).status).toBe(200);
};
const advance = (days: number) => control('clock', { advanceSeconds: days * day });

/** Sends a request that bypasses the cache, which follows real time. */
const ask = async (query: string, claims: object = {}): Promise<Answer> => {
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-cache',
    ...(await as({ groups: ['admins'], ...claims })),
  };
  const request = { method: 'POST', headers, body: JSON.stringify({ query }) };
  return (await fetch(dev.address('snapgate'), request)).json() as Promise<Answer>;
};

const kept = (name: string, ManualSnapshotRetentionPeriod: number) => ({
  ...makeSnapshot('REDSHIFT', name, { cluster: 'sales', createdAt: now }),
  ManualSnapshotRetentionPeriod,
});

beforeEach(() =>
  control('world', {
    now,
    frozen: true,
    clusters: [sales],
    snapshots: [kept('sixty', 60), kept('forever', -1)],
  }),
);

describe('the gateway in `dev`', () => {
  it('counts days by the emulated time, with the automated snapshots since', async () => {
    const days = async () => {
      const { data } = await ask('{ clusters { nodes { snapshotDays(last: 3) { date count } } } }');
      return data.clusters.nodes[0].snapshotDays;
    };
    expect(await days()).toEqual([
      { date: '2026-02-27', count: 0 },
      { date: '2026-02-28', count: 0 },
      { date: '2026-03-01', count: 2 },
    ]);
    await advance(40.25);
    // The retention of automated snapshots is one day by default.
    expect(await days()).toEqual([
      { date: '2026-04-08', count: 0 },
      { date: '2026-04-09', count: 1 },
      { date: '2026-04-10', count: 2 },
    ]);
  });

  it('finds the snapshots that expire within a number of days of the emulated time', async () => {
    const expiring = async () => {
      const { data } = await ask('{ snapshots(filter: { expiringWithinDays: 30 }) { nodes { identifier } } }');
      return data.snapshots.nodes;
    };
    expect(await expiring()).toEqual([]);
    await advance(40);
    expect(await expiring()).toEqual([{ identifier: 'sixty' }]);
    await advance(20);
    expect(await expiring()).toEqual([]);
  });

  it('shows when the next snapshot of the schedule of a cluster is due', async () => {
    const schedule = { ...place, ScheduleIdentifier: 'nightly', ScheduleDefinitions: ['cron(30 2 *)'] };
    const cluster = { ...sales, SnapshotScheduleIdentifier: 'nightly' };
    await control('world', { now, frozen: true, schedules: [schedule], clusters: [cluster] });
    const next = async () => {
      const { data } = await ask('{ clusters { nodes { ... on RedshiftCluster { nextScheduledSnapshotAt } } } }');
      return data.clusters.nodes;
    };
    expect(await next()).toEqual([{ nextScheduledSnapshotAt: '2026-03-02T02:30:00.000Z' }]);
    await advance(40);
    expect(await next()).toEqual([{ nextScheduledSnapshotAt: '2026-04-11T02:30:00.000Z' }]);
  });

  it('refuses a retention period that is over at the emulated time', async () => {
    const update = async () => {
      const { data } = await ask(`mutation {
        updateSnapshotRetention(input: { snapshotIds: ["${snapshotId('REDSHIFT', 'forever', { cluster: 'sales' })}"], days: 30, dryRun: true }) {
          ... on UpdateSnapshotRetentionPayload { results { endsAt error { code } } }
          ... on Error { code }
        }
      }`);
      return data.updateSnapshotRetention;
    };
    expect(await update()).toEqual({ results: [{ endsAt: '2026-03-31T12:00:00.000Z', error: null }] });
    await advance(40);
    expect(await update()).toEqual({ results: [{ endsAt: null, error: { code: 'INVALID_INPUT' } }] });
  });

  it('recognizes a snapshot that it created in the past of real time, if the response is lost', async () => {
    await control('faults', [{ kind: 'reset', moment: 'after', action: 'CreateClusterSnapshot' }]);
    const { data } = await ask(`mutation {
      createSnapshot(input: { clusterId: "${clusterId('REDSHIFT', 'sales')}", identifier: "mine" }) {
        ... on CreateSnapshotPayload { snapshot { identifier createdAt } }
        ... on Error { code }
      }
    }`);
    await control('faults', []);
    expect(data.createSnapshot).toEqual({ snapshot: { identifier: 'mine', createdAt: now } });
  });

  it('does not apply the emulated time to tokens', async () => {
    const viewer = '{ viewer { subject } }';
    const real = Math.floor(Date.now() / 1000);
    // The emulated time is before the token was issued, and then after it has expired.
    expect((await ask(viewer)).data).toEqual({ viewer: { subject: 'ada' } });
    await advance(20 * 365);
    expect((await ask(viewer)).data).toEqual({ viewer: { subject: 'ada' } });
    expect((await ask(viewer, { exp: real - 3600 })).errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });

  it('does not apply the emulated time to the sessions of roles', async () => {
    const statuses = async () => {
      const { data } = await ask('{ clusters { sources { source { account } status error { message } } } }');
      return data.clusters.sources;
    };
    const complete = [place.account, '210987654321'].map((account) => ({
      source: { account },
      status: 'COMPLETE',
      error: null,
    }));
    expect(await statuses()).toEqual(complete);
    await advance(1);
    expect(await statuses()).toEqual(complete);
    await advance(1);
    expect(await statuses()).toEqual(complete);
  });

  it('does not apply the emulated time to the number of deletions per hour', async () => {
    const remove = async (name: string) => {
      const { data } = await ask(`mutation {
        deleteSnapshots(input: { snapshotIds: ["${snapshotId('REDSHIFT', name, { cluster: 'sales' })}"] }) {
          ... on DeleteSnapshotsPayload { results { error { code } } }
          ... on Error { code }
        }
      }`);
      return data.deleteSnapshots;
    };
    expect(await remove('sixty')).toMatchObject({ results: [{ error: null }] });
    await advance(40);
    expect(JSON.stringify(await remove('forever'))).toContain('RATE_LIMITED');
  });
});
