import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { questions } from '../../src/cookbook/cookbook.ts';
import { type Agent, openAgent, patience, writeConfiguration } from './support.ts';

let agent: Agent;
let configuration: ReturnType<typeof writeConfiguration>;
beforeAll(async () => {
  configuration = writeConfiguration(() => patience);
  agent = await openAgent(['--emulator', '--config', configuration.path]);
});
afterAll(async () => {
  await agent.closeQuietly();
  configuration.remove();
});

const toolNames = questions.map(({ name }) => name.replaceAll('-', '_'));

describe('the tools', () => {
  it('are the questions, which change nothing', () => {
    expect(agent.tools.map(({ name, title }) => ({ name, title }))).toEqual(
      questions.map(({ title }, index) => ({ name: toolNames[index], title })),
    );
    const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
    for (const tool of agent.tools) expect(tool).toMatchObject({ annotations });
  });

  it('describe their inputs, with defaults and the descriptions of the schema', () => {
    expect(agent.tool('snapshots_kept_forever').inputSchema).toEqual({
      type: 'object',
      additionalProperties: false,
      properties: {
        days: {
          type: 'integer',
          default: 365,
          description: expect.stringContaining('day'),
        },
        limit: { type: 'integer', minimum: 1, maximum: 100, default: 50, description: expect.any(String) },
        cursor: { type: 'string', description: expect.any(String) },
      },
    });
    expect(agent.tool('tagged_snapshots').inputSchema.properties).toMatchObject({
      tags: {
        type: 'array',
        items: { type: 'object', required: ['key'], additionalProperties: false },
        default: [{ key: 'team' }, { key: 'environment' }],
      },
    });
    expect(agent.tool('snapshot_by_arn').inputSchema).toMatchObject({ properties: { arn: { type: 'string' } } });
  });

  it('describe what they return', () => {
    expect(agent.tool('public_snapshots').description).toMatchInlineSnapshot(
      `"Which snapshots can any AWS account restore? Reads AWS and changes nothing. \`data\` has the fields {snapshots(filter:{exposure:PUBLIC}){nodes{arn sharing{public accounts}}isComplete}}. If \`isComplete\` is false, parts are missing, and \`failedSources\` and \`errors\` say why: what is absent can still exist. If \`page.hasNextPage\` is true, pass \`page.nextCursor\` as \`cursor\` to read on."`,
    );
    expect(agent.tool('public_snapshots').outputSchema).toMatchObject({
      properties: {
        data: {
          properties: { snapshots: { properties: { nodes: { items: { required: ['arn', 'sharing'] } } } } },
        },
      },
      required: ['data', 'isComplete', 'page', 'failedSources', 'failedSourceCount', 'errors', 'awsCalls'],
    });
  });

  it('take less of the context of an agent than 60 KB, and 140 KB with the schemas of their answers', () => {
    const size = (value: unknown) => JSON.stringify(value).length;
    expect(size(agent.tools.map(({ outputSchema: _outputSchema, ...tool }) => tool))).toBeLessThan(60_000);
    expect(size(agent.tools)).toBeLessThan(140_000);
  });
});

describe('an answer', () => {
  it.each(toolNames)('%s has data', async (name) => {
    const { data, errors, failedSources, isComplete, page } = await agent.call(name);
    expect({ errors, isComplete }).toEqual({ errors: [], isComplete: failedSources?.length === 0 });
    // A limit of AWS, which the page about the questions explains.
    expect(failedSources?.filter(({ error }) => error?.code !== 'NOT_SUPPORTED')).toEqual([]);
    const [list] = Object.values(data) as any[];
    expect(list).not.toBeNull();
    const rows = list.nodes ?? list.groups ?? list.snapshots?.nodes ?? (Array.isArray(list) ? list : undefined);
    expect(page?.rows).toBe(rows?.length);
    if (rows) expect(rows).not.toEqual([]);
  });

  it('is what the API returns for the same question', async () => {
    const { data, page } = await agent.call('public_snapshots');
    const arns = data.snapshots.nodes.map(({ arn }: { arn: string }) => arn);
    expect(arns).toEqual([
      'arn:aws:rds:ap-southeast-2:012345678901:cluster-snapshot:telemetry-open-data',
      'arn:aws:rds:us-east-1:123456789012:cluster-snapshot:catalog-sample',
      'arn:aws:rds:us-east-1:123456789012:cluster-snapshot:catalog-sample-2',
    ]);
    expect(page).toEqual({ rows: 3, hasNextPage: false, nextCursor: null });
    expect(Object.keys(data.snapshots)).toEqual(['nodes', 'isComplete']);
  });

  it('is null for what does not exist', async () => {
    const arn = 'arn:aws:rds:us-east-1:123456789012:cluster-snapshot:no-such-snapshot';
    const answer = await agent.call('snapshot_by_arn', { arn });
    expect(answer).toMatchObject({ data: { snapshot: null }, isComplete: true, errors: [] });
    const cluster = await agent.call('snapshots_of_cluster', {
      arn: 'arn:aws:redshift:us-east-1:123456789012:cluster:no-such-cluster',
    });
    expect(cluster).toMatchObject({ data: { cluster: null }, isComplete: true, page: null, errors: [] });
  });

  it('says which sources could not answer', async () => {
    const { isComplete, failedSources } = await agent.call('snapshots_shared_with_us');
    expect(isComplete).toBe(false);
    expect(failedSources).toContainEqual({
      account: '123456789012',
      region: 'us-east-1',
      service: 'REDSHIFT',
      status: 'PARTIAL',
      error: { code: 'NOT_SUPPORTED', message: expect.any(String) },
    });
  });
});

/** Reads all pages of a question, and returns its rows and the number of pages. */
async function readAll(name: string, inputs: object, rowsOf: (data: any) => unknown[]) {
  const rows: unknown[] = [];
  let cursor: string | null | undefined;
  let pages = 0;
  do {
    const { data, page } = await agent.call(name, { ...inputs, ...(cursor && { cursor }) });
    rows.push(...rowsOf(data));
    pages += 1;
    cursor = page?.nextCursor;
  } while (cursor);
  return { rows, pages };
}

describe('a long answer', () => {
  it.each([
    ['untagged_snapshots', {}, (data: any) => data.snapshots.nodes],
    ['copies_elsewhere', {}, (data: any) => data.recoveryReport.nodes],
    ['manual_snapshot_quotas', {}, (data: any) => data.sources],
    ['snapshots_of_cluster', {}, (data: any) => data.cluster.snapshots.nodes],
  ] as const)('of %s comes in pages', async (name, inputs, rowsOf) => {
    const whole = await readAll(name, { ...inputs, limit: 100 }, rowsOf);
    const pages = await readAll(name, { ...inputs, limit: 7 }, rowsOf);
    expect(pages.rows).toEqual(whole.rows);
    expect(whole.pages).toBe(1);
    expect(pages.pages).toBe(Math.ceil(whole.rows.length / 7));
  });

  it('that is read from the end comes in pages, too', async () => {
    const five = await agent.call('oldest_snapshots');
    const ten = await agent.call('oldest_snapshots', { limit: 10 });
    const next = await agent.call('oldest_snapshots', { cursor: five.page?.nextCursor });
    expect([five, ten].map(({ page }) => page?.rows)).toEqual([5, 10]);
    expect([...next.data.snapshots.nodes, ...five.data.snapshots.nodes]).toEqual(ten.data.snapshots.nodes);
  });

  it('of groups has no pages, but says that there are more', async () => {
    const some = await agent.call('storage_by_cluster', { limit: 2 });
    expect(some.page).toEqual({ rows: 2, hasNextPage: true, nextCursor: null });
    const all = await agent.call('storage_by_cluster', { limit: 1000 });
    expect(all.page).toMatchObject({ hasNextPage: false });
    expect(all.data.snapshotSummary.groups.slice(0, 2)).toEqual(some.data.snapshotSummary.groups);
  });

  it('has at most 50 rows unless more are requested', async () => {
    const { page } = await agent.call('unencrypted_snapshots');
    expect(page).toMatchObject({ rows: 50, hasNextPage: true });
    const more = await agent.call('unencrypted_snapshots', { limit: 60 });
    expect(more.page?.rows).toBeGreaterThan(50);
  });
});

describe('a call is refused without AWS calls', () => {
  it.each([
    ['public_snapshots', { limit: 0 }, 'limit: Too small: expected number to be >=1'],
    ['public_snapshots', { limit: 101 }, 'limit: Too big: expected number to be <=100'],
    ['public_snapshots', { limit: '5' }, 'limit: Invalid input: expected number, received string'],
    ['public_snapshots', { first: 5 }, 'unknown inputs: first. Allowed inputs: limit, cursor'],
    ['snapshots_kept_forever', { days: 1.5 }, 'days: Invalid input: expected int, received number'],
    ['snapshots_shared_with', { accounts: ['1'] }, 'accounts.0: An AccountId must be a string of 12 digits'],
    ['tagged_snapshots', { tags: [{ values: ['a'] }] }, 'tags.0.key: Invalid input: expected string'],
    [
      'tagged_snapshots',
      { tags: [{ key: 'a', value: 'b' }] },
      'tags.0: unknown inputs: value. Allowed inputs: key, values',
    ],
    ['manual_snapshot_quotas', { cursor: 'x' }, 'cursor: must be the `page.nextCursor` of an answer'],
    ['snapshot_by_arn', { arn: null }, 'arn: Invalid input: expected string, received null'],
  ])('%s with %j', async (name, inputs, message) => {
    expect(await agent.call(name, inputs)).toMatchObject({
      data: null,
      errors: [{ code: 'INVALID_INPUT', message: expect.stringContaining(message) }],
      awsCalls: 0,
    });
  });

  it('with the errors of the API', async () => {
    const answer = await agent.call('public_snapshots', { cursor: 'x' });
    expect(answer).toMatchObject({ data: null, isComplete: false, page: null, awsCalls: 0 });
    expect(answer.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['snapshots'] }]);
  });

  it('if there is no such tool, with a message that does not repeat its name', async () => {
    const call = agent.client.callTool({ name: 'delete_snapshot', arguments: {} });
    await expect(call).rejects.toThrow('There is no such tool. tools/list returns the tools.');
  });
});
