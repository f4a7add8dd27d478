import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAudit } from '../../src/access/audit.ts';
import type { RecordedCall } from '../../src/emulator/control/calls.ts';
import type { AccountSettings } from '../../src/fleet/settings.ts';
import { account, type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { clusterId, makeCluster, makeSnapshot } from '../support/worlds.ts';

const other = '012345678901';
const regions = ['eu-west-1', 'us-east-1'];
const places = [account, other].flatMap((id) => regions.map((region) => ({ account: id, region })));
const resources = places.flatMap((place) => serviceNames.map((service) => ({ place, service })));
const world = {
  clusters: resources.map(({ place, service }) => makeCluster(service, undefined, place)),
  snapshots: resources.map(({ place, service }) => makeSnapshot(service, `of-${place.account}`, place)),
};

/** Four sources of one account without a role. */
const without = (id: string): AccountSettings[] => [{ id, regions, services: [...serviceNames] }];
const keysOf = (id: string) => ({ accessKeyId: id, secretAccessKey: 'secret' });

let gateway: Gateway;
afterEach(() => gateway.close());

async function start(id: string, options: GatewayOptions = {}): Promise<void> {
  gateway = await startGateway({ accounts: without(id), isCheckedAtStart: false, ...options });
  await gateway.load(world);
}

/** Returns and clears the actions that AWS received, calls to AWS STS included. */
async function actions(): Promise<(string | null)[]> {
  const { content } = await gateway.emulator.control('DELETE', 'calls');
  return (content['calls'] as RecordedCall[]).map(({ action }) => action);
}

async function list() {
  const { data, errors, extensions } = await gateway.query(`{
    snapshots {
      nodes { identifier }
      isComplete
      totalCount { value precision }
      sources { source { region } status error { code message } awsCalls }
    }
  }`);
  if (errors) throw new Error(errors[0]?.message);
  return { ...data.snapshots, calls: extensions.aws.calls };
}

async function statuses(): Promise<string[]> {
  return [...new Set<string>((await list()).sources.map(({ status }: any) => status))];
}

const create = `mutation ($id: ID!) {
  createSnapshot(input: { clusterId: $id, identifier: "new" }) { __typename ... on Error { code message } }
}`;

function auditTo(records: any[]) {
  return createAudit(
    async (line) => void records.push(JSON.parse(line)),
    (error) => {
      throw error;
    },
  );
}

const identify = 'GetCallerIdentity';
const message = expect.stringMatching(
  new RegExp(
    `^Account ${other} is configured without a role, but the gateway's own credentials belong to account ${account}, .* must configure a role of account ${other}`,
  ),
);

describe('credentials of another account', () => {
  it('are not used for a list, which reports every source as denied', async () => {
    await start(other);
    const { sources, ...found } = await list();
    expect(found).toEqual({
      nodes: [],
      isComplete: false,
      totalCount: { value: 0, precision: 'AT_LEAST' },
      calls: 0,
    });
    expect(sources).toHaveLength(4);
    for (const source of sources) {
      expect(source).toMatchObject({ status: 'DENIED', error: { code: 'FORBIDDEN', message }, awsCalls: 0 });
    }
    expect(await actions()).toEqual([identify]);
  });

  it.each(serviceNames)('are not used for a change: %s', async (service) => {
    const records: any[] = [];
    await start(other, { audit: auditTo(records) });
    const { data } = await gateway.query(create, { id: clusterId(service, undefined, { account: other }) });
    expect(data.createSnapshot).toEqual({ __typename: 'ForbiddenError', code: 'FORBIDDEN', message });
    expect(records).toMatchObject([
      { audit: 'asked' },
      { audit: 'done', outcome: 'refused', code: 'FORBIDDEN', calls: [], requestIds: [] },
    ]);
    expect(await actions()).toEqual([identify]);
  });

  it('do not affect an account with a role', async () => {
    const role = `arn:aws:iam::${account}:role/snapgate`;
    await start(other, { accounts: [...without(other), { ...without(account)[0]!, role }] });
    const { nodes } = await list();
    expect(nodes.map(({ identifier }: any) => identifier)).toEqual(Array(4).fill(`of-${account}`));
    expect((await actions()).filter((action) => action === identify)).toHaveLength(1);
  });
});

describe('the identity of credentials', () => {
  it('is read once for all sources, regions and concurrent requests, and not counted', async () => {
    await start(account);
    const answers = await Promise.all(Array.from({ length: 10 }, list));
    expect(answers.every(({ isComplete }) => isComplete)).toBe(true);
    const sent = await actions();
    expect(sent.filter((action) => action === identify)).toHaveLength(1);
    expect(answers.reduce((sum, { calls }) => sum + calls, 0)).toBe(sent.length - 1);
  });

  it('is not read again for a warm request', async () => {
    await start(account, { isCheckedAtStart: true });
    expect(await actions()).toEqual([identify]);
    const { calls } = await list();
    const sent = await actions();
    expect(sent).not.toContain(identify);
    expect(sent).toHaveLength(calls);
  });

  it('is read again for other credentials, which are used only if they belong to the account', async () => {
    const keys = keysOf(account);
    await start(account, { aws: { credentials: keys } });
    expect(await statuses()).toEqual(['COMPLETE']);
    await actions();
    keys.accessKeyId = other;
    expect(await statuses()).toEqual(['DENIED']);
    expect(await actions()).toEqual([identify]);
    keys.accessKeyId = account;
    expect(await statuses()).toEqual(['COMPLETE']);
    expect(await actions()).not.toContain(identify);
  });

  it('is read again for another session of the same access key', async () => {
    const keys = { ...keysOf(account), sessionToken: 'one' };
    await start(account, { aws: { credentials: keys } });
    await list();
    await actions();
    keys.sessionToken = 'two';
    await list();
    expect((await actions()).filter((action) => action === identify)).toHaveLength(1);
  });

  it('is checked between the reads of a change and its first write', async () => {
    const records: any[] = [];
    const keys = keysOf(account);
    // The last read before the call that creates the snapshot.
    await using proxy = await startProxy((action) => {
      if (action === 'DescribeClusterSnapshots') keys.accessKeyId = other;
    });
    await start(account, { audit: auditTo(records), aws: { credentials: keys, endpoint: proxy.url } });
    const { data } = await gateway.query(create, { id: clusterId('REDSHIFT') });
    expect(data.createSnapshot.__typename).toBe('ForbiddenError');
    expect(await actions()).toEqual([identify, 'DescribeClusters', 'DescribeClusterSnapshots', identify]);
    expect(records[1]).toMatchObject({ outcome: 'refused', calls: [], requestIds: [] });
  });

  it.each([
    ['a server error', { kind: 'error', code: 'InternalFailure', status: 500 }, 'UPSTREAM'],
    ['an HTML page', { kind: 'html', status: 200 }, 'UPSTREAM'],
    ['the response to another operation', { kind: 'wrongRoot' }, 'UPSTREAM'],
    ['a throttling error', { kind: 'throttle' }, 'THROTTLED'],
    ['a denial', { kind: 'error', code: 'AccessDenied', status: 403 }, 'FORBIDDEN'],
  ] as const)('is unknown, and read again by the next request, if AWS STS returns %s', async (_name, rule, code) => {
    await start(account);
    await gateway.disturb({ service: 'sts', ...rule });
    const failed = await list();
    expect(failed).toMatchObject({ nodes: [], isComplete: false, totalCount: { precision: 'AT_LEAST' }, calls: 0 });
    for (const { error } of failed.sources) {
      expect(error).toMatchObject({
        code,
        message: expect.stringContaining(`sts:GetCallerIdentity in account ${account}`),
      });
    }
    expect(new Set(await actions())).toEqual(new Set([identify]));
    await gateway.disturb();
    expect(await statuses()).toEqual(['COMPLETE']);
    expect((await actions()).filter((action) => action === identify)).toHaveLength(1);
  });

  it('does not leave the outcome of a change unknown if it cannot be read', async () => {
    await start(account);
    await gateway.disturb({ service: 'sts', kind: 'html', status: 200 });
    const { data } = await gateway.query(create, { id: clusterId('REDSHIFT') });
    expect(data.createSnapshot).toMatchObject({ __typename: 'UpstreamError', code: 'UPSTREAM' });
    expect(new Set(await actions())).toEqual(new Set([identify]));
  });

  it('is read in another region if AWS STS fails in one', async () => {
    await start(account);
    await gateway.disturb({ service: 'sts', region: regions[0], kind: 'error', code: 'InternalFailure', status: 500 });
    expect((await list()).sources.filter(({ source }: any) => source.region !== regions[0])).toMatchObject([
      { status: 'COMPLETE' },
      { status: 'COMPLETE' },
    ]);
    expect(await statuses()).toEqual(['COMPLETE']);
  });

  it('is read within the time limit of a request', async () => {
    await start(account, { aws: { timeouts: { requestSeconds: 1, callSeconds: 60 } } });
    await gateway.disturb({ service: 'sts', kind: 'hang' });
    expect((await list()).sources).toMatchObject(
      Array.from({ length: 4 }, () => ({ status: 'TIMED_OUT', error: { code: 'TIMED_OUT' }, awsCalls: 0 })),
    );
  });
});

describe('credentials from a profile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  /** Replaces the credentials that the process of the profile prints; they must be refreshed before every call. */
  const provide = (id: string) => {
    const keys = { Version: 1, AccessKeyId: id, SecretAccessKey: 'secret' };
    const Expiration = new Date(Date.now() + 200_000).toISOString();
    writeFileSync(join(folder, 'next.json'), JSON.stringify({ ...keys, Expiration }));
    renameSync(join(folder, 'next.json'), join(folder, 'keys.json'));
  };

  it('are shared by all sources, and checked again after they have been replaced', async () => {
    writeFileSync(join(folder, 'config'), `[profile rotated]\ncredential_process = cat ${join(folder, 'keys.json')}\n`);
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
    vi.stubEnv('AWS_PROFILE', 'rotated');
    provide(account);
    await start(account, { aws: { credentials: undefined } });
    expect(await statuses()).toEqual(['COMPLETE']);
    expect((await actions()).filter((action) => action === identify)).toHaveLength(1);
    provide(other);
    // The SDK uses the former credentials until it has refreshed them in the background.
    await vi.waitUntil(async () => (await statuses()).includes('DENIED'), { timeout: 20_000 });
    await vi.waitUntil(async () => (await statuses()).join() === 'DENIED', { timeout: 20_000 });
    expect((await actions()).filter((action) => action === identify)).toHaveLength(1);
    expect(await statuses()).toEqual(['DENIED']);
    expect(await actions()).toEqual([]);
  });
});

/** Starts a proxy of the emulator that calls `onAction` before it forwards the request of an action. */
async function startProxy(onAction: (action: string | null) => void) {
  const forward = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    onAction(new URLSearchParams(body.toString()).get('Action'));
    const { authorization = '', 'content-type': type = '' } = request.headers;
    const headers = { authorization, 'content-type': type };
    const answer = await fetch(gateway.emulator.url, { method: 'POST', headers, body });
    response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(await answer.text());
  };
  const server = createServer((request, response) => void forward(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
