import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedCall } from '../../src/emulator/control/calls.ts';
import { excludedMutations, offeredMutations } from '../../src/mcp/mutations.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { account } from '../support/gateway.ts';
import { clusterId, makeCluster, makeSnapshot, snapshotId } from '../support/worlds.ts';
import { type Agent, type Answer, openAgent, patience, writeConfiguration } from './support.ts';

const partner = '210987654321';

let emulator: TestEmulator;
let agent: Agent;
let configuration: ReturnType<typeof writeConfiguration>;
beforeAll(async () => {
  emulator = await startTestEmulator();
  configuration = writeConfiguration(
    (folder) => `
accounts: [{ id: '${account}', regions: [us-east-1], services: [redshift, documentdb] }]
mcp:
  subject: night-watch
  grants:
    - { permissions: [SNAPSHOT_READ, SNAPSHOT_CREATE, SNAPSHOT_TAG, SNAPSHOT_SHARE, SNAPSHOT_DELETE] }
    - { permissions: [SNAPSHOT_RETAIN, CLUSTER_RESTORE], accounts: ['${partner}'] }
sharing: { accounts: ['${partner}'], public: true }
deletion: [{ holdTags: [legal-hold] }]
audit: ${join(folder, 'audit.jsonl')}
${patience}
`,
  );
  agent = await openAgent(['--config', configuration.path, '--allow-changes'], emulator.url);
});
afterAll(async () => {
  await agent.closeQuietly();
  await emulator.close();
  configuration.remove();
});

beforeEach(async () => {
  await emulator.load({
    clusters: [makeCluster('REDSHIFT')],
    snapshots: [
      makeSnapshot('REDSHIFT', 'one'),
      makeSnapshot('REDSHIFT', 'two'),
      makeSnapshot('REDSHIFT', 'held', { tags: { 'legal-hold': 'case 7' } }),
      makeSnapshot('DOCUMENTDB', 'plain'),
    ],
  });
  await calls();
});

/** Returns and clears the AWS calls, without those for credentials. */
async function calls(): Promise<readonly RecordedCall[]> {
  const { content } = await emulator.control('DELETE', 'calls');
  return (content['calls'] as RecordedCall[]).filter(({ service }) => service !== 'sts');
}

const changing = (all: readonly RecordedCall[]) =>
  all.map(({ action }) => action ?? '').filter((action) => !/^(?:Describe|List)/.test(action));

/** The identifiers of the snapshots that AWS has. */
async function identifiers(): Promise<readonly unknown[]> {
  const { content } = await emulator.control('GET', 'world');
  const snapshots = content['snapshots'] as Record<string, unknown>[];
  return snapshots.map((each) => each['SnapshotIdentifier'] ?? each['DBClusterSnapshotIdentifier']);
}

/** The records of the audit log that were added since the last call. */
let read = 0;
function audited(): readonly any[] {
  const lines = readFileSync(join(configuration.folder, 'audit.jsonl'), 'utf8').trim().split('\n');
  const added = lines.slice(read).map((line) => JSON.parse(line));
  read = lines.length;
  return added;
}

const codes = ({ errors }: Answer) => errors.map(({ code }) => code);

const toolNameOf = (mutation: string) => mutation.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const changingTools = ({ tools }: Agent) =>
  tools.filter(({ annotations }) => !annotations?.readOnlyHint).map(({ name }) => name);

describe('with --allow-changes, the tools', () => {
  it('are the questions, and the mutations for agents for which the agent has the permission in any source', () => {
    const permitted = Object.keys(offeredMutations).filter((name) => name !== 'copySnapshot');
    expect(changingTools(agent)).toEqual(permitted.map(toolNameOf));
    expect(new Set(agent.tools.map(({ name }) => name)).size).toBe(agent.tools.length);
  });

  it('are all mutations for agents on the emulator, where the agent has their permissions', async () => {
    const patient = writeConfiguration(() => patience);
    const other = await openAgent(['--emulator', '--allow-changes', '--config', patient.path]);
    expect(changingTools(other)).toEqual(Object.keys(offeredMutations).map(toolNameOf));
    const { data } = await other.call('untagged_snapshots', { limit: 1 });
    const plan = await other.call('delete_snapshot', { snapshotId: data.snapshots.nodes[0].arn, dryRun: true });
    expect(codes(plan)).toEqual([]);
    expect(plan.confirmationToken).not.toBeNull();
    await other.closeQuietly();
    patient.remove();
  });

  it.each([...Object.keys(excludedMutations), 'copySnapshot'])('have no %s', async (mutation) => {
    await expect(agent.client.callTool({ name: toolNameOf(mutation), arguments: {} })).rejects.toThrow(
      'There is no such tool.',
    );
    expect(await calls()).toEqual([]);
  });

  it('say which of them are destructive', () => {
    const hints = (name: string) => agent.tool(name).annotations;
    expect(hints('create_snapshot')).toEqual({
      readOnlyHint: false,
      destructiveHint: false,
      idempotentHint: false,
      openWorldHint: false,
    });
    expect(hints('delete_snapshot')).toMatchObject({ destructiveHint: true, idempotentHint: true });
    expect(hints('share_snapshot')).toMatchObject({ destructiveHint: true });
  });

  it('take the input of the mutation and a confirmation', () => {
    const { properties, required, additionalProperties } = agent.tool('restore_cluster_to_time').inputSchema as any;
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(['clusterId', 'dryRun', 'confirmationToken']));
    expect({ required, additionalProperties }).toEqual({
      required: ['clusterId', 'clusterIdentifier', 'point'],
      additionalProperties: false,
    });
    expect(properties.point).toMatchObject({ minProperties: 1, maxProperties: 1, additionalProperties: false });
    expect(properties.clusterId.description).toContain('ARN');
    expect((agent.tool('share_snapshot').inputSchema as any).properties).not.toHaveProperty('public');
  });
});

describe('a change', () => {
  const creation = {
    clusterId: clusterId('REDSHIFT'),
    identifier: 'before-release',
    tags: [{ key: 'team', value: 'a' }],
  };

  it('is made after a dry run with the same input, once, and recorded', async () => {
    const plan = await agent.call('create_snapshot', { ...creation, dryRun: true });
    expect(plan).toMatchObject({ errors: [], confirmationToken: expect.stringMatching(/^[\w-]{32}$/) });
    const [planned] = plan.data.createSnapshot.plannedCalls;
    expect(planned).toMatchObject({ action: 'CreateClusterSnapshot', source: { account } });
    expect(changing(await calls())).toEqual([]);
    expect(await identifiers()).not.toContain('before-release');

    const { confirmationToken } = plan;
    const reordered = Object.fromEntries(Object.entries(creation).toReversed());
    const made = await agent.call('create_snapshot', { ...reordered, dryRun: false, confirmationToken });
    expect(made).toMatchObject({
      data: { createSnapshot: { snapshot: { identifier: 'before-release', status: 'CREATING' } } },
      errors: [],
      confirmationToken: null,
    });
    expect(made.data.createSnapshot.plannedCalls).toEqual(plan.data.createSnapshot.plannedCalls);
    const sent = await calls();
    expect(changing(sent)).toEqual(['CreateClusterSnapshot']);
    expect(made.awsCalls).toBe(sent.length);
    expect(await identifiers()).toContain('before-release');

    const again = await agent.call('create_snapshot', { ...creation, confirmationToken });
    expect(codes(again)).toEqual(['CONFIRMATION_REQUIRED']);
    expect(await calls()).toEqual([]);
    const records = audited();
    expect(records.map(({ audit, input }) => [audit, input.dryRun ?? false])).toEqual([
      ['asked', true],
      ['done', true],
      ['asked', false],
      ['done', false],
    ]);
    for (const record of records)
      expect(record).toMatchObject({ principal: 'mcp:night-watch', operation: 'createSnapshot' });
  });

  it('is refused without a confirmation, with what to do, and without AWS calls', async () => {
    const answer = await agent.call('create_snapshot', creation);
    expect(answer).toMatchObject({
      data: null,
      confirmationToken: null,
      errors: [{ code: 'CONFIRMATION_REQUIRED', message: expect.stringContaining('`dryRun: true`') }],
      awsCalls: 0,
    });
    const guess = await agent.call('create_snapshot', { ...creation, confirmationToken: 'x'.repeat(32) });
    expect(codes(guess)).toEqual(['CONFIRMATION_REQUIRED']);
    expect(await calls()).toEqual([]);
  });

  it('is refused with the confirmation of another change', async () => {
    const { confirmationToken } = await agent.call('delete_snapshot', {
      snapshotId: snapshotId('REDSHIFT', 'one'),
      dryRun: true,
    });
    await calls();
    const others = [
      agent.call('delete_snapshot', { snapshotId: snapshotId('REDSHIFT', 'two'), confirmationToken }),
      agent.call('delete_snapshot', {
        snapshotId: snapshotId('REDSHIFT', 'one'),
        revokeAccess: true,
        confirmationToken,
      }),
      agent.call('delete_snapshots', { snapshotIds: [snapshotId('REDSHIFT', 'one')], confirmationToken }),
    ];
    expect((await Promise.all(others)).flatMap(codes)).toEqual(Array(3).fill('CONFIRMATION_MISMATCH'));
    expect(await calls()).toEqual([]);
    // Of calls at the same time, only one is made.
    const same = { snapshotId: snapshotId('REDSHIFT', 'one'), confirmationToken };
    const made = await Promise.all([agent.call('delete_snapshot', same), agent.call('delete_snapshot', same)]);
    expect(made.flatMap(codes)).toEqual(['CONFIRMATION_REQUIRED']);
    expect(changing(await calls())).toEqual(['DeleteClusterSnapshot']);
    expect(await identifiers()).not.toContain('one');
  });

  it('that would fail is not confirmed', async () => {
    const held = snapshotId('REDSHIFT', 'held');
    const answers = [
      await agent.call('delete_snapshot', { snapshotId: held, dryRun: true }),
      await agent.call('create_snapshot', { ...creation, identifier: 'one', dryRun: true }),
      await agent.call('restore_table', {
        snapshotId: held,
        clusterId: clusterId('REDSHIFT'),
        source: { database: 'a', table: 'b' },
        target: { table: 'c' },
        dryRun: true,
      }),
    ];
    expect(answers.map(({ data, confirmationToken }) => ({ data, confirmationToken }))).toEqual(
      answers.map(() => ({ data: null, confirmationToken: null })),
    );
    expect(answers.flatMap(codes)).toEqual(['INVALID_STATE', 'ALREADY_EXISTS', 'FORBIDDEN']);
    expect(changing(await calls())).toEqual([]);
  });

  it('of several snapshots is confirmed if one of them can be changed', async () => {
    const dryRun = (names: readonly string[]) =>
      agent.call('delete_snapshots', { snapshotIds: names.map((name) => snapshotId('REDSHIFT', name)), dryRun: true });
    const some = await dryRun(['one', 'held']);
    expect(some.data.deleteSnapshots.results.map(({ error }: any) => error?.code)).toEqual([
      undefined,
      'INVALID_STATE',
    ]);
    expect(some.confirmationToken).not.toBeNull();
    expect((await dryRun(['held'])).confirmationToken).toBeNull();
  });

  it('of the access to a snapshot cannot make it public, although the policy would allow it', async () => {
    const share = { snapshotId: snapshotId('DOCUMENTDB', 'plain'), dryRun: true };
    const refused = await agent.call('share_snapshot', { ...share, public: true });
    expect(refused).toMatchObject({ data: null, confirmationToken: null, awsCalls: 0 });
    expect(refused.errors).toMatchObject([{ code: 'INVALID_INPUT', message: expect.stringContaining('public') }]);
    expect(codes(await agent.call('share_snapshot', { ...share, accounts: ['all'] }))).toEqual(['INVALID_INPUT']);
    expect(await calls()).toEqual([]);
    const allowed = await agent.call('share_snapshot', { ...share, accounts: [partner] });
    expect(allowed.errors).toEqual([]);
    const stranger = await agent.call('share_snapshot', { ...share, accounts: ['555566667777'] });
    expect(stranger.errors).toMatchObject([{ code: 'SHARING_REFUSED', reason: expect.any(String) }]);
  });

  it('is limited by the grants, as the questions are', async () => {
    const answer = await agent.call('update_snapshot_retention', {
      snapshotIds: [snapshotId('REDSHIFT', 'one')],
      days: 30,
      dryRun: true,
    });
    expect(answer.data.updateSnapshotRetention.results).toMatchObject([{ error: { code: 'FORBIDDEN' } }]);
    expect(answer.confirmationToken).toBeNull();
    const { data } = await agent.call('untagged_snapshots');
    expect(data.snapshots.nodes).toHaveLength(3);
  });
});
