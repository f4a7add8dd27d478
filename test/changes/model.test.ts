import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPrincipal } from '../../src/access/principal.ts';
import { createAudit } from '../../src/access/audit.ts';
import type { RecordedCall } from '../../src/emulator/control/calls.ts';
import { schema } from '../../src/schema.ts';
import { permissions } from '../../src/snapshots/permission.ts';
import { account as home, type Gateway, startGateway } from '../support/gateway.ts';
import { runs } from '../support/runs.ts';
import { selectAll } from '../support/selections.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import {
  assumed,
  type Assumed,
  createModel,
  farKey,
  forbiddenKey,
  friend,
  type Model,
  ownKey,
  partner,
  policy,
  regions,
  snapshotOf,
  stranger,
  worldOf,
} from './model/model.ts';
import { differences } from '../services/contract/differences.ts';
import { judgeRevocations, judgeSharing, judgeTags } from './model/changing.ts';
import { type BatchVerdict, judgeBatch, judgeDelete } from './model/deleting.ts';
import { judgeCopy, judgeCreate } from './model/making.ts';
import { isBatch } from './support.ts';
import { findLingering, type Named, type Step, targetId, type Verdict } from './model/step.ts';

const everyField = selectAll(schema.getType('Snapshot')!, 1, {});
const plannedCalls = 'plannedCalls { source { region } action parameters }';

const names = {
  REDSHIFT: [
    'old',
    'held',
    'shared',
    'theirs',
    'rs:nightly',
    'far',
    'supported',
    'missing',
    'new-a',
    'New-A',
    'new-b',
    'former',
    'doubtful',
    'copied',
  ],
  DOCUMENTDB: [
    'old',
    'held',
    'shared',
    'theirs',
    'rds:nightly',
    'far',
    'open',
    'locked',
    'defaulted',
    'new-a',
    'new-b',
    'former',
    'doubtful',
    'copied',
  ],
};
const clusterNames = {
  REDSHIFT: ['sales', 'sales', 'asleep', 'gone'],
  DOCUMENTDB: ['orders', 'orders', 'orders', 'gone'],
};

const pick = <Value>(...values: readonly Value[]) => fc.constantFrom(...values);
const mostly = <Good, Bad>(good: fc.Arbitrary<Good>, bad: fc.Arbitrary<Bad>) =>
  fc.oneof({ arbitrary: good, weight: 9 }, { arbitrary: bad, weight: 1 });
const rarely = mostly(fc.constant(false), fc.constant(true));

const identifier = mostly(pick('new-a', 'New-A', 'new-b', 'new-c'), pick('OLD', 'old', 'bad--name', '1st'));
const tagOf = (key: fc.Arbitrary<string>) => fc.record({ key, value: pick('', 'bi', 'x y') });
const tags = mostly(
  fc.uniqueArray(tagOf(pick('team', 'kept', 'hold', 'Größe')), { maxLength: 3, selector: ({ key }) => key }),
  fc.array(tagOf(pick('team', 'kept', 'a@b', 'aws:x')), { maxLength: 3 }),
);
const accounts = mostly(
  fc.array(pick(friend, partner), { maxLength: 3 }),
  fc.array(pick(friend, stranger, home), { maxLength: 3 }),
);

type Inputs = Readonly<Record<string, fc.Arbitrary<object>>>;

function inputsOf(service: ServiceName): Inputs {
  const isRedshift = service === 'REDSHIFT';
  const unset = pick(undefined, undefined, null);
  const retentionDays = isRedshift
    ? mostly(pick(undefined, null, 30, 3000, -1), pick(0, 3654))
    : mostly(unset, pick(30, 0));
  const parties = {
    accounts,
    awsSupport: isRedshift ? fc.boolean() : rarely,
    public: isRedshift ? rarely : fc.boolean(),
  };
  return {
    createSnapshot: fc.record({ identifier, retentionDays, tags }),
    copySnapshot: fc.record({
      identifier,
      retentionDays,
      targetRegion: isRedshift ? mostly(unset, pick(...regions)) : pick(undefined, undefined, ...regions, 'mars'),
      kmsKeyId: isRedshift
        ? mostly(unset, fc.constant(ownKey))
        : mostly(pick(undefined, undefined, ownKey, farKey), fc.constant(forbiddenKey)),
      copyTags: fc.boolean(),
      tags,
    }),
    deleteSnapshot: fc.record({
      revokeAccess: fc.boolean(),
      expectedCreatedAt: mostly(unset, fc.constant('2001-01-01T00:00:00.000Z')),
    }),
    deleteSnapshots: fc.record({ revokeAccess: fc.boolean() }),
    updateSnapshotRetention: fc.record({ days: mostly(pick(null, 5, 30, 3000, -1), fc.constant(0)), force: rarely }),
    tagSnapshot: fc.record({ tags }),
    untagSnapshot: fc.record({
      keys: fc.array(mostly(pick('team', 'kept', 'hold', 'none'), fc.constant('aws:x')), { maxLength: 3 }),
    }),
    shareSnapshot: fc.record(parties),
    unshareSnapshot: fc.record({ ...parties, everyone: rarely }),
    unshareSnapshots: fc.record({ ...parties, everyone: rarely }),
  };
}

const mutations = Object.keys(inputsOf('REDSHIFT'));
const step = fc.tuple(pick(...mutations), pick(...serviceNames)).chain(([mutation, service]): fc.Arbitrary<Step> => {
  const target = (of: ServiceName): fc.Arbitrary<Named> => {
    if (mutation === 'createSnapshot') return nameIn(of, pick(...clusterNames[of]), fc.constant(false));
    const isCopyable = mutation === 'copySnapshot' && of === 'REDSHIFT';
    return nameIn(of, isCopyable ? mostly(fc.constant('rs:nightly'), pick(...names[of])) : pick(...names[of]), rarely);
  };
  const targets = isBatch(mutation)
    ? mostly(
        fc.array(target(service), { maxLength: 5 }),
        fc.array(pick(...serviceNames).chain(target), { maxLength: 6 }),
      )
    : fc.array(target(service), { minLength: 1, maxLength: 1 });
  return fc.record({ mutation: fc.constant(mutation), targets, input: inputsOf(service)[mutation]! });
});

function nameIn(service: ServiceName, name: fc.Arbitrary<string>, isUpper: fc.Arbitrary<boolean>) {
  return fc.record({ service: fc.constant(service), name, isUpper });
}

const sequence = fc.array(fc.record({ step, isDry: rarely, isWaiting: rarely }), { minLength: 1, maxLength: 12 });

const assumptions = fc.record(
  Object.fromEntries(assumed.map((name) => [name, fc.boolean()])),
) as unknown as fc.Arbitrary<Assumed>;

it('matches the model after any sequence of changes', async () => {
  const situations = fc.record({
    isCaching: fc.boolean(),
    hasBackups: fc.boolean(),
    canRelease: fc.boolean(),
    lingerSeconds: pick(0, 60),
  });
  const property = fc.asyncProperty(
    sequence,
    situations,
    assumptions,
    async (steps, { isCaching, ...situation }, assumptions) => {
      const lines: string[] = [];
      const gateway = await startGateway({
        accounts: [{ id: home, regions: [...regions], services: [...serviceNames] }],
        policy,
        authenticate: async () =>
          createPrincipal('ada', [
            {
              permissions: permissions.filter((each) => situation.canRelease || each !== 'SNAPSHOT_RELEASE'),
              introspection: true,
            },
          ]),
        limits: { aliases: 1e3, fields: 1e3, tokens: 1e5, cost: 1e6 },
        // Every change must invalidate the cache; while caching, the emulated time is frozen.
        aws: { cache: { ageSeconds: isCaching ? 600 : 0 } },
        audit: createAudit(
          async (line) => {
            lines.push(line);
          },
          (error) => {
            throw error;
          },
        ),
      });
      try {
        const model = createModel(assumptions, situation);
        await gateway.load(worldOf(model));
        for (const { step, isDry, isWaiting } of steps) {
          if (isJudged(model, step)) await tryStep(gateway, model, step, isDry, lines);
          // Few random steps name a snapshot that was just deleted.
          if (step.mutation === 'deleteSnapshot' && situation.lingerSeconds > 0) {
            await tryStep(gateway, model, step, isDry, lines);
          }
          if (!isWaiting || isCaching) continue;
          await gateway.emulator.control('POST', 'clock', { advanceSeconds: 31 });
          model.wait(31);
        }
      } finally {
        await gateway.close();
      }
    },
  );
  await fc.assert(property, { numRuns: runs(4, 400) });
});

const judges: Readonly<Record<string, (model: Model, step: Step) => Verdict>> = {
  createSnapshot: judgeCreate,
  copySnapshot: judgeCopy,
  deleteSnapshot: judgeDelete,
  tagSnapshot: judgeTags,
  untagSnapshot: judgeTags,
  shareSnapshot: judgeSharing,
  unshareSnapshot: judgeSharing,
};

const judgesOfBatches: Readonly<Record<string, (model: Model, step: Step) => BatchVerdict>> = {
  deleteSnapshots: judgeBatch,
  updateSnapshotRetention: judgeBatch,
  unshareSnapshots: judgeRevocations,
};

/** The model states only what deleteSnapshot returns for a deleted snapshot that AWS still lists. */
function isJudged(model: Model, { mutation, targets }: Step): boolean {
  if (['createSnapshot', 'deleteSnapshot'].includes(mutation)) return true;
  return targets.every((target) => !findLingering(model, target));
}

async function tryStep(gateway: Gateway, model: Model, step: Step, isDry: boolean, lines: string[]) {
  const before = await Promise.all(step.targets.map((target) => fresh(gateway, targetId(step, target))));
  const ids = before.map((_, index) => targetId(step, step.targets[index]!));
  await gateway.calls();
  lines.length = 0;

  const dry = await ask(gateway, step, ids, true);
  const dryCalls = writesOf(await gateway.calls());
  expect(dryCalls).toEqual([]);
  const dryLines = lines.splice(0).map((line) => JSON.parse(line));
  expect(dryLines.map(({ audit }) => audit)).toEqual(['asked', 'done']);

  const one = judges[step.mutation]?.(model, step);
  const many = isBatch(step.mutation) ? judgesOfBatches[step.mutation]!(model, step) : undefined;
  const expectedCalls = (one ?? many)!.calls;
  const isRefusedByAws = (one?.codes.size ?? 0) > 0 && expectedCalls.length > 0;

  if (dry.code !== undefined) {
    const codes = many ? new Set([many.all]) : one!.codes;
    expect({ code: dry.code, isAsAllowed: codes.has(dry.code) }, dry.message).toMatchObject({ isAsAllowed: true });
    expect(isRefusedByAws).toBe(false);
    expect(dryLines[1]).toMatchObject({ outcome: 'refused', code: dry.code, calls: [] });
  } else {
    expect(plain(dry.plannedCalls)).toEqual(sorted(expectedCalls));
    expect(dryLines[1]).toMatchObject({ outcome: 'planned' });
    expect(sorted(dryLines[1].calls.map(fromAudit))).toEqual(sorted(expectedCalls));
    if (one && dry.snapshot !== null) expect(dry.snapshot).toEqual(before[0]);
    for (const [index, result] of (dry.results ?? []).entries()) expect(result.snapshot).toEqual(before[index]);
  }
  await expectWorld(gateway, model);
  if (isDry) return;

  const made = await ask(gateway, step, ids, false);
  const calls = writesOf(await gateway.calls());
  const [asked, done] = lines.splice(0).map((line) => JSON.parse(line));
  expect(asked).toMatchObject({ audit: 'asked', operation: step.mutation, input: inputOf(step, ids, false) });
  expect(done.calls.map(({ requestId }: any) => requestId).toSorted()).toEqual(
    calls.map(({ requestId }) => requestId).toSorted(),
  );
  expect(sorted(done.calls.map(fromAudit))).toEqual(sorted(calls.map(fromRecord)));
  const madeCalls = sorted(one?.made ?? expectedCalls);
  if (dry.code === undefined) expect(sorted(calls.map(fromRecord))).toEqual(madeCalls);
  else expect(calls).toEqual([]);

  if (made.code !== undefined) {
    expect(made.code).toBe(dry.code ?? [...one!.codes][0]);
    expect(done).toMatchObject({ outcome: 'refused', code: made.code });
    await expectWorld(gateway, model);
    return;
  }
  expect(isRefusedByAws).toBe(false);
  expect(plain(made.plannedCalls)).toEqual(madeCalls);
  (one ?? many)!.effect();
  await expectWorld(gateway, model);
  if (one) {
    expect(done).toMatchObject({ outcome: 'done' });
    if (step.mutation === 'deleteSnapshot') await expectDeleted(gateway, model, made.snapshot, before[0]);
    else expectSame(made.snapshot, await fresh(gateway, made.snapshot.Snapshot_id), step.mutation);
    return;
  }
  await expectResults(gateway, model, made.results, ids, before, many!);
}

/** AWS omits some fields of a snapshot from its response to createSnapshot. */
function expectSame(made: any, now: any, mutation: string): void {
  const omitted =
    mutation === 'createSnapshot' ? serviceNames.flatMap((service) => differences[service].createdWithout) : [];
  const nulls = Object.fromEntries(omitted.filter((name) => name in now).map((name) => [name, null]));
  expect(made).toEqual({ ...now, ...nulls });
}

async function expectResults(
  gateway: Gateway,
  model: Model,
  results: any[],
  ids: string[],
  before: any[],
  { each, deleted }: BatchVerdict,
) {
  expect(results.map(({ id }) => id)).toEqual(ids);
  for (const [index, { snapshot, error }] of results.entries()) {
    const codes = each[index]!;
    expect(
      { code: error?.code, isAllowed: error ? codes.has(error.code) : codes.size === 0 },
      error?.message,
    ).toMatchObject({
      isAllowed: true,
    });
    if (!error && deleted.has(before[index].Snapshot_arn)) await expectDeleted(gateway, model, snapshot, before[index]);
    else expect(snapshot).toEqual(await fresh(gateway, ids[index]!));
  }
}

/** A deleted snapshot is returned as it was before, except for its status and the fields that are lost with it. */
async function expectDeleted(gateway: Gateway, model: Model, returned: any, before: any) {
  const lost = [
    'Snapshot_status',
    'Snapshot_rawStatus',
    'Snapshot_sharing',
    'Snapshot_tags',
    'Snapshot_retention',
    'Snapshot_progress',
  ];
  const rest = (snapshot: object) =>
    Object.fromEntries(Object.entries(snapshot).filter(([name]) => !lost.includes(name)));
  expect(returned).toMatchObject({ Snapshot_status: 'DELETED' });
  expect(rest(returned)).toEqual(rest(before));
  if (model.lingerSeconds === 0) expect(await fresh(gateway, returned.Snapshot_id)).toBeNull();
}

async function expectWorld(gateway: Gateway, model: Model) {
  const { content } = await gateway.emulator.control('GET', 'world');
  const members = new Set([...model.held.values()].flatMap((one) => Object.keys(snapshotOf(model, one))));
  const held = (content['snapshots'] as object[]).map((one) =>
    Object.fromEntries(
      Object.entries(one).filter(([name]) => members.has(name) && (name !== 'KmsKeyId' || 'Engine' in one)),
    ),
  );
  expect(sorted(held)).toEqual(sorted([...model.held.values()].map((one) => snapshotOf(model, one))));
}

function inputOf({ mutation, input }: Step, ids: string[], dryRun: boolean) {
  const target = isBatch(mutation)
    ? { snapshotIds: ids }
    : mutation === 'createSnapshot'
      ? { clusterId: ids[0] }
      : { snapshotId: ids[0] };
  return JSON.parse(JSON.stringify({ ...target, ...input, dryRun }));
}

async function ask(gateway: Gateway, step: Step, ids: string[], dryRun: boolean): Promise<any> {
  const { mutation } = step;
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const payload = isBatch(mutation)
    ? `results { id snapshot ${everyField} error { code message } }`
    : `snapshot ${everyField}`;
  const { data, errors } = await gateway.query(
    `mutation ($input: ${type}Input!) {
      ${mutation}(input: $input) {
        ... on Error { code message }
        ... on ${type}Payload { ${payload} ${plannedCalls} }
      }
    }`,
    { input: inputOf(step, ids, dryRun) },
  );
  expect(errors).toBeUndefined();
  return data[mutation];
}

async function fresh(gateway: Gateway, id: string): Promise<any> {
  const { data, errors } = await gateway.query(`query ($id: ID!) { node(id: $id) { ... on Snapshot ${everyField} } }`, {
    id,
  });
  expect(errors).toBeUndefined();
  return data.node;
}

function writesOf(calls: readonly RecordedCall[]) {
  return calls.filter(({ action }) => !/^(Describe|List)/.test(action ?? ''));
}

/** The SDK adds a presigned URL to a copy from another region; it is a secret and not part of the plan. */
const fromRecord = ({ region, action, parameters }: RecordedCall) => {
  const { PreSignedUrl: _, ...planned } = parameters as { PreSignedUrl?: string };
  return { region, action, parameters: planned };
};
const fromAudit = ({ source, action, parameters }: any) => ({
  region: regions.find((region) => source.includes(region)),
  action,
  parameters: JSON.parse(parameters),
});
const plain = (calls: any[]) =>
  sorted(
    calls.map(({ source, action, parameters }) => ({
      region: source.region,
      action,
      parameters: JSON.parse(parameters),
    })),
  );

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
