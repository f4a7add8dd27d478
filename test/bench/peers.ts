import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SignJWT } from 'jose';
import { freePort } from '../support/redis.ts';
import { root } from '../support/repository.ts';
import { endWithScript, folder, startEmulator, startProgram, writeFile } from '../load/processes.ts';
import { type Row, table } from './peers-report.ts';

/**
 * Compares snapgate with other servers that return the same JSON, in interleaved rounds: `node test/bench/peers.ts`, or
 * `--short` for one short round that only proves that everything works. Writes docs/performance.md, unless it is short.
 */
const isShort = process.argv.includes('--short');
const [rounds, seconds] = isShort ? [1, 0.5] : [5, 3];
const connections = 10;
const peers = join(root, 'test/bench/peers');

if (spawnSync('npm', ['ci', '--ignore-scripts'], { cwd: peers, stdio: 'inherit' }).status !== 0) {
  console.log('The peers could not be installed: the benchmark is skipped.');
  process.exit(0);
}
type Load = (
  options: object,
) => Promise<{ readonly requests: { total: number }; readonly non2xx: number; readonly duration: number }>;
const autocannon = createRequire(join(peers, 'package.json'))('autocannon') as Load;

interface Variant {
  readonly name: string;
  readonly process: ChildProcess;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Returns the body of the request with a number. */
  body(shape: string, number: number): string;
  readonly path?: (shape: string) => string;
}

const secret = randomBytes(32).toString('base64');
const token = await new SignJWT({ iss: 'https://login.example.com/', aud: 'snapgate', sub: 'bench' })
  .setProtectedHeader({ alg: 'HS256' })
  .setIssuedAt()
  .setExpirationTime('2h')
  .sign(Buffer.from(secret, 'base64'));
const emulator = await startEmulator(undefined, ['--snapshots', '300']);
const config = writeFile(
  'peers.yaml',
  `accounts: [{ id: '123456789012', regions: [us-east-1] }]
authentication: { issuer: 'https://login.example.com/', audience: snapgate, secret: '${secret}' }
grants: [{ permissions: [SNAPSHOT_READ], introspection: true }]
audit: ${join(folder, 'audit.jsonl')}
limits: { requestsPerSecond: 10000000, costPerMinute: 1000000000 }
aws: { cache: { ageSeconds: 3600 } }
telemetry: { metrics: { port: ${await freePort()} } }
`,
);
const authorized = { 'content-type': 'application/json', authorization: `Bearer ${token}` };

/** Starts a program on the first processor; the load comes from the others. */
const pinned = (args: readonly string[]) =>
  spawnSync('taskset', ['-V']).status === 0 && availableParallelism() > 1 ? ['taskset', '-c', '0', ...args] : [...args];

async function startGateway() {
  const port = await freePort();
  const environment = {
    AWS_ENDPOINT_URL: emulator.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: '123456789012',
    AWS_SECRET_ACCESS_KEY: 'any',
    SNAPGATE_CURSOR_KEY: randomBytes(32).toString('base64'),
  };
  const command = pinned([
    process.execPath,
    '--max-semi-space-size=64',
    join(root, 'src/main.ts'),
    'serve',
    '--port',
    String(port),
    '--config',
    config,
  ]);
  return startProgram('gateway', command, port, { environment, probe: `http://127.0.0.1:${port}/ready` });
}

/** Starts a server that prints its port. */
async function startServer(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const [program = '', ...rest] = pinned([process.execPath, '--max-semi-space-size=64', ...args]);
  const child = endWithScript(
    spawn(program, rest, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_ENV: 'production', ...environment },
    }),
  );
  if (child.stdout === null) throw new Error('The output is not readable.');
  const [port] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { process: child, url: `http://127.0.0.1:${port}` };
}

const gateway = await startGateway();
const ask = async (text: string, variables: object, operationName: string) => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: authorized,
    body: JSON.stringify({ operationName, query: text, variables }),
  });
  const answer = (await response.json()) as { data: any; errors?: unknown };
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
};
const first = await ask(
  'query F { snapshots(first: 1, filter: { services: [REDSHIFT] }) { nodes { id identifier } } }',
  {},
  'F',
);
const [{ id, identifier }] = first.snapshots.nodes;
const shapes: Readonly<Record<string, { readonly query: string; readonly variables: object }>> = {
  a: { query: 'query A($id: ID!) { node(id: $id) { __typename id } }', variables: { id } },
  b: { query: readFileSync(join(root, 'test/bench/shapes/b.graphql'), 'utf8'), variables: {} },
  c: { query: readFileSync(join(root, 'test/bench/shapes/c.graphql'), 'utf8'), variables: {} },
};
const data: Record<string, unknown> = {};
for (const [name, { query, variables }] of Object.entries(shapes))
  data[name] = await ask(query, variables, name.toUpperCase());
const dataFile = writeFile('shapes.json', JSON.stringify(data));

const bodyOf = (shape: string, more: object = {}) =>
  JSON.stringify({
    operationName: shape.toUpperCase(),
    query: shapes[shape]!.query,
    variables: { ...shapes[shape]!.variables, ...more },
  });
const plain = { 'content-type': 'application/json' };
const same = (shape: string) => bodyOf(shape);
/** A variable that the document does not declare: the response is computed again, because no ready one has this key. */
const different = (shape: string, number: number) => bodyOf(shape, { unused: number });
const peer = async (name: string, variant: string, headers = plain): Promise<Variant> => ({
  name,
  ...(await startServer([join(peers, 'server.js'), variant, dataFile])),
  headers,
  body: same,
});
const direct = {
  headers: { ...plain },
  ...(await startServer([join(root, 'test/bench/direct-sdk.ts')], {
    AWS_ENDPOINT_URL: emulator.url,
    SNAPSHOT: identifier,
  })),
};
const gzip = { 'accept-encoding': 'gzip' };
const own = { process: gateway.process, url: gateway.url, headers: authorized, body: different };
const variants: readonly Variant[] = [
  await peer('bare bytes (node:http)', 'bare'),
  { name: 'snapgate, ready responses', ...own, body: same },
  { name: 'snapgate, compiled', ...own },
  await peer('Mercurius + JIT, in memory', 'mercurius-jit'),
  await peer('Mercurius, in memory', 'mercurius'),
  await peer('Yoga + Pothos, in memory', 'yoga-pothos'),
  await peer('Apollo Server, in memory', 'apollo'),
  { name: 'snapgate, compiled, gzip', ...own, headers: { ...authorized, ...gzip } },
  await peer('Mercurius + JIT, in memory, gzip', 'mercurius-jit-gzip', { ...plain, ...gzip }),
  { name: 'snapgate, uncached (no-cache)', ...own, headers: { ...authorized, 'cache-control': 'no-cache' } },
  { name: 'direct SDK, uncached', ...direct, body: () => '', path: (shape) => `/${shape}` },
];
const pathOf = (variant: Variant, shape: string) => variant.path?.(shape) ?? '/graphql';

/** What AWS returns anew can have changed. */
const isUncached = (headers: Variant['headers']) => 'cache-control' in headers || headers === direct.headers;

/** All others must return the same data. */
for (const shape of Object.keys(shapes)) {
  for (const variant of variants.filter(({ headers }) => !isUncached(headers))) {
    const response = await fetch(`${variant.url}/graphql`, {
      method: 'POST',
      headers: variant.headers,
      body: variant.body(shape, 0),
    });
    const answer = (await response.json()) as { data: unknown };
    if (JSON.stringify(answer.data) !== JSON.stringify(data[shape]))
      throw new Error(`${variant.name} returns other data for ${shape}.`);
  }
}

/** The processor time of a process since its start, in seconds. */
function cpuSeconds({ pid }: ChildProcess): number {
  const times = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(times[11]) + Number(times[12])) / 100;
}

let number = 0;
/** Loads a server for some seconds; returns its requests per second, and its processor time per request in microseconds. */
async function measure(variant: Variant, shape: string, duration: number) {
  const start = cpuSeconds(variant.process);
  const result = await autocannon({
    url: `${variant.url}${pathOf(variant, shape)}`,
    connections,
    duration,
    requests: [
      {
        method: 'POST',
        headers: variant.headers,
        setupRequest: (request: object) => ({ ...request, body: variant.body(shape, (number += 1)) }),
      },
    ],
  });
  if (result.non2xx > 0) throw new Error(`${variant.name} failed ${result.non2xx} times.`);
  const { total } = result.requests;
  return { perSecond: total / result.duration, micros: ((cpuSeconds(variant.process) - start) * 1e6) / total };
}

const median = (values: readonly number[]) => values.toSorted((one, other) => one - other)[values.length >> 1] ?? NaN;
const rows: Row[] = [];
for (const shape of Object.keys(shapes)) {
  const measured = variants.map(() => ({ perSecond: [] as number[], micros: [] as number[] }));
  for (const variant of variants) await measure(variant, shape, isShort ? 0.3 : 1.5);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, variant] of variants.entries()) {
      const { perSecond, micros } = await measure(variant, shape, seconds);
      measured[index]!.perSecond.push(perSecond);
      measured[index]!.micros.push(micros);
    }
  }
  for (const [index, { name }] of variants.entries()) {
    const { perSecond, micros } = measured[index]!;
    rows.push({ shape, name, perSecond: median(perSecond), micros: median(micros) });
  }
}

const machine = `${availableParallelism()} processors (${cpus()[0]?.model ?? 'unknown'}), Node.js ${process.version}`;
const versions = execFileSync('npm', ['ls', '--depth=0', '--parseable=false'], { cwd: peers, encoding: 'utf8' })
  .split('\n')
  .flatMap((line) => / (\S+@\d\S*)$/.exec(line)?.[1] ?? [])
  .join(', ');
const report = table(rows, {
  machine,
  versions,
  date: new Date().toISOString().slice(0, 10),
  rounds,
  seconds,
  connections,
});
if (!isShort) writeFileSync(join(root, 'docs/performance.md'), report);
console.log(report);
process.exit(0);
