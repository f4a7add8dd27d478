import { afterEach, describe, expect, it } from 'vitest';
import { createAudit } from '../../src/access/audit.ts';
import { anonymous } from '../../src/access/principal.ts';
import type { RecordedCall } from '../../src/emulator/control/calls.ts';
import { account, accounts, type Gateway, type GatewayOptions, oneAccount, startGateway } from '../support/gateway.ts';
import { useStallFreeClock } from '../support/stall-free-clock.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { makeSnapshots, snapshotId } from '../support/worlds.ts';

const list = '{ snapshots { nodes { identifier } sources { status fetchedAt awsCalls } } }';

useStallFreeClock();

let gateway: Gateway;
afterEach(() => gateway.close());

async function start(options: GatewayOptions): Promise<void> {
  gateway = await startGateway({ accounts: oneAccount, ...options });
  await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 1) });
}

describe('the role of an account', () => {
  const role = `arn:aws:iam::${account}:role/snapgate`;
  const regions = ['eu-west-1', 'us-east-1'];

  async function assumed(): Promise<RecordedCall[]> {
    const { content } = await gateway.emulator.control('GET', 'calls');
    return (content['calls'] as RecordedCall[]).filter(({ action }) => action === 'AssumeRole');
  }

  it('is assumed once for all sources and concurrent requests, with its external ID', async () => {
    await start({
      accounts: [{ id: account, role, externalId: 'shared-secret', regions, services: ['REDSHIFT', 'DOCUMENTDB'] }],
    });
    await Promise.all(Array.from({ length: 10 }, () => gateway.query(list)));
    expect((await assumed()).map(({ parameters }) => parameters)).toEqual([
      expect.objectContaining({ RoleArn: role, RoleSessionName: 'snapgate', ExternalId: 'shared-secret' }),
    ]);
  });

  it('is assumed once for each subject that makes changes, with the subject in the session name', async () => {
    const subjects = ['ada@example.com', 'ada@example.com', 'team:ops/eu'];
    await start({
      accounts: accounts([account]),
      authenticate: async () => ({ ...anonymous, subject: subjects.shift() ?? 'nobody' }),
    });
    const tag = `mutation ($id: ID!) { tagSnapshot(input: { snapshotId: $id, tags: [{ key: "a", value: "b" }] }) { __typename } }`;
    for (let change = 0; change < 3; change += 1) {
      const { data } = await gateway.query(tag, { id: snapshotId('REDSHIFT', 'sales-0000') });
      expect(data.tagSnapshot.__typename).toBe('TagSnapshotPayload');
    }
    expect((await assumed()).map(({ parameters }: any) => parameters.RoleSessionName)).toEqual([
      'snapgate',
      'snapgate-ada@example.com',
      'snapgate-team-ops-eu',
    ]);
  });

  it('is assumed too late for a change, which is then never sent', async () => {
    const lines: { outcome?: string; calls?: unknown[] }[] = [];
    const audit = createAudit(
      async (line) => void lines.push(JSON.parse(line)),
      () => {},
    );
    await start({
      accounts: accounts([account]),
      aws: { timeouts: { requestSeconds: 2, callSeconds: 20 } },
      audit,
    });
    await gateway.query(list);
    await gateway.disturb({ kind: 'delay', service: 'sts', milliseconds: 3_000 });
    await gateway.calls();
    const tag = async (key: string) => {
      const { data } = await gateway.query(
        `mutation ($input: TagSnapshotInput!) {
          tagSnapshot(input: $input) { __typename ... on Error { code message } }
        }`,
        { input: { snapshotId: snapshotId('REDSHIFT', 'sales-0000'), tags: [{ key }] } },
      );
      return data.tagSnapshot;
    };
    expect(await tag('late')).toMatchObject({ code: 'TIMED_OUT', message: expect.stringContaining('was not sent') });
    expect(lines.at(-1)).toMatchObject({ outcome: 'failed', calls: [] });
    // Waits for the same keys.
    expect(await tag('later')).toEqual({ __typename: 'TagSnapshotPayload' });
    const tagged = (await gateway.calls()).filter(({ action }) => action === 'CreateTags');
    expect(tagged).toMatchObject([{ parameters: { Tags: [{ Key: 'later' }] } }]);
  });

  it('is assumed again, once, when AWS reports its keys as expired', async () => {
    await start({ accounts: accounts([account], regions) });
    await gateway.query(list);
    await gateway.emulator.control('POST', 'clock', { advanceSeconds: 4000 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => gateway.query(list)));
    const statuses = answers.flatMap(({ data }) => data.snapshots.sources.map(({ status }: any) => status));
    expect(new Set(statuses)).toEqual(new Set(['COMPLETE']));
    expect(await assumed()).toHaveLength(2);
  });

  it('is assumed again for changes before one is sent, when AWS reports its keys as expired to a read', async () => {
    await start({
      accounts: accounts([account]),
      authenticate: async () => ({ ...anonymous, subject: 'ada' }),
    });
    const tag = async (key: string) => {
      const { data } = await gateway.query(
        `mutation ($input: TagSnapshotInput!) { tagSnapshot(input: $input) { __typename } }`,
        { input: { snapshotId: snapshotId('REDSHIFT', 'sales-0000'), tags: [{ key }] } },
      );
      expect(data.tagSnapshot.__typename).toBe('TagSnapshotPayload');
    };
    await tag('first');
    await gateway.emulator.control('POST', 'clock', { advanceSeconds: 4000 });
    expect((await gateway.query(list)).data.snapshots.sources[0].status).toBe('COMPLETE');
    await gateway.calls();
    await tag('second');
    const calls = await gateway.calls();
    expect(calls.map(({ code }) => code)).toEqual(calls.map(() => null));
    expect(calls.filter(({ action }) => action === 'CreateTags')).toHaveLength(1);
  });

  it.each([
    ['an HTML page', { kind: 'html', status: 200 }, 'UPSTREAM'],
    ['an empty body', { kind: 'empty' }, 'UPSTREAM'],
    ['the response to another operation', { kind: 'wrongRoot' }, 'UPSTREAM'],
    ['a server error', { kind: 'error', code: 'InternalFailure', status: 500 }, 'UPSTREAM'],
    ['a denial', { kind: 'error', code: 'AccessDenied', status: 403 }, 'FORBIDDEN'],
    ['a disabled region', { kind: 'error', code: 'RegionDisabledException', status: 403 }, 'FORBIDDEN'],
  ] as const)('fails with an error that names sts:AssumeRole if AWS STS returns %s', async (_name, rule, code) => {
    await start({ accounts: accounts([account]) });
    await gateway.disturb({ service: 'sts', ...rule });
    const { data } = await gateway.query('{ snapshots { sources { error { code message } } } }');
    expect(data.snapshots.sources[0].error).toMatchObject({ code, message: expect.stringContaining('sts:AssumeRole') });
  });

  it('does not leave the outcome of a change unknown if it cannot be assumed, and no call is recorded', async () => {
    const records: string[] = [];
    const audit = createAudit(
      async (line) => void records.push(line),
      () => {},
    );
    await start({ accounts: accounts([account]), authenticate: async () => ({ ...anonymous, subject: 'ada' }), audit });
    await gateway.query(list);
    await gateway.disturb({ service: 'sts', kind: 'html', status: 200 });
    const { data } = await gateway.query(
      `mutation ($id: ID!) { deleteSnapshot(input: { snapshotId: $id }) { __typename ... on Error { message } } }`,
      { id: snapshotId('REDSHIFT', 'sales-0000') },
    );
    expect(data.deleteSnapshot).toEqual({
      __typename: 'UpstreamError',
      message: expect.stringMatching(/sts:AssumeRole in account \d+, region us-east-1\.$/),
    });
    expect(JSON.parse(records[1] ?? '')).toMatchObject({ audit: 'done', outcome: 'failed', calls: [], requestIds: [] });
  });

  it('is not assumed repeatedly if AWS never accepts its keys', async () => {
    await start({ accounts: accounts([account]) });
    await gateway.disturb({ service: 'redshift', kind: 'error', code: 'ExpiredToken', status: 403 });
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const { data } = await gateway.query(list);
      expect(data.snapshots.sources[0].status).toBe('DENIED');
    }
    expect(await assumed()).toHaveLength(2);
  });
});

describe('cached responses', () => {
  const cache = { ageSeconds: 60 };

  it('are reused for identical calls, and report when they were fetched', async () => {
    await start({ aws: { cache } });
    const first = await gateway.query(list);
    const second = await gateway.query(list);
    expect(first.extensions.aws).toEqual({ calls: 2, coalesced: 0, cached: 0 });
    expect(second.extensions.aws).toEqual({ calls: 0, coalesced: 0, cached: 2 });
    const read = ({ data }: typeof first) => data.snapshots.sources.map(({ fetchedAt }: any) => fetchedAt);
    expect(read(second)).toEqual(read(first));
    expect(second.data.snapshots.sources[0].awsCalls).toBe(0);
  });

  it('are bypassed by a no-cache request, whose responses later requests reuse', async () => {
    await start({ aws: { cache } });
    await gateway.query(list);
    await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 2) });
    expect((await gateway.query(list)).data.snapshots.nodes).toHaveLength(1);
    const fresh = await gateway.query(list, {}, { 'cache-control': 'no-cache' });
    expect(fresh.data.snapshots.nodes).toHaveLength(2);
    expect(fresh.extensions.aws).toEqual({ calls: 2, coalesced: 0, cached: 0 });
    expect((await gateway.query(list)).data.snapshots.nodes).toHaveLength(2);
  });

  it('are discarded when their source is changed, but not for other sources', async () => {
    await start({ aws: { cache } });
    const { data } = await gateway.query(
      '{ snapshots { nodes { id } } other: snapshots(filter: { services: [DOCUMENTDB] }) { nodes { id } } }',
    );
    const change = `mutation { deleteSnapshot(input: { snapshotId: "${data.snapshots.nodes[0].id}" }) { __typename ... on Error { message } } }`;
    expect((await gateway.query(change)).data.deleteSnapshot.message).toBeUndefined();
    const costOf = async (service: string) => {
      const { data: found, extensions } = await gateway.query(
        `{ snapshots(filter: { services: [${service}] }) { nodes { id } } }`,
      );
      return { ...extensions.aws, found: found.snapshots.nodes.length };
    };
    expect(await costOf('REDSHIFT')).toEqual({ calls: 1, coalesced: 0, cached: 0, found: 0 });
    expect(await costOf('DOCUMENTDB')).toEqual({ calls: 0, coalesced: 0, cached: 1, found: 0 });
  });

  it('are also discarded in full reads, and bypassed by a no-cache request', async () => {
    await start({ aws: { cache }, fullReads: { ageSeconds: 60 } });
    const inOrder = '{ snapshots(orderBy: { field: IDENTIFIER, direction: ASC }) { nodes { id } } }';
    const count = async (headers = {}) => (await gateway.query(inOrder, {}, headers)).data.snapshots.nodes.length;
    const { data } = await gateway.query(inOrder);
    await gateway.query(
      `mutation { deleteSnapshot(input: { snapshotId: "${data.snapshots.nodes[0].id}" }) { __typename } }`,
    );
    expect(await count()).toBe(0);
    await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 3) });
    expect(await count()).toBe(0);
    expect(await count({ 'cache-control': 'no-cache' })).toBe(3);
  });

  it('never include failures', async () => {
    await start({ aws: { cache } });
    await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403, times: 2 });
    expect((await gateway.query(list)).data.snapshots.sources.map(({ status }: any) => status)).toEqual([
      'DENIED',
      'DENIED',
    ]);
    expect((await gateway.query(list)).data.snapshots.sources.map(({ status }: any) => status)).toEqual([
      'COMPLETE',
      'COMPLETE',
    ]);
  });
});

it('shares a call in progress between identical requests', async () => {
  await start({});
  await gateway.disturb({ kind: 'delay', milliseconds: 3_000 });
  await gateway.calls();
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => gateway.query('{ snapshots(filter: { services: [REDSHIFT] }) { nodes { id } } }')),
  );
  expect(await gateway.calls()).toHaveLength(1);
  expect(answers.reduce((sum, { extensions }) => sum + extensions.aws.coalesced, 0)).toBe(49);
});

describe('a call that two requests share', () => {
  it('is made by the second request if the first has made its maximum number of calls', async () => {
    await start({
      authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]),
      aws: { limits: { concurrency: 1 } },
      limits: { calls: 1 },
    });
    const clusters = 'clusters(filter: { services: [REDSHIFT] }) { sources { status error { code } } }';
    const snapshots = 'snapshots(filter: { services: [REDSHIFT] }) { isComplete }';
    const ada = await as({ sub: 'ada' });
    /** Returns when the gateway has had the time to begin the calls of the requests before. */
    const answerOthers = async () => {
      for (let other = 0; other < 5; other += 1) await gateway.query('{ viewer { subject } }', {}, ada);
    };
    // Occupies the source, so that the calls of the next request wait.
    await gateway.disturb({ action: 'DescribeClusterSnapshots', nth: 1, kind: 'delay', milliseconds: 20_000 });
    const occupying = gateway.query(
      `{ ${snapshots.replace('REDSHIFT', 'REDSHIFT], types: [MANUAL')} }`,
      {},
      await as({ sub: 'eve' }),
    );
    await answerOthers();
    const first = gateway.query(`{ ${snapshots} ${clusters} }`, {}, ada);
    await answerOthers();
    const second = await gateway.query(`{ ${clusters} }`, {}, await as({ sub: 'bob' }));
    await occupying;
    expect((await first).data).toMatchObject({
      snapshots: { isComplete: true },
      clusters: { sources: [{ status: 'FAILED', error: { code: 'ALLOWANCE_EXCEEDED' } }] },
    });
    expect((await first).extensions.aws.calls).toBe(1);
    expect(second.data.clusters.sources).toEqual([{ status: 'COMPLETE', error: null }]);
    expect(second.extensions.aws).toEqual({ calls: 1, coalesced: 1, cached: 0 });
  });
});
