import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProgress } from '../../src/commands/query/progress.ts';
import { query, type QueryFlags } from '../../src/commands/query/query.ts';
import { snapshots } from '../../src/commands/query/shortcuts/snapshots.ts';
import { clusters } from '../../src/commands/query/shortcuts/clusters.ts';
import { UsageError } from '../../src/errors/usage.ts';
import { emulatedAws, open, run } from '../support/cli.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { root } from '../support/repository.ts';
import { at, makeSnapshot, makeSnapshots, snapshotArn } from '../support/worlds.ts';

let folder: string;
let emulator: TestEmulator;
let environment: NodeJS.ProcessEnv;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  emulator = await startTestEmulator();
  await emulator.load({ snapshots: [...makeSnapshots('REDSHIFT', 3), ...makeSnapshots('DOCUMENTDB', 2)] });
  environment = { ...emulatedAws(emulator.url), SNAPGATE_CONFIG: file('patient.yaml', patient) };
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await emulator.close();
});

const file = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
/** A busy machine is slow. */
const patient = 'aws: { timeouts: { requestSeconds: 120, callSeconds: 60, connectionSeconds: 30 } }\n';
const denied = { service: 'redshift', kind: 'error', code: 'AccessDenied', status: 403 };
const all = '{ snapshots { nodes { identifier status } } }';

describe('snapgate query', () => {
  it('answers a question by its name on the sample data, as JSON', async () => {
    const { code, out, err } = await run(['query', 'newest-snapshots', '--emulator', '--first', '3']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({ data: { snapshots: { isComplete: true, nodes: { length: 3 } } } });
  });

  it('reads a file, chooses an operation, and exits with 4 and the reason if a source fails', async () => {
    const path = file('two.graphql', `query Clusters { clusters { nodes { arn } } } query Snapshots ${all}`);
    await emulator.control('POST', 'faults', [denied]);
    const partial = await run(['query', path, '--operation', 'Snapshots', '--output', 'csv'], environment);
    await emulator.control('DELETE', 'faults');
    expect(partial).toMatchObject({
      code: 4,
      out: 'identifier,status\r\norders-0000,AVAILABLE\r\norders-0001,AVAILABLE\r\n',
    });
    const lines = partial.err.split('\n').filter((line) => line.startsWith('snapgate:'));
    expect(lines).toEqual([
      'snapgate: The result is incomplete. These sources did not answer in full:',
      expect.stringMatching(/^snapgate: {3}123456789012 us-east-1 REDSHIFT: DENIED: AWS denied redshift:Describe/),
    ]);
  });

  it('changes only with --allow-changes and a grant, and records the change as the user', async () => {
    const deletion = 'mutation ($id: ID!) { deleteSnapshot(input: { snapshotId: $id }) { __typename } }';
    const args = ['query', deletion, '--id', snapshotArn('REDSHIFT', 'sales-0002')];
    const refused = await run([...args, '--allow-changes'], environment);
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('ForbiddenError') });
    expect(refused.err).toMatch(/^\{"audit":"asked".*"principal":"cli:/);
    expect(refused.err).toContain('snapgate: You lack the permission SNAPSHOT_DELETE');
    const audit = join(folder, 'audit.jsonl');
    const grants = 'cli: { grants: [{ permissions: [SNAPSHOT_READ, SNAPSHOT_DELETE], accounts: ["123456789012"] }] }';
    const config = file('grants.yaml', `${grants}\naudit: ${audit}\n${patient}`);
    const done = await run([...args, '--allow-changes', '--config', config], environment);
    expect(done).toMatchObject({ code: 0, out: expect.stringContaining('DeleteSnapshotPayload'), err: '' });
    const records = readFileSync(audit, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records).toMatchObject([
      { audit: 'asked', principal: expect.stringMatching(/^cli:.+/), operation: 'deleteSnapshot' },
      { audit: 'done', outcome: 'done', calls: [{ action: 'DeleteClusterSnapshot' }] },
    ]);
    const left = await run(['snapshots', '--count'], environment);
    expect(left).toEqual({ code: 0, out: '4\n', err: '' });
  });

  it('reads the standard input, and exits with 130 on Ctrl+C', async () => {
    await emulator.control('POST', 'faults', [{ service: 'rds', kind: 'hang' }]);
    const child = spawn(process.execPath, [join(root, 'src/main.ts'), 'query', '-'], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: 'pipe',
    });
    child.stdin.end(all);
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    await expect
      .poll(async () => JSON.stringify((await emulator.control('GET', 'calls')).content))
      .toContain('"disturbance":"hang"');
    child.kill('SIGINT');
    await once(child, 'close');
    await emulator.control('DELETE', 'faults');
    expect({ code: child.exitCode, output: await output }).toEqual({ code: 130, output: ['', ''] });
  });

  const progress = 'subscription ($id: ID!) { snapshotProgress(id: $id) { identifier status } }';

  it('follows a subscription until it ends, or until Ctrl+C', async () => {
    const world = (status: string) => ({
      snapshots: [...makeSnapshots('REDSHIFT', 2), makeSnapshot('DOCUMENTDB', 'new', { status, createdAt: at(0) })],
    });
    await emulator.load(world('creating'));
    const follow = () => {
      const child = open(['query', progress, '--id', snapshotArn('DOCUMENTDB', 'new')], environment);
      let out = '';
      child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
      return { child, out: () => out, closed: once(child, 'close') };
    };
    const [interrupted, ended] = [follow(), follow()];
    const line = (status: string) => `{"data":{"snapshotProgress":{"identifier":"new","status":"${status}"}}}\n`;
    await expect.poll(interrupted.out).toBe(line('CREATING'));
    interrupted.child.kill('SIGINT');
    await interrupted.closed;
    expect(interrupted.child.exitCode).toBe(130);
    await expect.poll(ended.out).toBe(line('CREATING'));
    await emulator.load(world('available'));
    await ended.closed;
    expect({ code: ended.child.exitCode, out: ended.out() }).toEqual({
      code: 0,
      out: line('CREATING') + line('AVAILABLE'),
    });
  });

  it('reports a subscription that fails', async () => {
    const { code, out, err } = await run(['query', progress, '--id', 'x'], environment);
    expect({ code, lines: out.split('\n').length }).toEqual({ code: 1, lines: 2 });
    expect(JSON.parse(out)).toMatchObject({ errors: [{ extensions: { code: 'INVALID_INPUT' } }] });
    expect(err).toContain('snapgate: snapshotProgress: ');
  });

  it('exits with 3 for an invalid configuration, and with 2 for an unknown question', async () => {
    const invalid = await run(['query', all, '--config', file('invalid.yaml', 'colour: red')], environment);
    expect(invalid).toMatchObject({ code: 3, out: '', err: expect.stringContaining('unknown settings: colour') });
    const unknown = await run(['query', 'public-snapshot'], environment);
    expect(unknown).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Did you mean public-snapshots') });
  });

  it.each<[string, readonly string[], QueryFlags, string]>([
    ['no query', [], {}, 'The query is missing'],
    ['flags before the query', ['--first', '5', 'newest-snapshots'], {}, 'The query is missing'],
    ['a missing file', ['/nowhere.graphql'], {}, '/nowhere.graphql cannot be read: ENOENT'],
    ['a syntax error', ['{ snapshots {'], {}, 'Syntax Error: Expected Name'],
    ['an unknown field', ['{ snapshots { nod } }'], {}, 'Did you mean "nodes"?'],
    ['an unknown flag', ['newest-snapshots', '--fist', '3'], {}, 'Did you mean --first?'],
    [
      'a mutation',
      ['mutation { deleteSnapshot(input: { snapshotId: "x" }) { __typename } }'],
      {},
      'Add --allow-changes',
    ],
    [
      'a table of a subscription',
      ['subscription { snapshotProgress(id: "x") { id } }'],
      { output: 'table' },
      'lines of JSON: --output table is not possible',
    ],
    ['several operations', ['query A { __typename } query B { __typename }'], {}, 'choose one with --operation: A, B'],
    ['an unknown operation', ['query A { __typename }'], { operation: 'B' }, 'no operation B, only A'],
    ['a limit without a list', ['{ viewer { subject } }'], { limit: 5 }, '--limit needs a list with pages'],
    [
      'CSV of two lists',
      ['{ sources { id } clusters { nodes { id } } }'],
      { output: 'csv' },
      'several lists: sources, clusters',
    ],
  ])('refuses %s', async (_case, args, flags, message) => {
    const error: unknown = await query(args, flags).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(message);
  });
});

describe('snapgate snapshots and clusters', () => {
  it('print tables and queries', async () => {
    const listed = await run([
      'snapshots',
      '--orphaned',
      '--older-than',
      '1y',
      '--service',
      'redshift',
      '--emulator',
      '--output',
      'table',
      '--limit',
      '1',
    ]);
    expect(listed).toMatchObject({ code: 0, err: expect.stringContaining('Only the first 1 records are shown') });
    expect(listed.out).toMatch(
      /^identifier +cluster +account +region +service +type +status +created +megabytes\n\S+ +\S+ +\d{12} .*REDSHIFT .*\n$/,
    );
    const summary = await run([
      'snapshots',
      '--summary',
      'account,kms-key',
      '--emulator',
      '--output',
      'csv',
      '--limit',
      '2',
    ]);
    expect(summary).toMatchObject({ code: 0, err: '' });
    expect(summary.out.split('\r\n')).toHaveLength(4);
    expect(summary.out).toMatch(/^account,kmsKey,count,totalMegabytes,oldestAt,newestAt\r\n\d{12},/);
    const printed = await run([
      'clusters',
      '--gaps',
      '1w',
      '--time-zone',
      'Europe/Berlin',
      '--columns',
      'arn,region,account',
      '--print-query',
    ]);
    expect(printed).toEqual({
      code: 0,
      err: '',
      out: expect.stringContaining('filter: { gapWithinDays: 7, timeZone: "Europe/Berlin" }'),
    });
  });

  it('print tags in one column', async () => {
    const columns = ['--columns', 'identifier,tags', '--search', 'catalog-sample-2', '--emulator'];
    const { out } = await run(['snapshots', ...columns, '--output', 'csv']);
    expect(out).toBe('identifier,tags\r\ncatalog-sample-2,"team=shop, environment=production"\r\n');
  });

  it.each([
    [() => snapshots({ olderThan: '90' }), '--older-than is "90". It must be an age, such as 12h, 90d, 6w or 1y.'],
    [() => snapshots({ expiringWithin: '36h' }), 'It must be whole days'],
    [() => snapshots({ type: ['manuel'] }), '--type is "manuel". It must be one of AUTOMATED, MANUAL'],
    [() => snapshots({ account: ['12'] }), 'An AccountId must be a string of 12 digits'],
    [() => snapshots({ tag: ['=x'] }), '--tag is "=x"'],
    [() => snapshots({ columns: ['arn,name'] }), 'no column name. Allowed columns: identifier, arn'],
    [() => snapshots({ orderBy: 'created-at:down' }), '--order-by is "down". It must be one of ASC, DESC.'],
    [() => snapshots({ summary: ['colour'] }), '--summary is "colour". It must be one of ACCOUNT'],
    [() => clusters({ withoutSnapshotFor: 'x' }), '--without-snapshot-for is "x"'],
    [() => clusters({ timeZone: 'UTC' }), '--time-zone requires --gaps'],
  ])('refuse %s', async (command, message) => {
    const error: unknown = await command().catch((each: unknown) => each);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(message);
  });
});

it('the progress is drawn only on a terminal, and cleared', async () => {
  for (const isTTY of [true, false]) {
    const written: string[] = [];
    const progress = startProgress({ isTTY, write: (each) => written.push(each) });
    const call = {
      service: 'redshift',
      action: 'DescribeClusters',
      account: '1',
      region: 'x',
      attempts: 0,
      throttled: 0,
    };
    const made = Promise.withResolvers<void>();
    const observed = progress.observer.call(call, () => made.promise);
    if (isTTY) await expect.poll(() => written.at(-1)).toContain('0 AWS calls, 1 running');
    made.resolve();
    await observed;
    if (isTTY) await expect.poll(() => written.at(-1)).toContain('1 AWS calls, 0 running');
    progress.end();
    expect(written.at(-1)).toBe(isTTY ? '\r\u001b[K' : undefined);
  }
});
