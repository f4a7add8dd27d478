import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { account } from '../support/gateway.ts';
import { makeSnapshots, snapshotId } from '../support/worlds.ts';
import { type Agent, type Answer, openAgent, patience, writeConfiguration } from './support.ts';

let emulator: TestEmulator;
let agent: Agent;
let configuration: ReturnType<typeof writeConfiguration>;
beforeAll(async () => {
  emulator = await startTestEmulator();
  await emulator.load({ snapshots: makeSnapshots('REDSHIFT', 3) });
  configuration = writeConfiguration(
    () => `
accounts: [{ id: '${account}', regions: [us-east-1], services: [redshift] }]
mcp: { subject: eager, grants: [{ permissions: [SNAPSHOT_READ, SNAPSHOT_DELETE] }] }
limits: { costPerMinute: 20 }
fullReads: { ageSeconds: 0 }
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

const callsOf = async () => (await emulator.control('DELETE', 'calls')).content['calls'] as readonly unknown[];

it('an agent in a loop is refused without AWS calls when its allowance is used up', async () => {
  const ask = () => agent.call('newest_snapshots');
  const first = await ask();
  expect(first).toMatchObject({ errors: [], isComplete: true });
  expect(first.awsCalls).toBeGreaterThan(0);
  let answer: Answer = first;
  for (let asked = 1; asked < 200 && answer.errors.length === 0; asked += 1) {
    await callsOf();
    answer = await ask();
  }
  expect(answer).toMatchObject({ data: null, isComplete: false, awsCalls: 0 });
  expect(answer.errors).toEqual([
    {
      code: 'ALLOWANCE_EXCEEDED',
      message: expect.stringMatching(/the allowance of 20 AWS calls per minute.* Retry in \d+ s\.$/),
      retryAfterSeconds: expect.any(Number),
    },
  ]);
  expect(await callsOf()).toEqual([]);
  const change = await agent.call('delete_snapshot', {
    snapshotId: snapshotId('REDSHIFT', 'sales-0000'),
    dryRun: true,
  });
  expect(change).toMatchObject({ data: null, confirmationToken: null, errors: [{ code: 'ALLOWANCE_EXCEEDED' }] });
  expect(await callsOf()).toEqual([]);
});
