import { parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { changeDocument } from '../../src/mcp/change-documents.ts';
import { changeTools } from '../../src/mcp/changes.ts';
import { createConfirmations } from '../../src/mcp/confirmations.ts';
import { readInputs } from '../../src/mcp/tool.ts';
import { excludedMutations, offeredMutations } from '../../src/mcp/mutations.ts';
import { schema } from '../../src/schema.ts';

it('every mutation is offered to agents, or excluded for a reason', () => {
  const mutations = Object.keys(schema.getMutationType()!.getFields());
  expect([...Object.keys(offeredMutations), ...Object.keys(excludedMutations)].sort()).toEqual(mutations.sort());
  expect(Object.keys(excludedMutations).sort()).toEqual([
    'createSnapshotSchedule',
    'deleteSnapshotSchedule',
    'issueClusterCredentials',
    'updateBackupSettings',
    'updateSnapshotSchedule',
  ]);
});

it.each(Object.keys(offeredMutations))('the document of %s is valid', (name) => {
  const document = changeDocument(schema.getMutationType()!.getFields()[name]!);
  expect(validate(schema, parse(document))).toEqual([]);
  expect(document).toContain('plannedCalls');
});

it('no tool takes the input that makes a snapshot public', () => {
  const run = () => Promise.reject(new Error('No operation is expected.'));
  const tools = changeTools({
    session: { run, permissions: ['SNAPSHOT_SHARE'] },
    confirmations: createConfirmations(),
  });
  const share = tools.find(({ name }) => name === 'share_snapshot')!;
  expect(readInputs(share, { snapshotId: 'x', public: true })).toEqual({
    errors: [
      {
        code: 'INVALID_INPUT',
        message:
          'unknown inputs: public. Allowed inputs: account, accounts, awsSupport, dryRun, idempotencyKey, snapshotId, confirmationToken',
        inputPath: [],
      },
    ],
  });
});
