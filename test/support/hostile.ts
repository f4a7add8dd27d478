import { createHash } from 'node:crypto';
import { request } from 'node:http';

/** One hostile request. */
export interface Attack {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

type Random = (below: number) => number;

/** A sequence of numbers that depends only on the seed. */
function createRandom(seed: number): Random {
  let state = createHash('sha256').update(String(seed)).digest().readUInt32LE();
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const json = (query: unknown, more: object = {}) => JSON.stringify({ query, ...more });
const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');
const nasty = [
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\ud800',
  '\u202e',
  '${7*7}',
  "' OR 1=1 --",
  '../../etc/passwd',
  '\r\nX-Evil: 1',
  '𝕏',
  'ﷺ'.repeat(50),
];

/** Bodies that try to crash, confuse or exhaust their reader; `size` is 0 to 1,000. */
const shapes: readonly ((size: number, random: Random) => string | Buffer)[] = [
  () => '',
  (size) => '{'.repeat(size),
  (size) => '['.repeat(size),
  (size) => `${'[{"a":'.repeat(size)}1${'}]'.repeat(size)}`,
  (size) => json(`{ ${'a {'.repeat(size)} b ${'}'.repeat(size)} }`),
  (size) => json('{'.repeat(size)),
  (size) => json(`{ ${times(size, (i) => `a${i}: sources { id }`)} }`),
  (size) => json(`{ ${times(size, (i) => `s${i}: snapshots { nodes { id tags { key } } }`)} }`),
  (size) => json(`{ viewer { ${times(size, () => 'subject')} } }`),
  (size) => json(`{ viewer { subject ${times(size, () => '@skip(if: false)')} } }`),
  (size) =>
    json(
      `{ ...f0 } ${times(size % 60, (i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`)} fragment f${size % 60} on Query { __typename }`,
    ),
  () => json('{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }'),
  (size) => json(`{ __typename } #${'x'.repeat(size * 60)}`),
  (size) => json(`{ __typename ${','.repeat(size * 50)} }`),
  (size) => json(`query (${times(size, (i) => `$v${i}: Int = ${i}`)}) { __typename }`),
  (size, random) =>
    json('query ($f: SnapshotFilter) { snapshots(filter: $f) { isComplete } }', {
      variables: { f: { search: nasty[random(nasty.length)]!.repeat(size % 20) } },
    }),
  (_size, random) =>
    json('query ($id: ID!) { node(id: $id) { id } }', { variables: { id: nasty[random(nasty.length)] } }),
  (_size, random) => json(`{ snapshot(arn: ${JSON.stringify(nasty[random(nasty.length)])}) { id } }`),
  (size) =>
    json('{ snapshots(first: 1) { isComplete } }', { variables: JSON.parse(`{"__proto__":{"polluted":${size}}}`) }),
  () =>
    '{"query":"{ __typename }","extensions":{"__proto__":{"polluted":true},"persistedQuery":{"version":1,"sha256Hash":"__proto__"}}}',
  () => '{"__proto__":{"query":"{ viewer { subject } }"}}',
  (size) =>
    json('query ($i: [ID!]!) { nodes(ids: $i) { id } }', {
      variables: { i: Array.from({ length: size }, (_, i) => String(i)) },
    }),
  (size) => json(`{ snapshots(first: ${'9'.repeat(size % 400)}1) { isComplete } }`),
  () => json('{ snapshots(first: -1) { isComplete } clusters(first: 1e400) { isComplete } }'),
  (size) => json(`{ snapshots(after: "${'A'.repeat(size)}") { isComplete } }`),
  (size) => JSON.stringify(Array.from({ length: size }, () => ({ query: '{ __typename }' }))),
  () => json(42),
  () => json(['{ __typename }']),
  () => json({ toString: 1 }),
  () => json('{ __typename }', { operationName: { a: 1 }, variables: 'x' }),
  () => json('{ __typename }', { operationName: '__proto__' }),
  () => json('subscription { snapshotProgress(id: "x") { id } }'),
  () => json('mutation { createSnapshot(input: { clusterId: "x", identifier: "y" }) { __typename } }'),
  (size) =>
    json(
      `mutation { ${times(size % 50, (i) => `m${i}: deleteSnapshots(input: { snapshotIds: [${times(20, () => '"x"')}] }) { __typename }`)} }`,
    ),
  () => json('query { __typename @defer ... @stream { a } }'),
  () => json('{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }'),
  (size) => json(`{ __type(name: "${'Query'.repeat(size % 10)}") { name } }`),
  () => json('type Query { a: Int } extend schema @link(url: "x")'),
  (size) => json('"""'.repeat(size)),
  (size) => json(`{ snapshots(filter: { search: "${'\\u{110000}'.repeat(size % 5)}" }) { isComplete } }`),
  (size) => json(`{ snapshots(filter: { search: "${'(a+)+$'.repeat(size % 100)}" }) { isComplete } }`),
  (size) => json(`{ snapshots(filter: { identifiers: [${times(size % 300, (i) => `"${i}"`)}] }) { isComplete } }`),
  (size) => json(`{ snapshots(filter: ${'{ tags: '.repeat(size % 50)}null${'}'.repeat(size % 50)}) { isComplete } }`),
  (size, random) => Buffer.from(Array.from({ length: size }, () => random(256))),
  (size) => Buffer.from(json(`{ ${'é'.repeat(size)} }`), 'utf16le'),
  () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(json('{ __typename }'))]),
  () => Buffer.from([0xff, 0xfe, 0x00, 0x00]),
  (size) => json('{ __typename }').repeat(size % 10),
  (size) => `${json('{ __typename }')}${' '.repeat(size * 40)}`,
  (size) => json(`{ ${'\\u0061'.repeat(size)} }`),
];

const contentTypes = [
  'application/json',
  'application/json; charset=utf-16',
  'application/graphql',
  'application/graphql+json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json, text/html',
  '',
];
const accepts = [
  '*/*',
  'application/json',
  'application/graphql-response+json',
  'text/html',
  'text/event-stream',
  'multipart/mixed',
  ',;q=x',
  '',
];
const encodings = ['', '', '', 'gzip', 'br', 'identity, gzip', 'nonsense'];
const methods = ['POST', 'POST', 'POST', 'POST', 'GET', 'HEAD', 'PUT', 'OPTIONS', 'DELETE', 'PATCH', 'PROPFIND'];
const paths = [
  '/graphql',
  '/graphql',
  '/graphql',
  '/graphql/',
  '/graphql?query={__typename}',
  '/graphql?query=%',
  '/graphql?variables={',
  '/graphql?extensions=[',
  '//graphql',
  '/%2e%2e/graphql',
  '/health?x=1',
  '/graphql#x',
  '*',
];

/** Returns the attack of a number: the same attack for the same number. */
export function attack(number: number): Attack {
  const random = createRandom(number);
  const pick = <Item>(list: readonly Item[]): Item => list[random(list.length)] as Item;
  const size = Math.floor(1000 ** (random(1000) / 999)) - 1;
  const isPlain = random(3) > 0;
  const header = `x-${random(1e6).toString(36)}`;
  const headers = {
    'content-type': isPlain ? 'application/json' : pick(contentTypes),
    accept: isPlain ? 'application/json' : pick(accepts),
    ...(isPlain
      ? {}
      : {
          'content-encoding': pick(encodings),
          [header]: 'y'.repeat(random(2000)),
          authorization: pick(['', 'Bearer', 'Bearer x.y.z', 'Basic Og==']),
        }),
  };
  return {
    method: isPlain ? 'POST' : pick(methods),
    path: isPlain ? '/graphql' : pick(paths),
    headers,
    body: (shapes[number % shapes.length] as (typeof shapes)[number])(size, random),
  };
}

/** Sends an attack and reads the whole response; undefined if the server closes the connection instead. */
export function send(
  url: URL,
  { method, path, headers, body }: Attack,
): Promise<{ status: number; body: string } | undefined> {
  return new Promise((resolve) => {
    const own = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
    const sent = request({ host: url.hostname, port: url.port, method, path, headers: own, timeout: 10_000 });
    sent.on('error', () => resolve(undefined)).on('timeout', () => sent.destroy());
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => resolve(undefined));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    sent.end(method === 'GET' || method === 'HEAD' ? undefined : body);
  });
}

/** Text that no response may contain: traces of this program and of its machine. */
export const unmasked =
  /\bat .*\(?(file:|node:|\/)|node_modules|\.ts:\d|[A-Z]\w+Error:|Unexpected token|arn:aws:iam|polluted/;
