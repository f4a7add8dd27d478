import { beforeAll, expect, expectTypeOf, it } from 'vitest';
import { ResponseError } from './generated/tada/send.ts';
import { daysOf, retention } from './generated/tada/retention.ts';
import { execute, graphql, readFragment, type ResultOf, type VariablesOf } from './generated/tada/tada.ts';
import { runIn, tadaProject } from './typed/projects.ts';
import { control, gateway, newName, salesWarehouse } from './world.ts';

beforeAll(() => control('reset', 'POST'));

const snapshotFields = graphql(`
  fragment SnapshotFields on Snapshot {
    id
    status
    createdAt
    source {
      account
    }
  }
`);

const newest = graphql(
  `
    query Newest($filter: SnapshotFilter) {
      snapshots(first: 2, filter: $filter, orderBy: { field: CREATED_AT, direction: DESC }) {
        nodes {
          ...SnapshotFields
        }
        isComplete
      }
    }
  `,
  [snapshotFields],
);

const create = graphql(
  `
    mutation Create($input: CreateSnapshotInput!) {
      createSnapshot(input: $input) {
        __typename
        ... on CreateSnapshotPayload {
          plannedCalls {
            action
          }
          snapshot {
            ...SnapshotFields
          }
        }
        ... on Error {
          code
        }
      }
    }
  `,
  [snapshotFields],
);

it('types the data, the scalars and the variables', async () => {
  const data = await execute(gateway, newest, { filter: { services: ['DOCUMENTDB'] } });
  expect(data.snapshots?.isComplete).toBe(true);
  const snapshots = readFragment(snapshotFields, data.snapshots?.nodes ?? []);
  expectTypeOf(snapshots[0]!.createdAt).toEqualTypeOf<string | null>();
  expectTypeOf(snapshots[0]!.source.account).toEqualTypeOf<string>();
  expect(snapshots).toHaveLength(2);
  for (const { createdAt, source } of snapshots) {
    expect(new Date(createdAt ?? '').toJSON()).toBe(createdAt);
    expect(source.account).toMatch(/^\d{12}$/);
  }
  expect(daysOf(await execute(gateway, retention, { arn: salesWarehouse }))).toBe(7);
});

it('masks fragments and rejects what the schema does not have', () => {
  type Listed = NonNullable<ResultOf<typeof newest>['snapshots']>['nodes'][number];
  type Fields = ResultOf<typeof snapshotFields>;
  // @ts-expect-error: only readFragment shows the fields of a fragment.
  void ((listed: Listed) => listed.createdAt);
  // @ts-expect-error: the fragment does not select this field.
  void ((fields: Fields) => fields.identifier);
  // @ts-expect-error: the operation requires a variable.
  void (() => execute(gateway, retention));
  expectTypeOf<Fields['status']>().toExtend<string>();
  expectTypeOf<'AVAILABLE'>().toExtend<Fields['status']>();
  expectTypeOf<'DONE'>().not.toExtend<Fields['status']>();
  expectTypeOf<{ filter: { services: ['RDS'] } }>().not.toExtend<VariablesOf<typeof newest>>();
});

it('makes a change, and types each member of the union', async () => {
  const input = { clusterId: salesWarehouse, identifier: newName() };
  const { createSnapshot: planned } = await execute(gateway, create, { input: { ...input, dryRun: true } });
  if (planned?.__typename !== 'CreateSnapshotPayload') throw new Error(JSON.stringify(planned));
  expect(planned.plannedCalls).toEqual([{ action: 'CreateClusterSnapshot' }]);
  expect(planned.snapshot).toBeNull();
  const { createSnapshot: created } = await execute(gateway, create, { input });
  if (created?.__typename !== 'CreateSnapshotPayload') throw new Error(JSON.stringify(created));
  expect(readFragment(snapshotFields, created.snapshot)?.status).toBe('CREATING');
  const { createSnapshot: again } = await execute(gateway, create, { input });
  expect(again).toMatchObject({ code: expect.stringMatching(/ALREADY_EXISTS|INVALID_STATE/) });
});

it('throws the errors of a response with the data beside them', async () => {
  const both = graphql('{ snapshots(first: 0) { isComplete } viewer { subject } }');
  const error = await execute(gateway, both).catch((thrown: unknown) => thrown);
  if (!(error instanceof ResponseError)) throw error;
  expect(error.errors).toMatchObject([{ path: ['snapshots'], extensions: { code: 'INVALID_INPUT' } }]);
  expect(error.data).toEqual({ snapshots: null, viewer: { subject: expect.any(String) } });
  expect([error.status, error.requestId]).toEqual([200, expect.stringMatching(/\w/)]);
});

it('fails to compile when a field is renamed', () => {
  const project = tadaProject('renamed-tada', (schema) => schema.replaceAll('backupRetentionDays:', 'retentionDays:'));
  expect(runIn(project, 'gql.tada', 'generate-output').code).toBe(0);
  const compiled = runIn(project, 'tsc', '-p', '.');
  expect(compiled.output).toMatch(/^retention\.ts\(\d+,\d+\): error TS/m);
  expect(compiled.code).not.toBe(0);
  const checked = runIn(project, 'gql.tada', 'check');
  expect(checked.output).toContain('Cannot query field "backupRetentionDays"');
  expect(checked.code).toBe(1);
});
