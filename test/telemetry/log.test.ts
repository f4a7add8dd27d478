import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { RefusedError } from '../../src/server/authentication/authentication.ts';
import { anonymous, createPrincipal } from '../../src/access/principal.ts';
import { createMask } from '../../src/masking.ts';
import { createLog, createTerminal, type Log } from '../../src/telemetry/log.ts';
import { account, type Gateway, startGateway } from '../support/gateway.ts';

const lines: { level: keyof Log; text: string }[] = [];
const record =
  (level: keyof Log) =>
  (...what: unknown[]) => {
    lines.push({ level, text: JSON.stringify(what) });
  };
const log: Log = { debug: record('debug'), info: record('info'), warn: record('warn'), error: record('error') };

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ log });
});
beforeEach(() => lines.splice(0));
afterAll(() => gateway.close());

const arn = `arn:aws:redshift:us-east-1:${account}:cluster:sales`;

it.each(['{ snapshots(first: 0) { nodes { id } } }', '{ snapshot(arn: "x") { id } }', '{ nonsense }', '{'])(
  'does not log a mistake of a client as an error: %s',
  async (query) => {
    const answer = await gateway.query(query);
    expect(answer.errors).toHaveLength(1);
    expect(lines.filter(({ level }) => level !== 'debug')).toEqual([]);
  },
);

it('logs a failure of AWS as a warning with the message of AWS', async () => {
  await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403, message: 'No identity-based policy' });
  await gateway.query(`query ($arn: String!) { cluster(arn: $arn) { id } }`, { arn });
  await gateway.disturb();
  const logged = lines.filter(({ level }) => level !== 'debug');
  expect(logged).toHaveLength(1);
  expect(logged[0]).toMatchObject({
    level: 'warn',
    text: expect.stringMatching(/FORBIDDEN.*No identity-based policy/),
  });
});

const failing = '{ snapshots(filter: { services: [REDSHIFT] }) { sources { error { code requestId } } } }';

it('logs a failing source of a list as a warning, once a minute for all requests', async () => {
  const own = await startGateway({ log });
  await own.disturb({ kind: 'error', code: 'AccessDenied', status: 403, message: 'No identity-based policy' });
  const first = await own.query(failing);
  for (let attempt = 0; attempt < 5; attempt += 1) await own.query(failing);
  await own.close();
  const logged = lines.filter(({ level }) => level !== 'debug');
  const [{ error }] = first.data.snapshots.sources;
  expect(logged.map(({ level }) => level)).toEqual(['warn']);
  for (const part of [
    'FORBIDDEN',
    error.requestId,
    'No identity-based policy',
    `in account ${account}, region us-east-1`,
  ])
    expect(logged[0]?.text).toContain(part);
});

it('logs a failing lookup as a warning, once a minute', async () => {
  const own = await startGateway({ log });
  await own.disturb({ kind: 'error', code: 'AccessDenied', status: 403 });
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const { errors } = await own.query(`query ($arn: String!) { cluster(arn: $arn) { id } }`, { arn });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  }
  await own.close();
  expect(lines.filter(({ level }) => level !== 'debug')).toHaveLength(1);
});

it('does not log what the gateway itself forbids as a failure', async () => {
  const nobody = createPrincipal('nobody', [], Infinity);
  const own = await startGateway({ log, authenticate: async () => nobody });
  const { errors } = await own.query(failing);
  await own.close();
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(lines.filter(({ level }) => level !== 'debug')).toEqual([]);
});

it.each([
  [401 as const, 'info' as const],
  [503 as const, 'warn' as const],
])('logs the reason why a caller is rejected with %s, once a minute', async (status, level) => {
  const reason = new RefusedError('Not now.', { status, cause: new Error('unexpected "aud" claim value') });
  const own = await startGateway({ log, authenticate: () => Promise.reject(reason) });
  for (let attempt = 0; attempt < 3; attempt += 1) await own.query('{ __typename }');
  await own.close();
  const logged = lines.filter((line) => line.level !== 'debug');
  expect(logged).toEqual([{ level, text: expect.stringMatching(/unexpected .*"aud.*Not now\./) }]);
});

it('logs a full queue of a source as a warning, once a minute', async () => {
  const aws = { limits: { concurrency: 1, waiting: 1 }, timeouts: { callSeconds: 1 } };
  const own = await startGateway({ log, aws });
  await own.disturb({ kind: 'hang' });
  const answers = await Promise.all(
    ['a', 'b', 'c', 'd'].map((id) =>
      own.query(
        `{ snapshots(filter: { services: [REDSHIFT], identifiers: ["${id}"] }) { sources { error { code } } } }`,
      ),
    ),
  );
  await own.close();
  const codes = answers.map(({ data }) => data.snapshots.sources[0].error.code);
  expect(codes.filter((code) => code === 'RATE_LIMITED').length).toBeGreaterThan(1);
  const logged = lines.filter(({ level, text }) => level === 'warn' && text.includes('RATE_LIMITED'));
  expect(logged).toHaveLength(1);
});

it('logs an unavailable Redis server as a warning, once a minute', async () => {
  const own = await startGateway({ log, redis: 'redis://127.0.0.1:1' });
  await expect
    .poll(async () => (await own.query('{ __typename }')) && lines.filter(({ level }) => level !== 'debug'))
    .toEqual([{ level: 'warn', text: expect.stringMatching(/ECONNREFUSED.*separately/) }]);
  await own.close();
});

it.each([
  ['of AWS', async () => anonymous],
  ['of an error', () => Promise.reject(new Error('x'.repeat(100_000), { cause: new Error('y'.repeat(100_000)) }))],
])('truncates a text %s to 2 KB', async (_name, authenticate) => {
  const written: string[] = [];
  const own = await startGateway({
    authenticate,
    log: createLog({ destination: { write: (line) => void written.push(line) } }),
  });
  await own.disturb({ kind: 'error', code: 'AccessDenied', status: 403, message: '\u{1d54f}'.repeat(50_000) });
  await own.query(failing).catch(() => {});
  await own.close();
  expect(written).toHaveLength(1);
  const texts = written.flatMap((line) => textsOf(JSON.parse(line)));
  expect(texts.length).toBeGreaterThan(1);
  for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2048 + 6);
});

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

it('escapes control characters on a terminal, in messages and in values', async () => {
  const terminal = new PassThrough();
  const log = createLog({ destination: await createTerminal(terminal) });
  const hostile = '\u001b[2J\u009b31m\u0007\u202e\r';
  log.info({ userAgent: hostile }, `${hostile} is not an ARN`);
  const [read] = (await once(terminal, 'data')) as [Buffer];
  const text = String(read);
  expect(text).toContain('\\u001b[2J\\u009b31m\\u0007\\u202e\\u000d is not an ARN');
  // The colors of the terminal itself.
  expect(text.replaceAll(/\p{Cc}\[\d+m/gu, '')).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
});

it('hides secrets and tokens, however they are encoded, and leaves every line valid JSON', () => {
  const secret = 'nine "C4nary\\/é';
  let line = '';
  const log = createLog({ destination: { write: (text) => (line = text) }, mask: createMask([secret, 'n123456789']) });
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';
  log.info(
    { why: `${secret} ${encodeURIComponent(secret)}`, problems: [secret], userAgent: `x ${jwt}` },
    `x-amz-security-token:AbC+/= and\n123456789`,
  );
  expect(JSON.parse(line)).toMatchObject({
    why: '(hidden) (hidden)',
    problems: ['(hidden)'],
    userAgent: 'x (hidden)',
    msg: 'x-amz-security-token:(hidden) and\n123456789',
  });
});
