import type { ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createCanaries } from '../support/canaries.ts';
import { run, start } from '../support/cli.ts';
import { home, startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { freePort, hasRedis, startRedis, stopRedis } from '../support/redis.ts';
import { token } from '../support/tokens.ts';
import { at, clusterId } from '../support/worlds.ts';
import { inputsOf, world } from '../services/contract/every-change.ts';

/** Secrets with characters that JSON, URLs, YAML and XML escape. */
const odd = (name: string) => `${name}"C4n@ry\\/+&<é%${randomBytes(9).toString('hex')}`;
const key = () => randomBytes(32).toString('base64');
const secrets = {
  'authentication.secret': key(),
  'own secret access key': key(),
  'cursor key': key(),
  'old cursor key': key(),
  'external id': `canary-external:${randomUUID()}`,
  'Redis password': odd('redis'),
  'other Redis password': odd('other'),
  'proxy password': odd('proxy'),
};
const canaries = createCanaries();
for (const [name, secret] of Object.entries(secrets)) canaries.add(name, secret);

let folder: string;
let emulator: TestEmulator;
let relay: Relay;
let environment: Record<string, string>;
let collector: Server;
/** What the collector of traces received, in which texts are readable bytes. */
const traces: Buffer[] = [];
/** What AWS responded, in which the secrets that it issued are found. */
const heard: Buffer[] = [];
/** The tokens of two callers. */
const tokens: Record<string, string> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  emulator = await startTestEmulator();
  await emulator.load(world);
  relay = await startRelay(emulator.url, (chunk) => void heard.push(chunk));
  collector = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => traces.push(chunk)).on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  environment = {
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_ENDPOINT_URL: relay.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: home,
    AWS_SECRET_ACCESS_KEY: secrets['own secret access key'],
    EXTERNAL_ID: secrets['external id'],
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    OTEL_BSP_SCHEDULE_DELAY: '50',
    SNAPGATE_LOG_LEVEL: 'debug',
  };
  for (const sub of ['ada', 'bob']) {
    tokens[sub] = await token({ sub }, Buffer.from(secrets['authentication.secret'], 'base64'));
    canaries.add(`token of ${sub}`, tokens[sub]);
    canaries.add(`signature of ${sub}`, tokens[sub].split('.')[2]!);
  }
});
afterAll(async () => {
  await relay.close();
  await emulator.close();
  collector.close();
  rmSync(folder, { recursive: true });
});

/** The secrets that AWS has issued: the names of their elements in the responses, and their values. */
const issuedSecrets = () =>
  [
    ...Buffer.concat(heard)
      .toString()
      .matchAll(/<(SecretAccessKey|SessionToken|DbPassword)>([^<]{16,})<\/\1>/g),
  ].map(([, name = '', secret = '']) => ({ name, secret }));

/** Adds the secrets that AWS has issued, and returns their number. */
function addIssued(): number {
  const issued = issuedSecrets();
  for (const { name, secret } of issued) canaries.add(`${name} ${secret.slice(0, 4)}`, secret);
  return issued.filter(({ name }) => name === 'DbPassword').length;
}

/** Writes a file of the folder as a whole, because the command can read it at any time. */
function write(name: string, content: string): string {
  writeFileSync(join(folder, `${name}.new`), content);
  renameSync(join(folder, `${name}.new`), join(folder, name));
  return join(folder, name);
}

const accounts = `[{ id: "${home}", role: "arn:aws:iam::${home}:role/reader", externalId: { env: EXTERNAL_ID }, regions: [us-east-1] }]`;
const everything =
  'SNAPSHOT_READ, SNAPSHOT_CREATE, SNAPSHOT_COPY, SNAPSHOT_DELETE, SNAPSHOT_TAG, SNAPSHOT_RETAIN, SNAPSHOT_SHARE, CLUSTER_CREDENTIALS';
const configuration = (authentication: string, more = '') => `
accounts: ${accounts}
authentication: { issuer: "https://login.example.com/", audience: snapgate, ${authentication} }
grants: [{ permissions: [${everything}] }]
cursorKeys: [{ file: ${write('cursor.key', `${secrets['cursor key']}\n`)} }, "${secrets['old cursor key']}"]
sharing: { accounts: ["210987654321"] }
credentials: { enabled: true, databaseUsers: ["*"] }
audit: ${join(folder, 'audit.jsonl')}
aws: { timeouts: { requestSeconds: 2, callSeconds: 1 }, breaker: { failures: 100000 }, cache: { ageSeconds: 600 } }
shutdown: { noticeSeconds: 0 }
telemetry: { metrics: { port: 0 } }
${more}
`;

interface Response {
  readonly caller: string;
  readonly mayHavePassword: boolean;
  readonly text: string;
}
const responses: Response[] = [];

/** Sends a request, and keeps its response with its headers. A request that is not answered is no failure here. */
async function send(url: string, init: RequestInit, caller = 'bob', mayHavePassword = false): Promise<string> {
  const response = await fetch(url, init);
  const text = `${JSON.stringify([...response.headers])}\n${await response.text()}`;
  responses.push({ caller, mayHavePassword, text });
  return text;
}

const headersOf = (caller: string) => ({
  'content-type': 'application/json',
  authorization: `Bearer ${tokens[caller] ?? caller}`,
});

function ask(
  url: string,
  query: string,
  variables: object,
  caller = 'ada',
  more: object = {},
  mayHavePassword = false,
) {
  const headers = { ...headersOf(caller), ...more };
  return send(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) }, caller, mayHavePassword);
}

let questions = 0;
const list = `query List($after: DateTime!) {
  snapshots(filter: { createdAfter: $after }) {
    nodes { arn tags { key value } sharing { accounts } } pageInfo { endCursor } sources { error { code message fault } }
  }
}`;
const ordered = `query Ordered($after: DateTime!) {
  snapshots(filter: { createdAfter: $after }, orderBy: { field: CREATED_AT, direction: DESC }, first: 2) {
    nodes { arn } pageInfo { endCursor } totalCount { value }
  }
}`;
const issuing = `mutation Issue($input: IssueClusterCredentialsInput!) {
  issueClusterCredentials(input: $input) {
    ... on Error { code message fault }
    ... on IssueClusterCredentialsPayload { databaseUser databasePassword plannedCalls { parameters } }
  }
}`;

/** Sends queries and all mutations as one caller; no question was asked before, so that each reaches AWS. */
async function askEverything(url: string): Promise<void> {
  const after = () => ({ after: at(-(questions += 1)) });
  const changes = [...inputsOf('REDSHIFT'), ...inputsOf('DOCUMENTDB')].map(({ mutation, input }) => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
    const text = `mutation Change($input: ${type}Input!) { ${mutation}(input: $input) { ... on Error { code message fault } } }`;
    return ask(url, text, { input: { ...input, idempotencyKey: randomUUID() } });
  });
  const input = { clusterId: clusterId('REDSHIFT'), databaseUser: 'reader' };
  await Promise.all([
    ask(url, list, after()),
    ask(url, ordered, after()),
    ask(url, `query Lookup($arn: String!) { cluster(arn: $arn) { id } }`, {
      arn: `arn:aws:redshift:us-east-1:${home}:cluster:${randomUUID().slice(0, 8)}`,
    }),
    ask(url, issuing, { input }, 'ada', {}, true),
    ask(url, issuing, { input: { ...input, dryRun: true } }),
    ...changes,
  ]);
}

/** Messages with which a service that logs too much could repeat what it received. */
const echo = () =>
  [
    'The Canonical String for this request should have been POST / ',
    `host:redshift.us-east-1.amazonaws.com x-amz-security-token:${issuedSecrets().findLast(({ name }) => name === 'SessionToken')?.secret} `,
    `ExternalId=${encodeURIComponent(secrets['external id'])} or ${secrets['external id']}`,
  ].join('');

const faults = (): object[] => [
  { kind: 'throttle', times: 40 },
  { kind: 'error', code: 'AccessDenied', status: 403 },
  { kind: 'error', code: 'SignatureDoesNotMatch', status: 403, message: echo() },
  { kind: 'error', code: 'InternalFailure', status: 500, moment: 'after', message: echo() },
  { kind: 'error', code: 'ExpiredToken', status: 403, times: 3 },
  { kind: 'delay', milliseconds: 1200 },
  { kind: 'hang' },
  { kind: 'reset' },
  { kind: 'reset', moment: 'after' },
  { kind: 'html', moment: 'after', status: 200 },
  { kind: 'text', status: 502 },
  { kind: 'empty', moment: 'after', status: 200 },
  { kind: 'truncate', bytes: 300 },
  { kind: 'cut', bytes: 300 },
  { kind: 'cut', bytes: 450 },
  { kind: 'flip', byte: 230, mask: 1 },
  { kind: 'flip', byte: 60, mask: 32 },
  { kind: 'drip', milliseconds: 900 },
  { kind: 'wrongRoot' },
];

/** Sends everything with each fault of AWS, of AWS STS too, because its responses contain credentials. */
async function disturbEverything(url: string): Promise<void> {
  for (const fault of faults()) {
    await emulator.load(world);
    expect((await emulator.control('POST', 'faults', [fault])).status).toBe(200);
    await askEverything(url);
  }
  await emulator.control('DELETE', 'faults');
  await emulator.load(world);
  // New callers, for whose changes the role is assumed while AWS STS is disturbed.
  for (const [index, fault] of faults().entries()) {
    const caller = `caller-${index}`;
    tokens[caller] = await token({ sub: caller }, Buffer.from(secrets['authentication.secret'], 'base64'));
    canaries.add(`token of ${caller}`, tokens[caller]);
    await emulator.control('POST', 'faults', [{ ...fault, service: 'sts' }]);
    await ask(url, issuing, { input: { clusterId: clusterId('REDSHIFT'), databaseUser: 'reader' } }, caller, {}, true);
  }
  await emulator.control('DELETE', 'faults');
}

/** Sends a token where it does not belong. */
async function misplace(url: string): Promise<void> {
  const own = tokens['ada']!;
  const graphql = (body: object) => ({ method: 'POST', headers: headersOf('ada'), body: JSON.stringify(body) });
  const mistakes: [string, RequestInit][] = [
    [url, graphql({ query: `{ snapshot(arn: "${own}") { id } }` })],
    [url, graphql({ query: `{ snapshots(filter: { search: "${own}" }) { nodes { id } } }` })],
    [url, graphql({ query: `{ snapshots(first: "${own}") { nodes { id } } }` })],
    [url, graphql({ query: `{ ${own} }` })],
    [url, graphql({ query: own })],
    [
      url,
      graphql({
        query: 'query ($first: Int) { snapshots(first: $first) { nodes { id } } }',
        variables: { first: own },
      }),
    ],
    [url, graphql({ query: 'query ($arn: String!) { snapshot(arn: $arn) { id } }', variables: { arn: own } })],
    [
      url,
      graphql({
        query: 'query ($after: String) { snapshots(after: $after) { nodes { id } } }',
        variables: { after: own },
      }),
    ],
    [
      url,
      graphql({
        query: 'query ($f: SnapshotFilter) { snapshots(filter: $f) { nodes { id } } }',
        variables: { f: { [own]: own } },
      }),
    ],
    [url, graphql({ query: '{ __typename }', operationName: own })],
    [url, graphql({ documentId: own })],
    [url, graphql({ query: '{ __typename }', extensions: { persistedQuery: { sha256Hash: own } } })],
    [url, { method: 'POST', headers: headersOf('ada'), body: own }],
    [url, { method: 'POST', headers: { ...headersOf('ada'), 'content-type': own }, body: '{}' }],
    [`${url}?query={__typename}&token=${own}`, { headers: headersOf('ada') }],
    [`${url}?query=${own}&variables=${own}`, { headers: headersOf('ada') }],
    [`${url}?query={__typename}&access_token=${own}`, {}],
    [`${url}/${own}`, { headers: headersOf('ada') }],
    [`${new URL(url).origin}/${own}`, {}],
    [url, { headers: { authorization: own } }],
    [url, { headers: { authorization: `Bearer ${own}${own}` } }],
    [url, { headers: { authorization: `Bearer ${own.slice(0, -1)}` } }],
    [url, { headers: { authorization: `Basic ${Buffer.from(`ada:${own}`).toString('base64')}` } }],
    ...[
      'x-request-id',
      'user-agent',
      'traceparent',
      'tracestate',
      'x-forwarded-for',
      'cookie',
      'origin',
      'accept',
      'host',
    ].map((name): [string, RequestInit] => [
      url,
      {
        ...graphql({ query: '{ snapshots(first: 0) { nodes { id } } }' }),
        headers: { ...headersOf('ada'), [name]: own },
      },
    ]),
    [
      url,
      graphql({
        query: 'mutation ($i: TagSnapshotInput!) { tagSnapshot(input: $i) { ... on Error { message } } }',
        variables: { i: { snapshotId: own, tags: [{ key: own, value: own }], idempotencyKey: own } },
      }),
    ],
  ];
  for (const [address, init] of mistakes) {
    await send(address, init, 'ada');
    // Others make mistakes, too.
    await ask(url, '{ snapshot(arn: "x") { id } }', {}, 'bob');
    await ask(url, '{ __typename }', {}, `${own.slice(0, -6)}canary`);
  }
}

/** Configurations that are not valid, in all of which is a secret. */
const invalid = (): string[] => {
  const [password, secret] = [secrets['Redis password'], secrets['authentication.secret']];
  const yaml = JSON.stringify(password);
  const valid = configuration(`secret: "${secret}"`);
  return [
    `${valid}\nredis: ${yaml}`,
    `${valid}\nredis: "http://:${encodeURIComponent(password)}@127.0.0.1"`,
    `${valid}\nredis: { file: ${write('redis.password', password)} }`,
    `${valid}\nredis: { file: ${write('two.lines', `redis://127.0.0.1\n${password}`)} }`,
    `${valid}\nredis: { env: EXTERNAL_ID }`,
    `${valid}\nredis: { password: ${yaml} }`,
    `${valid}\nredis: [${yaml}]`,
    `${valid}\n${yaml}: redis`,
    `${valid}\nredis:redis://:${encodeURIComponent(password)}@127.0.0.1`,
    `${valid}\nredis: ${yaml}${yaml}`,
    `${valid}\nredis: *${encodeURIComponent(password)}`,
    `${valid}\nredis: !<${encodeURIComponent(password)}> x`,
    `${valid}\nlimits: { cost: ${yaml} }`,
    `${valid}\norigins: [${yaml}]\naudit: ${yaml}`,
    configuration(`secret: [${secret}]`),
    configuration(`secret: "${secret.slice(0, -2)}"`),
    configuration(`secret: "${secret} ${secret}"`),
    configuration(`secret: { "${secret}": x }`),
    configuration(secret),
    configuration(`secret: "${secret}", jwks: "http://ada:${encodeURIComponent(password)}@example.com"`),
    configuration(`jwks: "${secret}"`),
    configuration(`publicKey: "${secret}"`),
    valid.replace('EXTERNAL_ID }', `EXTERNAL_ID, x: ${secrets['external id']} }`),
    valid.replace('externalId: { env: EXTERNAL_ID }', `externalId: ["${secrets['external id']}"]`),
    secret,
    `- ${yaml}`,
  ];
};

/** Everything that Redis contains. */
async function dump(url: string): Promise<string> {
  const redis = new Redis(url);
  try {
    const keys = await redis.keys('*');
    const values = await Promise.all(
      keys.map(async (name) => {
        const type = await redis.type(name);
        if (type === 'string') return (await redis.getBuffer(name))?.toString('latin1');
        if (type === 'hash') return JSON.stringify(await redis.hgetall(name));
        if (type === 'list') return JSON.stringify(await redis.lrange(name, 0, 10_000));
        if (type === 'set') return JSON.stringify(await redis.smembers(name));
        if (type === 'zset') return JSON.stringify(await redis.zrange(name, 0, '-1'));
        throw new Error(`no value of the type ${type} is read`);
      }),
    );
    return [...keys, ...values].join('\n');
  } finally {
    redis.disconnect();
  }
}

/** Fails if a response contains a secret, other than the token of its own caller or the password that it issues. */
function requireClean(): void {
  const found = responses.flatMap(({ caller, mayHavePassword, text }) =>
    canaries.foundIn(
      text,
      (name) =>
        name === `token of ${caller}` ||
        name === `signature of ${caller}` ||
        (mayHavePassword && name.startsWith('DbPassword')),
    ),
  );
  expect(found).toEqual([]);
}

/** Fails if what operators see contains a secret. */
async function requireSilence(serve: Awaited<ReturnType<typeof start>>): Promise<void> {
  const output = {
    log: serve.output(),
    errors: await serve.errors(),
    traces: Buffer.concat(traces).toString('latin1'),
  };
  for (const [place, text] of Object.entries(output)) expect([place, canaries.foundIn(text)]).toEqual([place, []]);
  // The outputs contain what they should, so that secrets in them would have been found.
  expect(output.log).toContain('"level":"debug"');
  expect(output.traces).toContain('snapgate.outcome');
}

/** Returns the metrics of a gateway that serves them. */
async function readMetrics(serve: Awaited<ReturnType<typeof start>>): Promise<string> {
  const url = /"metrics":"(http[^"]+)"/.exec(serve.out)?.[1];
  return url === undefined ? '' : (await fetch(url)).text();
}

describe.skipIf(!hasRedis)('secrets (requires redis-server)', () => {
  let port: number;
  let redis: ChildProcess;
  const redisUrl = (password: string) => `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`;
  beforeAll(async () => {
    port = await freePort();
    redis = await startRedis(port, secrets['Redis password']);
  });
  afterAll(() => stopRedis(redis));

  const setUp = (more = '') =>
    write(
      'snapgate.yaml',
      configuration(`secret: { file: ${write('secret', secrets['authentication.secret'])} }`, more),
    );

  it('appear in no log, trace, metric, audit line, value of Redis, or response to another caller, whatever fails', async () => {
    const url = redisUrl(secrets['Redis password']);
    const file = setUp(`redis: { file: ${write('redis.url', url)} }`);
    const serve = await start(['serve', '--port', '0', '--config', file], environment);
    onTestFinished(async () => void (await serve.stop()));
    const address = serve.address('snapgate');
    await askEverything(address);
    await disturbEverything(address);
    await misplace(address);
    await askEverything(address);
    expect(addIssued()).toBeGreaterThan(2);
    const stored = await dump(url);
    expect(stored).toContain('snapgate:');
    expect(canaries.foundIn(stored)).toEqual([]);

    // Redis ends, returns with another password, without one, and again with its own.
    for (const password of [undefined, secrets['other Redis password'], '', secrets['Redis password']]) {
      await stopRedis(redis);
      if (password !== undefined) redis = await startRedis(port, password);
      // Connections are tried at most once a second, and only if there are requests.
      for (const until = performance.now() + 1500; performance.now() < until;) await askEverything(address);
    }
    // An invalid file is rejected as a whole, and so is one that cannot be read.
    for (const text of invalid()) {
      const before = serve.output().split('Cannot reload').length;
      write('snapgate.yaml', text);
      serve.reload();
      await expect.poll(() => serve.output().split('Cannot reload').length).toBeGreaterThan(before);
    }
    await askEverything(address);
    const metrics = await readMetrics(serve);
    await serve.stop();
    addIssued();
    expect(metrics).toContain('snapgate_aws_calls_total{');
    expect(canaries.foundIn(metrics)).toEqual([]);
    await requireSilence(serve);
    const audit = readFileSync(join(folder, 'audit.jsonl'), 'utf8');
    expect(audit).toContain('issueClusterCredentials');
    expect(canaries.foundIn(audit)).toEqual([]);
    requireClean();
  });

  it('appear in no output of a command with an invalid configuration, and in no finding of doctor', async () => {
    const ended = await Promise.all(
      invalid()
        .filter((_, index) => index % 8 === 0)
        .map(async (text, index) => run(['serve', '--config', write(`invalid-${index}.yaml`, text)], environment)),
    );
    const variables = [
      { SNAPGATE_CURSOR_KEY: secrets['Redis password'] },
      { HTTPS_PROXY: `socks://ada:${encodeURIComponent(secrets['proxy password'])}@127.0.0.1` },
      { EXTERNAL_ID: secrets['Redis password'] },
    ];
    for (const each of variables) ended.push(await run(['serve', '--config', setUp()], { ...environment, ...each }));
    expect(ended.map(({ code }) => code)).toEqual(ended.map(() => 3));
    await emulator.control('POST', 'faults', [{ kind: 'error', code: 'AccessDenied', status: 403, message: echo() }]);
    for (const password of [secrets['Redis password'], secrets['other Redis password'], 'x%']) {
      for (const flags of [[], ['--json']]) {
        const file = setUp(
          `redis: "redis://:${password === 'x%' ? password : encodeURIComponent(password)}@127.0.0.1:${port}"`,
        );
        ended.push(await run(['doctor', '--config', file, ...flags], environment));
      }
    }
    await emulator.control('DELETE', 'faults');
    addIssued();
    const found = ended.flatMap(({ out, err }) => canaries.foundIn(out + err));
    expect(found).toEqual([]);
    expect(ended.slice(-6).map(({ code }) => code)).toEqual(Array.from({ length: 6 }, () => 1));
  });
});
