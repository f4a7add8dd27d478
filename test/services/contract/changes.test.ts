import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorFields, isBatch } from '../../changes/support.ts';
import { account, type Gateway, region } from '../../support/gateway.ts';
import { selectEveryField } from '../../support/selections.ts';
import { serviceNames } from '../../support/services.ts';
import { clusterId, serviceOf, snapshotId } from '../../support/worlds.ts';
import { differences, type MutationName, mutationNames } from './differences.ts';
import { everyChange, inputsOf, world } from './every-change.ts';
import { startContract } from './support.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startContract({ limits: { aliases: 1e3, fields: 1e3, tokens: 1e5, cost: 1e6 } });
});
// The clock is frozen, so that values that depend on the time do not change between two reads.
beforeEach(async () => {
  await gateway.load({ ...world, frozen: true });
  await gateway.calls();
});
afterAll(() => gateway.close());

const everyField = selectEveryField('Snapshot');

/** The fields that a deletion changes; all other fields of the payload show the snapshot as it was. */
const lostFields = ['status', 'rawStatus', 'sharing', 'tags', 'retention', 'progress'].map(
  (name) => `Snapshot_${name}`,
);

async function change(mutation: MutationName, input: object, dryRun = false) {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const result = isBatch(mutation)
    ? `results { id snapshot ${everyField} error { __typename code } }`
    : mutation === 'issueClusterCredentials'
      ? 'databaseUser databasePassword expiresAt'
      : `snapshot ${everyField}`;
  const { data, errors } = await gateway.query(
    `mutation ($input: ${type}Input!) {
      ${mutation}(input: $input) {
        __typename
        ... on ${type}Payload { ${result} plannedCalls { source { service account region } action parameters } }
        ${errorFields}
      }
    }`,
    { input: { ...input, dryRun } },
  );
  expect(errors).toBeUndefined();
  return data[mutation];
}

async function fresh(id: string): Promise<any> {
  const { data, errors } = await gateway.query(`query ($id: ID!) { node(id: $id) { ... on Snapshot ${everyField} } }`, {
    id,
  });
  expect(errors).toBeUndefined();
  return data.node;
}

/** Returns the recorded AWS calls that change something, in the shape of `plannedCalls`. */
async function sent() {
  const calls = (await gateway.calls()).filter(({ action }) => !/^(Describe|List)/.test(action ?? ''));
  return calls.map(({ action, parameters, ...call }) => ({
    plane: call.service,
    account: call.account,
    region: call.region,
    action,
    parameters,
  }));
}

const planned = (calls: readonly any[]) =>
  calls.map(({ source, action, parameters }) => ({
    plane: serviceOf(source.service).plane,
    account: source.account,
    region: source.region,
    action,
    parameters: JSON.parse(parameters),
  }));

const snapshotsOf = ({ snapshot, results }: any): any[] =>
  results ? results.map((result: any) => result.snapshot) : [snapshot];

/** The mutations that name no snapshot, or return none; each has a file of its own. */
const others = [
  'createClusterInstances',
  'createSnapshotSchedule',
  'deleteSnapshotSchedule',
  'restoreCluster',
  'restoreClusterToTime',
  'updateBackupSettings',
  'updateSnapshotSchedule',
];

it('the contract covers every mutation of the schema', async () => {
  const { data } = await gateway.query('{ __schema { mutationType { fields { name } } } }');
  const names = data.__schema.mutationType.fields.map(({ name }: any) => name);
  expect(names.toSorted()).toEqual([...mutationNames, ...others].toSorted());
});

it.each(serviceNames)('the contract has a case of every mutation of snapshots for %s', (service) => {
  const cases = new Set(inputsOf(service).map(({ mutation }) => mutation));
  // Neither returns a snapshot; each has a file of its own.
  expect(mutationNames.filter((name) => !cases.has(name))).toEqual(['issueClusterCredentials', 'restoreTable']);
});

describe.each(serviceNames)('%s', (service) => {
  const changes = everyChange.filter((each) => each.service === service);
  const missing = inputsOf(service).filter(({ mutation }) => differences[service].changes[mutation] === null);

  it.each(changes)('$mutation by $action sends each call of its dry run exactly once', async (each) => {
    const { mutation, input, action } = each;
    const dry = await change(mutation, input, true);
    expect(await sent()).toEqual([]);
    const done = await change(mutation, input);
    expect(done.__typename).toBe(dry.__typename);
    expect(done.plannedCalls).toEqual(dry.plannedCalls);
    const calls = await sent();
    expect(calls).toEqual(planned(dry.plannedCalls));
    expect(calls.map((call) => call.action)).toEqual([action]);
    expect(done.plannedCalls.map(({ source }: any) => source)).toEqual([{ service, account, region }]);
  });

  it.each(changes)('$mutation by $action returns every field as it is read afterward', async (each) => {
    const { mutation, input, query, done } = each;
    const unanswered = mutation === 'createSnapshot' ? differences[service].createdWithout : [];
    const isDeletion = mutation.startsWith('delete');
    const { snapshotId: one, snapshotIds = [one] }: any = input;
    const before = await Promise.all(snapshotIds.filter(Boolean).map(fresh));
    const dry = await change(mutation, input, true);
    if (dry.results) expect(snapshotsOf(dry)).toEqual(before);
    else expect(snapshotsOf(dry)).toEqual(['createSnapshot', 'copySnapshot'].includes(mutation) ? [null] : before);

    const answer = await change(mutation, input);
    if (answer.results) {
      expect(answer.results).toMatchObject(snapshotIds.map((id: string) => ({ id, error: null })));
    }
    for (const [index, snapshot] of snapshotsOf(answer).entries()) {
      // oxlint-disable-next-line no-await-in-loop -- a few at most
      const now = await fresh(snapshot.Snapshot_id);
      if (!isDeletion)
        expect(snapshot).toEqual({ ...now, ...Object.fromEntries(unanswered.map((name) => [name, null])) });
      else {
        const lost = Object.fromEntries(lostFields.map((name) => [name, snapshot[name]]));
        expect(now).toBeNull();
        expect(snapshot.Snapshot_status).toBe('DELETED');
        expect(snapshot).toEqual({ ...before[index], ...lost });
      }
    }
    expect((await gateway.query(query)).data).toEqual(done);
  });

  it.each(changes.filter(({ mutation }) => !isBatch(mutation)))(
    '$mutation by $action returns NotFoundError for a missing resource and sends no change',
    async ({ mutation }) => {
      const target =
        mutation === 'createSnapshot'
          ? { clusterId: clusterId(service, 'gone') }
          : { snapshotId: snapshotId(service, 'gone') };
      const { input } = changes.find((each) => each.mutation === mutation)!;
      expect(await change(mutation, { ...input, ...target })).toMatchObject({
        __typename: 'NotFoundError',
        code: 'NOT_FOUND',
      });
      expect(await sent()).toEqual([]);
    },
  );

  it.each(missing)(
    '$mutation returns NOT_SUPPORTED if the service does not support it',
    async ({ mutation, input }) => {
      for (const dryRun of [true, false]) {
        // oxlint-disable-next-line no-await-in-loop -- sequential, because the calls are counted
        const answer = await change(mutation, input, dryRun);
        const refused = { __typename: 'NotSupportedError', code: 'NOT_SUPPORTED' };
        if (answer.results)
          expect(answer.results.map(({ error }: any) => error)).toEqual(answer.results.map(() => refused));
        else expect(answer).toMatchObject(refused);
        // oxlint-disable-next-line no-await-in-loop -- sequential, because the calls are counted
        expect(await sent()).toEqual([]);
      }
    },
  );

  describe('issueClusterCredentials', () => {
    const input = { clusterId: clusterId(service), databaseUser: 'reader' };
    const [issue] = differences[service].changes.issueClusterCredentials ?? [];

    it('issues a password with the call of its dry run, or is not supported', async () => {
      const dry = await change('issueClusterCredentials', input, true);
      expect(await sent()).toEqual([]);
      const done = await change('issueClusterCredentials', input);
      const calls = await sent();
      if (issue === undefined) {
        for (const answer of [dry, done]) expect(answer).toMatchObject({ code: 'NOT_SUPPORTED' });
        expect(calls).toEqual([]);
        return;
      }
      expect(dry).toMatchObject({ databaseUser: null, databasePassword: null, expiresAt: null });
      expect(done).toMatchObject({
        databaseUser: expect.stringContaining('reader'),
        databasePassword: expect.stringMatching(/.{20}/),
        expiresAt: expect.any(String),
      });
      expect(done.plannedCalls).toEqual(dry.plannedCalls);
      expect(calls).toEqual(planned(dry.plannedCalls));
      expect(calls.map(({ action }) => action)).toEqual([issue]);
    });
  });
});
