import { afterEach, describe, expect, it } from 'vitest';
import { anonymous } from '../../src/access/principal.ts';
import type { RecordedCall } from '../../src/emulator/control/calls.ts';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { useStallFreeClock } from '../support/stall-free-clock.ts';
import { makeSnapshot, snapshotId } from '../support/worlds.ts';

useStallFreeClock();

const regions = ['ap-east-1', 'ca-central-1', 'eu-west-1', 'eu-west-2', 'us-east-1', 'us-west-2'];
/** The region whose sources are called first. */
const first = 'ap-east-1';
const ofFirst = { service: 'sts', region: first } as const;

let gateway: Gateway;
afterEach(() => gateway.close());

const summary = '{ snapshotSummary { sources { source { region } status error { message } } } }';

interface SourceStatus {
  readonly source: { readonly region: string };
  readonly status: string;
  readonly error: { readonly message: string } | null;
}

async function sourcesOf(): Promise<SourceStatus[]> {
  const { data, errors } = await gateway.query(summary);
  if (errors) throw new Error(errors[0]?.message);
  return data.snapshotSummary.sources;
}

/** Returns the statuses of the sources of the first region, and of all others. */
async function statuses() {
  const sources = await sourcesOf();
  const of = (isFirst: boolean) =>
    sources.filter(({ source }) => (source.region === first) === isFirst).map(({ status }) => status);
  return { first: of(true), others: of(false) };
}

/** Returns and clears the regions in which AWS STS was called. */
async function askedRegions(): Promise<(string | null)[]> {
  const { content } = await gateway.emulator.control('DELETE', 'calls');
  return (content['calls'] as RecordedCall[]).filter(({ service }) => service === 'sts').map(({ region }) => region);
}

const complete = (count: number) => Array<string>(count).fill('COMPLETE');

describe.each([
  ['the keys of a role', { role: `arn:aws:iam::${account}:role/snapgate` }],
  ["the identity of the gateway's own credentials", {}],
])('AWS STS that returns %s', (_name, role) => {
  const start = async () => {
    gateway = await startGateway({
      accounts: [{ id: account, regions, services: [...serviceNames], ...role }],
      aws: { timeouts: { requestSeconds: 10, callSeconds: 3 } },
      isCheckedAtStart: false,
    });
  };

  it('is called in one region only if it works', async () => {
    await start();
    expect(await statuses()).toEqual({ first: complete(2), others: complete(10) });
    expect(await askedRegions()).toHaveLength(1);
    await statuses();
    expect(await askedRegions()).toEqual([]);
  });

  it('can be disabled in one region, whose sources are denied; one more call is made for all others', async () => {
    await start();
    await gateway.disturb({ ...ofFirst, kind: 'error', code: 'RegionDisabledException', status: 403 });
    const denied = { first: ['DENIED', 'DENIED'], others: complete(10) };
    expect(await statuses()).toEqual(denied);
    expect(await askedRegions()).toEqual([first, 'ca-central-1']);
    // Sources of the region are tried again by each request, once for all.
    expect(await statuses()).toEqual(denied);
    expect(await askedRegions()).toEqual([first]);
    await gateway.disturb();
    expect(await statuses()).toEqual({ first: complete(2), others: complete(10) });
  });

  it('can hang in one region, which then uses the response of another', async () => {
    await start();
    await gateway.disturb({ ...ofFirst, kind: 'hang' });
    expect(await statuses()).toEqual({ first: complete(2), others: complete(10) });
    const asked = await askedRegions();
    expect(asked.filter((region) => region !== first).length).toBeLessThanOrEqual(regions.length - 1);
  });

  it('can fail in one region; the failure stays its own, and the next request uses the response of another', async () => {
    await start();
    await gateway.disturb({ ...ofFirst, kind: 'error', code: 'AccessDenied', status: 403 });
    const sources = await sourcesOf();
    const failed = sources.filter(({ status }) => status === 'DENIED');
    expect(failed).toMatchObject(
      Array.from({ length: 2 }, () => ({
        source: { region: first },
        error: { message: expect.stringContaining(`region ${first}`) },
      })),
    );
    expect(sources.filter(({ status }) => status === 'COMPLETE')).toHaveLength(10);
    expect(await askedRegions()).toEqual([first, 'ca-central-1']);
    expect(await statuses()).toEqual({ first: complete(2), others: complete(10) });
  });

  it('can fail in all regions, each of which reports its own failure', async () => {
    await start();
    await gateway.disturb({ service: 'sts', kind: 'error', code: 'AccessDenied', status: 403 });
    for (const { source, status, error } of await sourcesOf()) {
      expect(status).toBe('DENIED');
      expect(error?.message).toContain(`region ${source.region}`);
    }
    expect((await askedRegions()).sort()).toEqual(regions);
  });

  it('can hang in several regions', async () => {
    await start();
    await gateway.disturb(...regions.slice(0, 4).map((region) => ({ ...ofFirst, region, kind: 'hang' as const })));
    expect(await statuses()).toEqual({ first: complete(2), others: complete(10) });
  });
});

describe.each([
  ['hangs', { kind: 'hang' as const }],
  ['responds after two seconds', { kind: 'delay' as const, milliseconds: 2000 }],
])('AWS STS that %s in one region', (_name, fault) => {
  it('delays only the first of many accounts', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => String(200_000_000_000 + index));
    gateway = await startGateway({
      accounts: accounts(ids, [first, 'ca-central-1', 'eu-west-1']),
      aws: { timeouts: { requestSeconds: 10, callSeconds: 5 } },
    });
    await gateway.disturb({ ...ofFirst, ...fault });
    const { data } = await gateway.query('{ snapshots { sources { source { account region } status } } }');
    const failed = data.snapshots.sources.filter(({ status }: any) => status !== 'COMPLETE');
    expect(failed.map(({ source }: any) => `${source.account} ${source.region}`)).toEqual(
      failed.map(() => `${ids[0]} ${first}`),
    );
  });
});

it('a change in a region where AWS STS hangs uses the session of another region', async () => {
  const role = `arn:aws:iam::${account}:role/snapgate`;
  gateway = await startGateway({
    accounts: [{ id: account, role, regions: [first, 'us-east-1'], services: ['REDSHIFT'] }],
    aws: { timeouts: { requestSeconds: 10, callSeconds: 3 } },
    authenticate: async () => ({ ...anonymous, subject: 'ada' }),
  });
  await gateway.load({ snapshots: [makeSnapshot('REDSHIFT', 'old', { region: 'us-east-1' })] });
  await gateway.query(summary);
  await gateway.disturb({ service: 'sts', region: 'us-east-1', kind: 'hang' });
  const { data } = await gateway.query(
    `mutation ($input: TagSnapshotInput!) { tagSnapshot(input: $input) { __typename ... on Error { message } } }`,
    { input: { snapshotId: snapshotId('REDSHIFT', 'old', { region: 'us-east-1' }), tags: [{ key: 'a' }] } },
  );
  expect(data.tagSnapshot).toEqual({ __typename: 'TagSnapshotPayload' });
});
