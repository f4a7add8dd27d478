import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, expectTypeOf, it } from 'vitest';
import { start } from '../support/cli.ts';
import { create, newest, snapshotFields } from './generated/codegen/src/documents.ts';
import { type FragmentType, useFragment } from './generated/codegen/src/gql/index.ts';
import type { NewestQuery, NewestQueryVariables, SnapshotFieldsFragment } from './generated/codegen/src/gql/graphql.ts';
import { send } from './generated/snapgate/send.ts';
import { executeTrusted } from './generated/snapgate/trusted.ts';
import { codegenProject, runIn } from './typed/projects.ts';
import { newName, salesWarehouse } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
let served: Awaited<ReturnType<typeof start>>;
let gateway: { readonly url: string };

// A gateway that accepts only the documents that the preset has written.
beforeAll(async () => {
  const file = join(import.meta.dirname, 'generated/codegen/src/gql/persisted-documents.json');
  writeFileSync(join(folder, 'snapgate.yaml'), JSON.stringify({ documents: { file, only: true } }));
  const config = ['--config', join(folder, 'snapgate.yaml')];
  served = await start(['dev', '--port', '0', '--emulator-port', '0', ...config]);
  gateway = { url: served.address('snapgate') };
});
afterAll(async () => {
  await served?.stop();
  rmSync(folder, { recursive: true });
});

it('sends the id of a query, and types its data', async () => {
  const data = await executeTrusted(gateway, newest, { filter: { services: ['REDSHIFT'] } });
  expectTypeOf(data).toEqualTypeOf<NewestQuery>();
  expect(data.snapshots?.isComplete).toBe(true);
  const snapshots = useFragment(snapshotFields, data.snapshots?.nodes ?? []);
  expectTypeOf(snapshots[0]!.createdAt).toEqualTypeOf<string | null>();
  expect(snapshots.map(({ source }) => source.service)).toEqual(['REDSHIFT', 'REDSHIFT']);
  expect(new Date(snapshots[0]?.createdAt ?? '').toJSON()).toBe(snapshots[0]?.createdAt);
});

it('sends the id of a mutation', async () => {
  const input = { clusterId: salesWarehouse, identifier: newName() };
  const { createSnapshot: planned } = await executeTrusted(gateway, create, { input: { ...input, dryRun: true } });
  expect(planned).toEqual({ plannedCalls: [{ action: 'CreateClusterSnapshot' }], snapshot: null });
  const { createSnapshot: created } = await executeTrusted(gateway, create, { input });
  if (!created || !('snapshot' in created)) throw new Error(JSON.stringify(created));
  expect(useFragment(snapshotFields, created.snapshot)?.status).toBe('CREATING');
});

it('has no texts, which the gateway would refuse', async () => {
  expect(String(newest)).not.toContain('query');
  const refused = [
    [{ query: '{ viewer { subject } }' }, 'FORBIDDEN'],
    [{ documentId: 'sha256:0' }, 'INVALID_INPUT'],
  ] as const;
  for (const [body, code] of refused) {
    await expect(send(gateway, body)).rejects.toMatchObject({
      name: 'ResponseError',
      errors: [{ extensions: { code } }],
    });
  }
});

it('types enums and scalars, and masks fragments', () => {
  expectTypeOf<'AVAILABLE'>().toExtend<SnapshotFieldsFragment['status']>();
  expectTypeOf<'DONE'>().not.toExtend<SnapshotFieldsFragment['status']>();
  expectTypeOf<{ filter: { accounts: number[] } }>().not.toExtend<NewestQueryVariables>();
  type Listed = FragmentType<typeof snapshotFields>;
  // @ts-expect-error: only useFragment shows the fields of a fragment.
  void ((listed: Listed) => listed.createdAt);
  // @ts-expect-error: the fragment does not select this field.
  void ((fields: SnapshotFieldsFragment) => fields.identifier);
  // @ts-expect-error: the operation requires a variable.
  void (() => executeTrusted(gateway, create));
});

it('does not generate types for a field that is renamed', () => {
  const project = codegenProject('renamed-codegen', (schema) => schema.replaceAll('isComplete:', 'complete:'));
  const { code, output } = runIn(project, 'graphql-codegen', '--config', 'codegen.ts', '--verbose');
  expect(output).toContain('Cannot query field "isComplete"');
  expect(code).toBe(1);
});
