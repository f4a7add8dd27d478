import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RecordedCall } from '../../src/emulator/control/calls.ts';
import { account, type Gateway, region, startGateway } from '../support/gateway.ts';
import { runs } from '../support/runs.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { clusterId, globalId, snapshotId } from '../support/worlds.ts';
import {
  ages,
  settledSeconds,
  createRecoveryModel,
  mains,
  nameOfBackup,
  others,
  type RecoveryModel,
  recoveryPolicy,
  recoveryWorldOf,
  stateIn,
  stateOf,
} from './model/recovery.ts';
import {
  clusterOfName,
  judgeInstances,
  judgeRestore,
  judgeRestoreToTime,
  type Outcome,
  type RecoveryStep,
} from './model/restoring.ts';
import { judgeDeletion, judgeSchedule, judgeSettings } from './model/settings.ts';

const judges: Readonly<Record<string, (model: RecoveryModel, step: RecoveryStep) => Outcome>> = {
  restoreCluster: judgeRestore,
  restoreClusterToTime: judgeRestoreToTime,
  createClusterInstances: judgeInstances,
  updateBackupSettings: judgeSettings,
  deleteSnapshot: judgeDeletion,
  createSnapshotSchedule: judgeSchedule,
  updateSnapshotSchedule: judgeSchedule,
  deleteSnapshotSchedule: judgeSchedule,
};

const pick = <Value>(...values: readonly Value[]) => fc.constantFrom(...values);
const mostly = <Good, Bad>(good: fc.Arbitrary<Good>, bad: fc.Arbitrary<Bad>) =>
  fc.oneof({ arbitrary: good, weight: 9 }, { arbitrary: bad, weight: 1 });
const rarely = mostly(fc.constant(false), fc.constant(true));
const optional = <Value>(values: fc.Arbitrary<Value>) => fc.oneof(fc.constant(undefined), values);

const tagOf = (key: fc.Arbitrary<string>) => fc.record({ key, value: pick('', 'bi', 'x y') });
const tags = mostly(
  fc.uniqueArray(tagOf(pick('team', 'owner')), { maxLength: 2, selector: ({ key }) => key }),
  fc.array(tagOf(pick('team', 'aws:x')), { maxLength: 3 }),
);
const identifier = mostly(pick('new-a', 'new-a', 'new-b'), pick('New-A', 'bad--name', ...Object.values(mains)));
const instances = fc.record({
  class: mostly(fc.constant('db.r6g.large'), fc.constant('db.none.large')),
  count: mostly(pick(1, 2, 3), pick(0, 17)),
});
/** Few keys, so that some are used again, with the same input or another. */
const idempotencyKey = mostly(fc.constant(undefined), pick('one', 'two'));

/** Returns the inputs of each mutation; the members that only the model knows are translated in `inputOf`. */
function inputsOf(service: ServiceName): Readonly<Record<string, fc.Arbitrary<any>>> {
  const isRedshift = service === 'REDSHIFT';
  const created = { clusterIdentifier: identifier, tags, idempotencyKey };
  const definitions = mostly(pick([8], [12], [8, 12]), fc.constant([]));
  const only = <Value>(isSupported: boolean, values: fc.Arbitrary<Value>) =>
    isSupported ? optional(values) : mostly(fc.constant(undefined), values);
  return {
    restoreCluster: fc.record({
      ...created,
      like: optional(mostly(pick(mains[service], others[service]), fc.constant('gone'))),
      options: isRedshift
        ? fc.record({ days: optional(mostly(pick(3, 35), pick(0, 36))) })
        : fc.record({
            isProtected: optional(fc.boolean()),
            instances: optional(instances.filter(({ count }) => count > 0 && count < 17)),
          }),
    }),
    restoreClusterToTime: fc.record({
      ...created,
      point: pick({ latest: true }, { clone: true }, { time: true }),
      isLongAgo: rarely,
      likeSource: optional(fc.boolean()),
    }),
    createClusterInstances: fc.record({ instances, idempotencyKey }),
    updateBackupSettings: fc.record({
      automatedRetentionDays: optional(mostly(pick(1, 3, 7, 14, 20), pick(0, 36))),
      manualRetention: only(isRedshift, pick({ days: 30 }, { forever: true })),
      schedule: only(isRedshift, pick({ attach: 'free' }, { attach: 'gone' }, { detach: 'used' }, { detach: 'free' })),
      backupWindow: only(!isRedshift, pick(0, 1, 2)),
      expectedAutomatedRetentionDays: mostly(fc.constant(undefined), pick(14, 5)),
      idempotencyKey,
    }),
    deleteSnapshot: fc.constant({}),
    createSnapshotSchedule: fc.record({ definitions }),
    updateSnapshotSchedule: fc.record({ definitions }),
    deleteSnapshotSchedule: fc.constant({}),
  };
}

/** Returns the names that the changes of a mutation can name. */
function namesOf(mutation: string, service: ServiceName): fc.Arbitrary<string> {
  if (mutation.includes('Schedule')) return pick('used', 'free', 'nightly');
  const [main, other] = [mains[service], others[service]];
  const automated = [
    ...ages.main.map((age) => nameOfBackup(service, main, age)),
    ...ages.other.map((age) => nameOfBackup(service, other, age)),
  ];
  if (mutation.includes('Snapshot')) return pick('old', 'old', ...automated);
  if (mutation === 'restoreCluster') return mostly(pick('old', ...automated), pick('young', 'none'));
  return mostly(pick(main, main, other, 'new-a', 'new-b'), pick('asleep', 'gone'));
}

const weighted = [
  ...['restoreCluster', 'restoreClusterToTime', 'createClusterInstances'].flatMap((each) => [each, each]),
  ...Array.from({ length: 5 }, () => 'updateBackupSettings'),
  'deleteSnapshot',
  'createSnapshotSchedule',
  'updateSnapshotSchedule',
  'deleteSnapshotSchedule',
];
/** Amazon Redshift has neither restores to a time nor instances. */
const serviceFor = (mutation: string): fc.Arbitrary<ServiceName> =>
  ['restoreClusterToTime', 'createClusterInstances'].includes(mutation)
    ? mostly(fc.constant('DOCUMENTDB'), fc.constant('REDSHIFT'))
    : pick(...serviceNames);
const step = pick(...weighted).chain((mutation) =>
  serviceFor(mutation).chain((service): fc.Arbitrary<RecoveryStep> =>
    fc.record({
      mutation: fc.constant(mutation),
      service: fc.constant(service),
      name: namesOf(mutation, service),
      input: inputsOf(service)[mutation]!,
    }),
  ),
);
const sequence = fc.array(fc.record({ step, isDry: rarely, isWaiting: mostly(fc.boolean(), fc.constant(true)) }), {
  minLength: 1,
  maxLength: 14,
});

it('matches the model after any sequence of restores and changes of backups', async () => {
  const situations = fc.record({ heldAge: pick(0, 4.5, 9.5), hasManual: fc.boolean() });
  const property = fc.asyncProperty(sequence, situations, fc.boolean(), async (steps, situation, isCaching) => {
    const gateway = await startGateway({
      policy: recoveryPolicy,
      limits: { aliases: 1e3, fields: 1e3, tokens: 1e5, cost: 1e6 },
      // Every change must invalidate the cache; while caching, the emulated time is frozen.
      aws: { cache: { ageSeconds: isCaching ? 600 : 0 } },
    });
    try {
      const start = new Date();
      const model = createRecoveryModel(situation, start);
      await gateway.load(recoveryWorldOf(model, start));
      for (const { step, isDry, isWaiting } of steps) {
        await tryStep(gateway, model, complete(model, step, start), isDry);
        if (!isWaiting || isCaching) continue;
        await gateway.emulator.control('POST', 'clock', { advanceSeconds: settledSeconds });
        model.wait(settledSeconds);
        // The emulator takes and expires automated snapshots when it is called.
        await gateway.query('{ clusters { nodes { identifier } } }');
        await expectState(gateway, model);
      }
    } finally {
      await gateway.close();
    }
  });
  await fc.assert(property, { numRuns: runs(4, 400) });
});

/** Replaces the values of a step that depend on the start of the run. */
function complete(model: RecoveryModel, step: RecoveryStep, start: Date): RecoveryStep {
  const { input } = step;
  const { definitions, backupWindow, point, isLongAgo } = input;
  const hours = isLongAgo ? 24 * 300 : 12;
  const time = new Date(start.getTime() - hours * 3_600_000).toISOString();
  return {
    ...step,
    input: {
      ...input,
      ...(definitions && { definitions: definitions.map((hour: number) => `cron(10 ${model.hourIn(hour)} *)`) }),
      ...(backupWindow !== undefined && { backupWindow: [...model.windows, model.maintenance][backupWindow] }),
      ...(point && { point: point.time ? { time } : point }),
    },
  };
}

/** The input of a step in GraphQL. */
function inputOf({ mutation, service, name, input }: RecoveryStep, dryRun: boolean): object {
  const { like, options, isLongAgo: _, ...others } = input;
  const place = { cluster: clusterOfName(service, name) };
  const named = mutation.endsWith('SnapshotSchedule')
    ? mutation.startsWith('create')
      ? { account, region, identifier: name }
      : { scheduleId: globalId('SnapshotSchedule', `${account}/${region}/REDSHIFT/${name}`) }
    : ['restoreCluster', 'deleteSnapshot'].includes(mutation)
      ? { snapshotId: snapshotId(service, name, place) }
      : { clusterId: clusterId(service, name) };
  const block =
    service === 'REDSHIFT'
      ? { redshift: { backups: { automatedRetentionDays: options?.days } } }
      : { documentdb: { deletionProtection: options?.isProtected, instances: options?.instances } };
  return JSON.parse(
    JSON.stringify({
      ...named,
      ...others,
      ...(options && block),
      ...(like !== undefined && { likeCluster: clusterId(service, like) }),
      dryRun,
    }),
  );
}

const selections: Readonly<Record<string, readonly [type: string, fields: string]>> = {
  restoreCluster: ['RestoreClusterPayload', 'cluster { identifier } remainingCalls { action parameters }'],
  restoreClusterToTime: ['RestoreClusterPayload', 'cluster { identifier } remainingCalls { action parameters }'],
  createClusterInstances: ['CreateClusterInstancesPayload', 'cluster { identifier }'],
  updateBackupSettings: [
    'UpdateBackupSettingsPayload',
    'cluster { identifier } steps { outcome } deletedSnapshots { identifier }',
  ],
  deleteSnapshot: ['DeleteSnapshotPayload', 'snapshot { identifier }'],
  createSnapshotSchedule: ['SnapshotSchedulePayload', 'schedule { identifier definitions }'],
  updateSnapshotSchedule: ['SnapshotSchedulePayload', 'schedule { identifier definitions }'],
  deleteSnapshotSchedule: ['SnapshotSchedulePayload', 'schedule { identifier definitions }'],
};

async function ask(gateway: Gateway, step: RecoveryStep, dryRun: boolean): Promise<any> {
  const { mutation } = step;
  const [payload, fields] = selections[mutation]!;
  const { data, errors } = await gateway.query(
    `mutation ($input: ${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!) {
      ${mutation}(input: $input) {
        ... on Error { code message }
        ... on ${payload} { ${fields} plannedCalls { action parameters } }
      }
    }`,
    { input: inputOf(step, dryRun) },
  );
  expect(errors).toBeUndefined();
  return data[mutation];
}

async function tryStep(gateway: Gateway, model: RecoveryModel, step: RecoveryStep, isDry: boolean) {
  const judged = judges[step.mutation]!(model, step);
  const isRefusedByAws = judged.codes.size > 0 && judged.calls.length > 0;
  await gateway.calls();
  const dry = await ask(gateway, step, true);
  expect(writesOf(await gateway.calls())).toEqual([]);
  if (judged.codes.size > 0 && !isRefusedByAws) expectCode(dry, judged);
  else expectPlanned(dry, judged, judged.calls);
  await expectState(gateway, model);
  if (isDry) return;

  const kept = await findKept(gateway, model, step);
  if (kept === 'used') return;
  const made = await ask(gateway, step, false);
  const writes = writesOf(await gateway.calls());
  if (kept !== undefined) {
    expect(writes).toEqual([]);
    expect({ ...made, plannedCalls: plain(made.plannedCalls) }, made.message).toMatchObject({ plannedCalls: kept });
    await expectState(gateway, model);
    return;
  }
  if (judged.codes.size > 0) {
    expectCode(made, judged);
    expect(sorted(writes.map(fromRecord))).toEqual(sorted(judged.made ?? []));
    await expectState(gateway, model);
    return;
  }
  expectPlanned(made, judged, judged.calls);
  expect(sorted(writes.map(fromRecord))).toEqual(sorted(judged.calls));
  for (const { outcome } of made.steps ?? []) expect(outcome).toBe('DONE');
  const cluster = step.input.clusterIdentifier?.toLowerCase() ?? step.name;
  if (made.cluster !== undefined) expect(made.cluster).toEqual({ identifier: cluster });
  if (made.schedule !== undefined) expect(made.schedule).toMatchObject({ identifier: step.name });
  judged.effect();
  const { idempotencyKey } = step.input;
  if (idempotencyKey !== undefined) {
    model.kept.set(`${step.mutation} ${idempotencyKey}`, {
      input: JSON.stringify(inputOf(step, false)),
      calls: plain(made.plannedCalls),
    });
  }
  await expectState(gateway, model);
}

/** Returns the planned calls of an earlier request with the same key and input; 'used' if the input was another one. */
async function findKept(gateway: Gateway, model: RecoveryModel, step: RecoveryStep) {
  const kept = model.kept.get(`${step.mutation} ${step.input.idempotencyKey}`);
  if (kept === undefined || step.input.idempotencyKey === undefined) return undefined;
  if (kept.input === JSON.stringify(inputOf(step, false))) return kept.calls;
  expect(await ask(gateway, step, false)).toMatchObject({ code: 'INVALID_INPUT' });
  expect(writesOf(await gateway.calls())).toEqual([]);
  return 'used';
}

function expectCode({ code, message }: any, { codes }: Outcome) {
  expect({ code, isExpected: codes.has(code) }, `${message} (expected: ${[...codes].join()})`).toMatchObject({
    isExpected: true,
  });
}

function expectPlanned(answer: any, { remaining = [], deleted }: Outcome, calls: readonly object[]) {
  expect(answer.code, answer.message).toBeUndefined();
  expect(plain(answer.plannedCalls)).toEqual(sorted(calls));
  if (answer.remainingCalls)
    expect(plain(answer.remainingCalls)).toEqual(
      sorted(remaining.map(({ action, parameters }) => ({ action, parameters }))),
    );
  if (deleted)
    expect(answer.deletedSnapshots.map((each: any) => each.identifier).toSorted()).toEqual(deleted.toSorted());
}

async function expectState(gateway: Gateway, model: RecoveryModel) {
  const { content } = await gateway.emulator.control('GET', 'world');
  const [found, expected] = [stateIn(content), stateOf(model)];
  for (const name of ['clusters', 'instances', 'schedules', 'snapshots'] as const) {
    expect({ [name]: sorted(found[name]) }).toEqual({ [name]: sorted(expected[name]) });
  }
}

/** A dry run of creating a schedule is a dry run in AWS. */
function writesOf(calls: readonly RecordedCall[]) {
  return calls.filter(
    ({ action, parameters }) => !/^(Describe|List)/.test(action ?? '') && !('DryRun' in (parameters as object)),
  );
}

const fromRecord = ({ action, parameters }: RecordedCall) => ({ action, parameters: parameters as object });
const plain = (calls: any[]) =>
  sorted(calls.map(({ action, parameters }) => ({ action, parameters: JSON.parse(parameters) })));

/** Sorts the objects, and the members of each, to compare them regardless of order. */
function sorted(all: readonly object[]): object[] {
  const text = (one: object) =>
    JSON.stringify(one, (_, value) =>
      value?.constructor === Object ? Object.fromEntries(Object.entries(value).toSorted()) : value,
    );
  return all
    .map(text)
    .toSorted()
    .map((one) => JSON.parse(one));
}
