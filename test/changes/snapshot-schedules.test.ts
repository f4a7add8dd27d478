import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../../src/access/audit.ts';
import { account, accounts, type Gateway, region, startGateway } from '../support/gateway.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { clusterId, globalId, makeCluster, makeSnapshot, snapshotId } from '../support/worlds.ts';
import { answersLost } from './lost-answers.ts';
import { actionsOf, errorFields } from './support.ts';

const other = '210987654321';
const permissions = ['SNAPSHOT_READ', 'SNAPSHOT_DELETE', 'BACKUP_CONFIGURE'];
const scheduleArn = (name: string) => `arn:aws:redshift:${region}:${account}:snapshotschedule:${name}`;
const scheduleId = (name: string) => globalId('SnapshotSchedule', `${account}/${region}/REDSHIFT/${name}`);

const makeSchedule = (name: string, team = 'bi') => ({
  service: 'redshift' as const,
  account,
  region,
  ScheduleIdentifier: name,
  ScheduleDefinitions: ['rate(12 hours)'],
  Tags: [{ Key: 'team', Value: team }],
});
const makeAttached = (name: string, schedule: string, team = 'bi') => ({
  ...makeCluster('REDSHIFT', name, { tags: { team } }),
  SnapshotScheduleIdentifier: schedule,
  SnapshotScheduleState: 'ACTIVE',
});

let gateway: Gateway;
let lines: any[];
beforeAll(async () => {
  gateway = await startGateway({
    accounts: accounts([account, other]),
    audit: createAudit(
      async (line) => void lines.push(JSON.parse(line)),
      () => {},
    ),
    authenticate: authenticationWith([
      { when: { sub: ['ada'] }, permissions },
      { when: { sub: ['reader', 'keeper'] }, permissions: ['SNAPSHOT_READ'] },
      { when: { sub: ['keeper'] }, permissions: ['BACKUP_CONFIGURE'] },
      { when: { sub: ['bi'] }, permissions: [...permissions, 'CLUSTER_RESTORE'], tags: { team: 'bi' } },
      { when: { sub: ['half'] }, permissions: ['SNAPSHOT_READ', 'BACKUP_CONFIGURE'] },
      { when: { sub: ['half'] }, permissions: ['SNAPSHOT_DELETE'], tags: { team: 'bi' } },
    ]),
  });
});
afterAll(() => gateway.close());
beforeEach(async () => {
  await gateway.disturb();
  await gateway.load({
    now: '2026-01-01T00:30:00Z',
    frozen: true,
    clusters: [makeAttached('sales', 'used'), makeAttached('stock', 'mixed'), makeAttached('pay', 'mixed', 'hr')],
    schedules: [makeSchedule('idle'), makeSchedule('used'), makeSchedule('mixed'), makeSchedule('theirs', 'hr')],
  });
  await gateway.calls();
  lines = [];
});

async function change(mutation: string, input: object, sub = 'ada') {
  const { data, errors } = await gateway.query(
    `mutation ($input: ${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!) {
      ${mutation}(input: $input) {
        __typename
        ... on SnapshotSchedulePayload {
          schedule { id identifier description definitions tags { key value } clusterCount }
          nextInvocations
          plannedCalls { source { account region service } action parameters }
        }
        ... on InvalidStateError { reason }
        ${errorFields}
      }
    }`,
    { input },
    await as({ sub }),
  );
  expect(errors).toBeUndefined();
  return data[mutation];
}

const newSchedule = { account, region, identifier: 'new', definitions: ['rate(8 hours)', 'cron(30 12 MON)'] };
const create = (input: object = {}, sub?: string) =>
  change('createSnapshotSchedule', { ...newSchedule, ...input }, sub);
const update = (input: object = {}, sub?: string) =>
  change('updateSnapshotSchedule', { scheduleId: scheduleId('idle'), definitions: ['rate(6 hours)'], ...input }, sub);
const remove = (input: object = {}, sub?: string) =>
  change('deleteSnapshotSchedule', { scheduleId: scheduleId('idle'), ...input }, sub);

async function definitionsOf(name: string): Promise<readonly string[] | null> {
  const { data } = await gateway.query(
    `{ node(id: "${scheduleId(name)}") { ... on SnapshotSchedule { definitions } } }`,
    {},
    await as(),
  );
  return data.node?.definitions ?? null;
}

const place = { account, region, service: 'REDSHIFT' };
const tags = [{ key: 'team', value: 'bi' }];

describe('createSnapshotSchedule', () => {
  it('creates a schedule with its description and tags', async () => {
    const answer = await create({ description: 'Noon', tags });
    expect(answer).toMatchObject({
      __typename: 'SnapshotSchedulePayload',
      schedule: {
        id: scheduleId('new'),
        identifier: 'new',
        description: 'Noon',
        definitions: newSchedule.definitions,
        tags,
        clusterCount: 0,
      },
      nextInvocations: [],
      plannedCalls: [{ source: place, action: 'CreateSnapshotSchedule' }],
    });
    const [read, sent, ...others] = await gateway.calls();
    expect(others).toEqual([]);
    expect(read).toMatchObject({ action: 'DescribeSnapshotSchedules', parameters: { ScheduleIdentifier: 'new' } });
    expect(JSON.parse(answer.plannedCalls[0].parameters)).toEqual({
      ScheduleIdentifier: 'new',
      ScheduleDefinitions: newSchedule.definitions,
      ScheduleDescription: 'Noon',
      Tags: [{ Key: 'team', Value: 'bi' }],
    });
    expect(sent).toMatchObject({
      action: 'CreateSnapshotSchedule',
      parameters: JSON.parse(answer.plannedCalls[0].parameters),
    });
    expect(await definitionsOf('new')).toEqual(newSchedule.definitions);
  });

  it('lets AWS compute the next times in a dry run, which is neither a change nor recorded as one', async () => {
    const answer = await create({ dryRun: true, nextInvocations: 3 });
    expect(answer).toMatchObject({
      schedule: null,
      nextInvocations: ['2026-01-01T08:00:00.000Z', '2026-01-01T16:00:00.000Z', '2026-01-02T00:00:00.000Z'],
    });
    expect(JSON.parse(answer.plannedCalls[0].parameters)).toEqual({
      ScheduleIdentifier: 'new',
      ScheduleDefinitions: newSchedule.definitions,
    });
    const calls = await gateway.calls();
    expect(calls.map(({ action }) => action)).toEqual(['DescribeSnapshotSchedules', 'CreateSnapshotSchedule']);
    expect(calls[1]?.parameters).toMatchObject({ DryRun: true, NextInvocations: 3, ScheduleIdentifier: 'new' });
    expect(lines.at(-1)).toMatchObject({ audit: 'done', outcome: 'planned', requestIds: [] });
    expect(lines.at(-1).calls).toEqual([
      {
        source: `${account}/${region}/REDSHIFT`,
        action: 'CreateSnapshotSchedule',
        parameters: answer.plannedCalls[0].parameters,
      },
    ]);
    expect(await definitionsOf('new')).toBeNull();
    expect((await create({ dryRun: true })).nextInvocations.length).toBe(5);
  });

  it.each([true, false])('reports definitions that AWS does not accept (dryRun: %s)', async (dryRun) => {
    for (const definitions of [['rate(99 hours)'], ['at(2026-01-01)']]) {
      // oxlint-disable-next-line no-await-in-loop -- each answer is compared with its calls
      expect(await create({ dryRun, definitions })).toMatchObject({
        code: 'INVALID_INPUT',
        fault: expect.stringMatching(/^(InvalidScheduleFault|ScheduleDefinitionTypeUnsupportedFault)$/),
        message: expect.stringContaining('does not accept the definitions'),
      });
    }
    expect(await definitionsOf('new')).toBeNull();
  });

  it('reports all problems of the input at once, without an AWS call', async () => {
    const answer = await create({
      identifier: 'a b',
      definitions: [],
      nextInvocations: 21,
      tags: [{ key: 'aws:a', value: '' }],
    });
    expect(answer.code).toBe('INVALID_INPUT');
    expect(answer.problems.map(({ field }: any) => field.join('.')).toSorted()).toEqual([
      'input.definitions',
      'input.identifier',
      'input.nextInvocations',
      'input.tags.0.key',
    ]);
    expect(await actionsOf(gateway)).toEqual([]);
  });

  it.each([
    [{ account: '999999999999' }, 'account'],
    [{ region: 'mars-1' }, 'region'],
  ])('refuses %j, which is not configured', async (input, field) => {
    expect(await create(input)).toMatchObject({ code: 'INVALID_INPUT', field: ['input', field] });
    expect(await actionsOf(gateway)).toEqual([]);
  });

  it.each([true, false])('refuses an identifier that is in use (dryRun: %s)', async (dryRun) => {
    const seen = await create({ identifier: 'theirs', dryRun, tags });
    expect(seen).toMatchObject({ code: 'ALREADY_EXISTS', fault: null });
    expect(seen.message).toContain(scheduleArn('theirs'));
    expect(await actionsOf(gateway)).toEqual(['DescribeSnapshotSchedules']);
    const hidden = await create({ identifier: 'theirs', dryRun, tags }, 'bi');
    expect(hidden).toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(hidden.message).not.toContain('arn:');
  });

  it('requires BACKUP_CONFIGURE with the tags of the schedule', async () => {
    expect(await create({ tags }, 'reader')).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('BACKUP_CONFIGURE'),
    });
    expect(await create({}, 'bi')).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('tag team') });
    expect(await actionsOf(gateway)).toEqual([]);
    expect(await create({ tags }, 'bi')).toMatchObject({ schedule: { tags } });
  });
});

describe('updateSnapshotSchedule', () => {
  it.each([
    ['id', scheduleId('idle')],
    ['ARN', scheduleArn('idle')],
  ])('replaces all definitions of a schedule, named by its %s', async (_, named) => {
    const answer = await update({ scheduleId: named });
    expect(answer).toMatchObject({ schedule: { identifier: 'idle', definitions: ['rate(6 hours)'], tags } });
    expect(answer.plannedCalls).toEqual([
      {
        source: place,
        action: 'ModifySnapshotSchedule',
        parameters: JSON.stringify({ ScheduleIdentifier: 'idle', ScheduleDefinitions: ['rate(6 hours)'] }),
      },
    ]);
    expect(await actionsOf(gateway)).toEqual(['DescribeSnapshotSchedules', 'ModifySnapshotSchedule']);
    expect(await definitionsOf('idle')).toEqual(['rate(6 hours)']);
  });

  it('validates the definitions in a dry run as those of a new schedule', async () => {
    const answer = await update({ dryRun: true });
    expect(answer.nextInvocations.length).toBe(5);
    expect(answer.nextInvocations[0]).toBe('2026-01-01T06:00:00.000Z');
    expect(answer).toMatchObject({
      schedule: { definitions: ['rate(12 hours)'] },
      plannedCalls: [{ action: 'ModifySnapshotSchedule' }],
    });
    const calls = await gateway.calls();
    expect(calls.map(({ action }) => action)).toEqual(['DescribeSnapshotSchedules', 'CreateSnapshotSchedule']);
    expect(calls[1]?.parameters).toMatchObject({ DryRun: true, NextInvocations: 5 });
    expect(calls[1]?.parameters).not.toHaveProperty('ScheduleIdentifier');
    expect(await update({ dryRun: true, definitions: ['rate(0 hours)'] })).toMatchObject({ code: 'INVALID_INPUT' });
    await gateway.disturb({
      kind: 'error',
      action: 'CreateSnapshotSchedule',
      code: 'SnapshotScheduleQuotaExceeded',
    });
    expect(await update({ dryRun: true })).toMatchObject({ nextInvocations: [], schedule: { identifier: 'idle' } });
    expect(await definitionsOf('idle')).toEqual(['rate(12 hours)']);
  });

  it.each([
    ['reader', 'idle', 'BACKUP_CONFIGURE'],
    ['keeper', 'used', 'SNAPSHOT_DELETE'],
    ['bi', 'mixed', 'BACKUP_CONFIGURE'],
    ['half', 'mixed', 'SNAPSHOT_DELETE'],
  ])('is FORBIDDEN to %s for %s: lacks %s', async (sub, name, permission) => {
    const answer = await update({ scheduleId: scheduleId(name) }, sub);
    expect(answer).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining(permission) });
    expect(answer.message).not.toContain('pay');
    expect(await definitionsOf(name)).toEqual(['rate(12 hours)']);
  });

  it.each([
    ['keeper', 'idle', 0],
    ['ada', 'mixed', 0],
    ['bi', 'used', 1],
    ['half', 'used', 1],
  ])('is allowed to %s for %s, and reads its clusters only if permissions depend on tags', async (sub, name, reads) => {
    const answer = await update({ scheduleId: scheduleId(name) }, sub);
    expect(answer).toMatchObject({ schedule: { definitions: ['rate(6 hours)'] } });
    const actions = await actionsOf(gateway);
    expect(actions.filter((action) => action === 'DescribeClusters').length).toBe(reads);
  });
});

describe('deleteSnapshotSchedule', () => {
  it('deletes a schedule without clusters', async () => {
    const dry = await remove({ dryRun: true });
    expect(dry).toMatchObject({ schedule: { identifier: 'idle' }, nextInvocations: [] });
    expect(await actionsOf(gateway)).toEqual(['DescribeSnapshotSchedules']);
    const answer = await remove();
    expect(answer).toMatchObject({ schedule: { id: scheduleId('idle') }, nextInvocations: [] });
    expect(answer.plannedCalls).toEqual(dry.plannedCalls);
    expect(answer.plannedCalls).toEqual([
      { source: place, action: 'DeleteSnapshotSchedule', parameters: '{"ScheduleIdentifier":"idle"}' },
    ]);
    expect(await actionsOf(gateway)).toEqual(['DescribeSnapshotSchedules', 'DeleteSnapshotSchedule']);
    expect(await definitionsOf('idle')).toBeNull();
  });

  it.each([
    ['ada', /\(pay, stock\)|\(stock, pay\)/],
    ['bi', /\(stock, 1 more\)/],
  ])('refuses a schedule with clusters, and names those that %s can see', async (sub, message) => {
    const answer = await remove({ scheduleId: scheduleId('mixed') }, sub);
    expect(answer).toMatchObject({ code: 'INVALID_STATE', reason: 'IN_USE', fault: null });
    expect(answer.message).toMatch(message);
    expect(await actionsOf(gateway)).not.toContain('DeleteSnapshotSchedule');
  });

  it('reports a schedule that is attached in the meantime', async () => {
    await gateway.disturb({
      kind: 'error',
      action: 'DeleteSnapshotSchedule',
      code: 'InvalidClusterSnapshotScheduleState',
    });
    expect(await remove()).toMatchObject({
      code: 'INVALID_STATE',
      reason: 'IN_USE',
      fault: 'InvalidClusterSnapshotScheduleStateFault',
    });
  });

  it('requires BACKUP_CONFIGURE, but not SNAPSHOT_DELETE', async () => {
    expect(await remove({}, 'reader')).toMatchObject({ code: 'FORBIDDEN' });
    expect(await definitionsOf('idle')).not.toBeNull();
    expect(await remove({}, 'keeper')).toMatchObject({ schedule: { identifier: 'idle' } });
  });
});

describe('the named schedule', () => {
  it.each([
    ['of another type', clusterId('REDSHIFT', 'sales')],
    ['without a meaning', 'nonsense'],
    ['of another service', globalId('SnapshotSchedule', `${account}/${region}/DOCUMENTDB/idle`)],
    ['of another account', globalId('SnapshotSchedule', `999999999999/${region}/REDSHIFT/idle`)],
    ['of a cluster', `arn:aws:redshift:${region}:${account}:cluster:idle`],
    ['of Amazon RDS', `arn:aws:rds:${region}:${account}:snapshotschedule:idle`],
    ['of another partition', `arn:aws-cn:redshift:${region}:${account}:snapshotschedule:idle`],
    ['of a region that is not configured', `arn:aws:redshift:mars-1:${account}:snapshotschedule:idle`],
    ['that is not an ARN', 'arn:idle'],
  ])('is INVALID_INPUT if its id or ARN is one %s', async (_, named) => {
    const refused = { code: 'INVALID_INPUT', field: ['input', 'scheduleId'] };
    expect(await update({ scheduleId: named })).toMatchObject(refused);
    expect(await remove({ scheduleId: named })).toMatchObject(refused);
    expect(await actionsOf(gateway)).toEqual([]);
  });

  it('must be in the account of the input, if it names one', async () => {
    const refused = { code: 'INVALID_INPUT', field: ['input', 'scheduleId'] };
    expect(await update({ account: other })).toMatchObject(refused);
    expect(await remove({ account: other, scheduleId: scheduleArn('idle') })).toMatchObject(refused);
    const unknown = { code: 'INVALID_INPUT', field: ['input', 'account'] };
    expect(await update({ account: '999999999999' })).toMatchObject(unknown);
    expect(await actionsOf(gateway)).toEqual([]);
    expect(await update({ account })).toMatchObject({ schedule: { identifier: 'idle' } });
  });

  it.each([
    ['gone', 'ada'],
    ['theirs', 'bi'],
  ])('is NOT_FOUND if it does not exist or is hidden: %s for %s', async (name, sub) => {
    const refused = { code: 'NOT_FOUND', message: expect.stringContaining(name) };
    expect(await update({ scheduleId: scheduleId(name) }, sub)).toMatchObject(refused);
    expect(await remove({ scheduleId: scheduleId(name) }, sub)).toMatchObject(refused);
    expect(await actionsOf(gateway)).toEqual(['DescribeSnapshotSchedules', 'DescribeSnapshotSchedules']);
  });
});

describe('after a lost response', () => {
  const cases = [
    { name: 'create', action: 'CreateSnapshotSchedule', run: () => create({ description: 'Noon', tags }) },
    { name: 'update', action: 'ModifySnapshotSchedule', run: () => update() },
    { name: 'delete', action: 'DeleteSnapshotSchedule', run: () => remove() },
  ];
  const lost = cases.flatMap((each) => answersLost.map((rule) => ({ ...each, rule, how: JSON.stringify(rule) })));

  it.each(lost)('$name reads back what happened: $how', async ({ action, run, rule }) => {
    await gateway.disturb({ ...rule, action });
    const answer = await run();
    const calls = await actionsOf(gateway);
    expect(calls.filter((each) => each === action).length).toBe(1);
    if (answer.code === undefined) expect(answer.plannedCalls.length).toBe(1);
    else expect(answer.code).toBe('OUTCOME_UNKNOWN');
    const isDone = {
      CreateSnapshotSchedule: async () => (await definitionsOf('new')) !== null,
      ModifySnapshotSchedule: async () => (await definitionsOf('idle'))?.[0] === 'rate(6 hours)',
      DeleteSnapshotSchedule: async () => (await definitionsOf('idle')) === null,
    }[action]!;
    expect(await isDone()).toBe(answer.code === undefined);
  });

  it('does not take the schedule of another caller for its own', async () => {
    await gateway.disturb({ kind: 'reset', moment: 'before', action: 'CreateSnapshotSchedule', nth: 1 });
    // The other caller creates the schedule between the check of the name and the lost call.
    const answers = await Promise.all([create(), create({ definitions: ['rate(4 hours)'] })]);
    const outcomes = answers.map(({ code, __typename }) => code ?? __typename).toSorted();
    expect(outcomes).toEqual(['OUTCOME_UNKNOWN', 'SnapshotSchedulePayload']);
  });
});

describe('with an idempotency key', () => {
  it.each([
    ['create', () => create({ idempotencyKey: 'create' }), 'CreateSnapshotSchedule', 'new'],
    ['update', () => update({ idempotencyKey: 'update' }), 'ModifySnapshotSchedule', 'idle'],
  ])('%s is made once, and its repetition returns the schedule as it is', async (_, run, action, name) => {
    const first = await run();
    const second = await run();
    expect(second).toEqual({ ...first, schedule: { ...first.schedule } });
    expect(second.schedule.identifier).toBe(name);
    expect((await actionsOf(gateway)).filter((each) => each === action).length).toBe(1);
  });

  it('a deletion is made once, and its repetition returns no schedule that was created since', async () => {
    expect(await remove({ idempotencyKey: 'delete' })).toMatchObject({ schedule: { identifier: 'idle' } });
    await create({ identifier: 'idle' });
    expect(await remove({ idempotencyKey: 'delete' })).toMatchObject({
      schedule: null,
      plannedCalls: [{ action: 'DeleteSnapshotSchedule' }],
    });
    expect((await actionsOf(gateway)).filter((each) => each === 'DeleteSnapshotSchedule').length).toBe(1);
    expect(await definitionsOf('idle')).not.toBeNull();
  });
});

describe('the audit log', () => {
  it.each([
    ['createSnapshotSchedule', () => create(), 'CreateSnapshotSchedule'],
    ['updateSnapshotSchedule', () => update(), 'ModifySnapshotSchedule'],
    ['deleteSnapshotSchedule', () => remove(), 'DeleteSnapshotSchedule'],
  ])('records %s with its call', async (operation, run, action) => {
    await run();
    expect(lines).toMatchObject([
      { audit: 'asked', operation, principal: 'ada' },
      { audit: 'done', operation, outcome: 'done', calls: [{ action }] },
    ]);
  });
});

it.each([
  ['CreateSnapshotSchedule', 'SnapshotScheduleAlreadyExists', 'ALREADY_EXISTS', () => create()],
  ['CreateSnapshotSchedule', 'SnapshotScheduleQuotaExceeded', 'QUOTA_EXCEEDED', () => create()],
  ['CreateSnapshotSchedule', 'TagLimitExceededFault', 'QUOTA_EXCEEDED', () => create()],
  ['CreateSnapshotSchedule', 'InvalidTagFault', 'INVALID_INPUT', () => create()],
  ['ModifySnapshotSchedule', 'SnapshotScheduleNotFound', 'NOT_FOUND', () => update()],
  ['ModifySnapshotSchedule', 'SnapshotScheduleUpdateInProgress', 'INVALID_STATE', () => update()],
  ['DeleteSnapshotSchedule', 'SnapshotScheduleNotFound', 'NOT_FOUND', () => remove()],
])('%s: the fault %s is %s', async (action, code, expected, run) => {
  await gateway.disturb({ kind: 'error', action, code });
  expect(await run()).toMatchObject({ code: expected, fault: expect.stringMatching(/Fault$/) });
});

describe('a hidden schedule', () => {
  const giveTo = {
    'an existing cluster': async (schedule: string) =>
      gateway.query(
        `mutation ($input: UpdateBackupSettingsInput!) {
          result: updateBackupSettings(input: $input) { __typename ... on Error { code message } }
        }`,
        { input: { clusterId: clusterId('REDSHIFT', 'free'), schedule: { attach: schedule }, dryRun: true } },
        await as({ sub: 'bi' }),
      ),
    'a restored cluster': async (schedule: string) =>
      gateway.query(
        `mutation ($input: RestoreClusterInput!) {
          result: restoreCluster(input: $input) { __typename ... on Error { code message } }
        }`,
        {
          input: {
            snapshotId: snapshotId('REDSHIFT', 'manual'),
            clusterIdentifier: 'restored',
            tags: [{ key: 'team', value: 'bi' }],
            redshift: { backups: { schedule } },
            dryRun: true,
          },
        },
        await as({ sub: 'bi' }),
      ),
  };

  it.each(Object.entries(giveTo))('is not found for %s', async (_what, give) => {
    await gateway.load({
      clusters: [makeCluster('REDSHIFT', 'free', { tags: { team: 'bi' } })],
      snapshots: [makeSnapshot('REDSHIFT', 'manual', { tags: { team: 'bi' } })],
      schedules: [makeSchedule('ours'), makeSchedule('theirs', 'hr')],
    });
    const [seen, hidden, missing] = await Promise.all(['ours', 'theirs', 'nobodys'].map(give));
    expect(seen?.errors).toBeUndefined();
    expect(seen?.data.result.__typename).toMatch(/Payload$/);
    expect(hidden?.data.result).toMatchObject({ code: 'NOT_FOUND' });
    expect(hidden?.data.result.message.replaceAll('theirs', 'nobodys')).toBe(missing?.data.result.message);
  });
});
