import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCluster, makeSnapshots, snapshotArn } from '../support/worlds.ts';
import { openShell } from './support.ts';

let shell: Awaited<ReturnType<typeof openShell>>;
const world = {
  clusters: [makeCluster('REDSHIFT'), makeCluster('DOCUMENTDB')],
  snapshots: [...makeSnapshots('REDSHIFT', 130), ...makeSnapshots('DOCUMENTDB', 120)],
};
beforeAll(async () => {
  shell = await openShell();
  await shell.emulator.load(world);
});
afterAll(() => shell.close());

const countOf = (data: any) => data.snapshots.nodes.length;
const identifiersOf = (data: any) =>
  new Set(data.snapshots.nodes.map(({ identifier, source }: any) => `${source.service} ${identifier}`)).size;

describe('the pages of a list', () => {
  it.each([
    ['without first', '{ snapshots { nodes { identifier source { service } } } }', {}, 250, 3],
    ['with the largest first', '{ snapshots(first: 100) { nodes { identifier source { service } } } }', {}, 250, 3],
    ['with a smaller first', '{ snapshots(first: 7) { nodes { identifier source { service } } } }', {}, 7, 1],
    [
      'with a variable',
      'query ($n: Int = 3) { snapshots(first: $n) { nodes { identifier source { service } } } }',
      {},
      3,
      1,
    ],
    [
      'with a large variable',
      'query ($n: Int) { snapshots(first: $n) { nodes { identifier source { service } } } }',
      { n: 120 },
      120,
      2,
    ],
    [
      'with a variable that is null',
      'query ($n: Int) { snapshots(first: $n) { nodes { identifier source { service } } } }',
      {},
      250,
      3,
    ],
    [
      'in an order',
      '{ snapshots(orderBy: { field: CREATED_AT, direction: DESC }) { nodes { identifier source { service } } } }',
      {},
      250,
      3,
    ],
    [
      'from the end',
      '{ snapshots(last: 4, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { identifier source { service } } } }',
      {},
      4,
      1,
    ],
  ])('%s are read as far as the document wants', async (_case, text, variables, rows, requests) => {
    const answer = await shell.ask(text, variables);
    expect({ rows: countOf(answer.data), different: identifiersOf(answer.data), requests: answer.requests }).toEqual({
      rows,
      different: rows,
      requests,
    });
    expect(answer).toMatchObject({ result: 'complete', errors: [], notes: [], cutAfter: undefined });
    expect(Object.keys(answer.data as object)).toEqual(['snapshots']);
    expect(Object.keys((answer.data as any).snapshots)).toEqual(['nodes']);
    expect(Object.keys((answer.data as any).snapshots.nodes[0])).toEqual(['identifier', 'source']);
  });

  it.each([
    [1, 1, 1],
    [100, 100, 1],
    [101, 101, 2],
    [250, 250, undefined],
    [1000, 250, undefined],
  ])('end at the limit %i, which is reported if there are more', async (limit, rows, requests) => {
    const answer = await shell.ask('{ snapshots { nodes { identifier } } }', {}, limit);
    expect(countOf(answer.data)).toBe(rows);
    const isCut = limit < 250;
    expect(answer.cutAfter).toBe(isCut ? limit : undefined);
    expect(answer.notes.length).toBe(isCut ? 1 : 0);
    if (requests !== undefined) expect(answer.requests).toBe(requests);
  });

  it('cost no more AWS calls than the pages of AWS', async () => {
    await shell.emulator.control('DELETE', 'calls');
    await shell.ask('{ snapshots(filter: { services: [REDSHIFT] }) { nodes { identifier } } }');
    const { content } = await shell.emulator.control('DELETE', 'calls');
    expect((content['calls'] as any[]).map(({ action }) => action)).toEqual([
      'DescribeClusterSnapshots',
      'DescribeClusterSnapshots',
    ]);
  });

  it('are merged under aliases, in fragments, next to other fields, and in a cluster', async () => {
    const { arn } = { arn: 'arn:aws:redshift:us-east-1:123456789012:cluster:sales' };
    const answer = await shell.ask(
      `query All($arn: String!, $services: [Service!]) {
        viewer { subject }
        mine: snapshots(filter: { services: $services }) { ...Page }
        ... on Query { clusters { edges { node { identifier } } pageInfo { hasNextPage startCursor } } }
        ...Single
      }
      fragment Page on SnapshotConnection { rows: nodes { ...Name } isComplete totalCount { value } }
      fragment Name on Snapshot { name: identifier }
      fragment Single on Query { cluster(arn: $arn) { snapshots { nodes { ...Name } pageInfo { hasNextPage hasPreviousPage } } } }`,
      { arn, services: ['REDSHIFT'] },
    );
    expect(answer).toMatchObject({ errors: [], result: 'complete', requests: 3 });
    const { viewer, mine, clusters, cluster } = answer.data as any;
    expect(viewer).toEqual({ subject: 'cli:test' });
    expect({ ...mine, rows: mine.rows.length }).toEqual({ rows: 130, isComplete: true, totalCount: { value: 130 } });
    expect(mine.rows[0]).toEqual({ name: expect.any(String) });
    expect(clusters.edges).toHaveLength(2);
    expect(cluster.snapshots.nodes).toHaveLength(130);
    expect(cluster.snapshots.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: false });
    expect(answer.tables).toEqual([
      { name: 'mine', columns: ['name'], rows: 130 },
      { name: 'clusters', columns: ['node.identifier'], rows: 2 },
      { name: 'cluster.snapshots', columns: ['name'], rows: 130 },
    ]);
  });

  it('of a change are not read, which would make the change again', async () => {
    await shell.emulator.control('DELETE', 'calls');
    const answer = await shell.ask(
      `mutation ($id: ID!) {
        tagSnapshot(input: { snapshotId: $id, tags: [{ key: "a", value: "b" }] }) {
          ... on TagSnapshotPayload { snapshot { cluster { snapshots { nodes { identifier } pageInfo { hasNextPage } } } } }
        }
      }`,
      { id: snapshotArn('REDSHIFT', 'sales-0000') },
    );
    const { content } = await shell.emulator.control('DELETE', 'calls');
    expect((content['calls'] as any[]).filter(({ action }) => action === 'CreateTags')).toHaveLength(1);
    expect(answer).toMatchObject({ errors: [], requests: 1 });
    const { nodes, pageInfo } = (answer.data as any).tagSnapshot.snapshot.cluster.snapshots;
    expect({ rows: nodes.length, pageInfo }).toEqual({ rows: 20, pageInfo: { hasNextPage: true } });
  });

  it('have the numbers that selections for different types ask for', async () => {
    const counted = (number: number) => `{ snapshots(first: ${number}) { nodes { identifier } } }`;
    const answer = await shell.ask(
      `query ($arn: String!) { cluster(arn: $arn) { ... on DocumentDBCluster ${counted(1)} ... on RedshiftCluster ${counted(5)} } }`,
      { arn: 'arn:aws:redshift:us-east-1:123456789012:cluster:sales' },
    );
    expect((answer.data as any).cluster.snapshots.nodes).toHaveLength(5);
  });

  it('of a cluster that is deleted meanwhile are a partial result', async () => {
    const text = 'query ($arn: String!) { cluster(arn: $arn) { snapshots { nodes { identifier } } } }';
    const arn = 'arn:aws:redshift:us-east-1:123456789012:cluster:sales';
    const answer = await shell.ask(text, { arn }, undefined, () => shell.emulator.load({ ...world, clusters: [] }));
    await shell.emulator.load(world);
    expect((answer.data as any).cluster.snapshots.nodes).toHaveLength(100);
    expect(answer).toMatchObject({
      result: 'partial',
      requests: 2,
      errors: [{ message: expect.stringContaining('only its first 100 records'), path: ['cluster', 'snapshots'] }],
    });
  });

  it('that fail leave the pages before them, as a partial result', async () => {
    await shell.emulator.control('POST', 'faults', [
      {
        service: 'redshift',
        action: 'DescribeClusterSnapshots',
        nth: 2,
        kind: 'error',
        code: 'AccessDenied',
        status: 403,
      },
    ]);
    const answer = await shell.ask('{ snapshots(filter: { services: [REDSHIFT] }) { nodes { identifier } } }');
    await shell.emulator.control('DELETE', 'faults');
    expect(countOf(answer.data)).toBe(100);
    expect(answer.result).toBe('partial');
    expect(answer.notes).toEqual([
      'The result is incomplete. These sources did not answer in full:',
      expect.stringMatching(
        /^ {2}123456789012 us-east-1 REDSHIFT: (PARTIAL|DENIED): AWS denied redshift:DescribeClusterSnapshots/,
      ),
    ]);
  });
});

describe('a result', () => {
  const denied = [{ service: 'redshift', kind: 'error', code: 'AccessDenied', status: 403 }];

  it.each([
    ['a list', '{ snapshots { nodes { identifier } } }'],
    ['a summary', '{ snapshotSummary { groups { count } } }'],
    ['a count', '{ snapshots(first: 1, filter: { services: [DOCUMENTDB, REDSHIFT] }) { totalCount { value } } }'],
  ])('is partial if a source of %s fails, without showing more', async (_case, text) => {
    await shell.emulator.control('POST', 'faults', denied);
    const answer = await shell.ask(text);
    await shell.emulator.control('DELETE', 'faults');
    expect(answer).toMatchObject({ result: 'partial', errors: [] });
    expect(answer.notes.join()).toContain('123456789012 us-east-1 REDSHIFT: DENIED');
    expect(JSON.stringify(answer.data)).not.toContain('snapgate_');
  });

  it('is partial if there are errors beside data, and failed without data', async () => {
    await shell.emulator.control('POST', 'faults', denied);
    const arn = snapshotArn('REDSHIFT', 'sales-0001');
    const both = await shell.ask(`{ snapshot(arn: "${arn}") { identifier } viewer { subject } }`);
    const none = await shell.ask(`{ snapshot(arn: "${arn}") { identifier } }`);
    await shell.emulator.control('DELETE', 'faults');
    expect([both.result, none.result]).toEqual(['partial', 'failed']);
    expect(both.data).toEqual({ snapshot: null, viewer: { subject: 'cli:test' } });
    expect(none.errors).toEqual([
      {
        message: expect.stringContaining('AWS denied'),
        path: ['snapshot'],
        extensions: expect.objectContaining({ code: 'FORBIDDEN' }),
      },
    ]);
  });

  it('of a change has failed with a typed error, and is partial if items fail', async () => {
    const missing = snapshotArn('REDSHIFT', 'missing');
    const present = snapshotArn('REDSHIFT', 'sales-0001');
    const one = await shell.ask(`mutation { deleteSnapshot(input: { snapshotId: "${missing}" }) { __typename } }`);
    expect(one).toMatchObject({ result: 'failed', data: { deleteSnapshot: { __typename: 'NotFoundError' } } });
    expect(one.notes).toEqual([expect.stringContaining('(NOT_FOUND)')]);
    const batch = (ids: readonly string[]) =>
      shell.ask(
        `mutation ($ids: [ID!]!) { deleteSnapshots(input: { snapshotIds: $ids, dryRun: true }) { ... on DeleteSnapshotsPayload { results { id } } } }`,
        { ids },
      );
    expect((await batch([missing, present])).result).toBe('partial');
    expect((await batch([missing])).result).toBe('failed');
    expect((await batch([present])).result).toBe('complete');
  });
});
