import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorFields, isBatch } from '../../changes/support.ts';
import { account, accounts, type Gateway } from '../../support/gateway.ts';
import { type ServiceName, serviceNames } from '../../support/services.ts';
import {
  clusterArn,
  clusterId,
  makeSnapshot,
  sharedSnapshotId,
  snapshotArn,
  snapshotId,
} from '../../support/worlds.ts';
import { differences, type MutationName, mutationNames } from './differences.ts';
import { everyChange, inputsOf, world } from './every-change.ts';
import { startContract } from './support.ts';

const friend = '210987654321';
/** Not configured. */
const stranger = '555566667777';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startContract({ accounts: accounts([account, friend]), limits: { cost: 1e6 } });
});
beforeEach(async () => {
  const foreign = serviceNames.flatMap((service) => [
    makeSnapshot(service, 'for-one', { account: stranger, shares: [account] }),
    makeSnapshot(service, 'for-two', { account: stranger, shares: [account, friend] }),
  ]);
  await gateway.load({ ...world, snapshots: [...world.snapshots!, ...foreign], frozen: true });
  await gateway.calls();
});
afterEach(() => gateway.disturb());
afterAll(() => gateway.close());

async function change(mutation: MutationName, input: object) {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const snapshot = 'snapshot { id identifier status source { account } }';
  const others: Partial<Record<MutationName, string>> = {
    issueClusterCredentials: 'databaseUser',
    restoreTable: 'request { id }',
  };
  const one = others[mutation] ?? snapshot;
  const { data, errors } = await gateway.query(
    `mutation ($input: ${type}Input!) {
      ${mutation}(input: $input) {
        __typename
        ... on ${type}Payload {
          ${isBatch(mutation) ? `results { id ${snapshot} error { code message ... on InvalidInputError { field } } }` : one}
          plannedCalls { source { service account region } action parameters }
        }
        ${errorFields}
      }
    }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data[mutation];
}

/** Returns the ARN in the id of a snapshot or cluster. */
function arnIn(id: string): string {
  return Buffer.from(id, 'base64url').toString().replace(/^\w+:/, '').replace(/#.*$/, '');
}

/** Returns an input that names by ARN what it names by id. */
function byArn(input: object): object {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      if (name === 'snapshotIds') return [name, value.map(arnIn)];
      return [name, ['snapshotId', 'clusterId'].includes(name) ? arnIn(value) : value];
    }),
  );
}

/** Returns the response without the ids that repeat the input. */
function withoutIds(answer: any): any {
  return answer.results ? { ...answer, results: answer.results.map(({ id: _id, ...rest }: any) => rest) } : answer;
}

const sent = async () =>
  (await gateway.calls()).filter(({ action }) => !/^(Describe|List)/.test(action ?? '')).map(({ action }) => action);

describe('a change by ARN', () => {
  it.each(everyChange)(
    'is the change by id: $mutation by $action',
    async ({ mutation, input, action, query, done }) => {
      const planned = await change(mutation, { ...input, dryRun: true });
      await gateway.calls();
      for (const more of [{}, { account }]) {
        // oxlint-disable-next-line no-await-in-loop -- compared with the plan by id
        const again = await change(mutation, { ...byArn(input), ...more, dryRun: true });
        expect(withoutIds(again)).toEqual(withoutIds(planned));
      }
      expect(await sent()).toEqual([]);
      const made = await change(mutation, byArn(input));
      expect(made.plannedCalls).toEqual(planned.plannedCalls);
      expect(await sent()).toEqual([action]);
      const { snapshotIds } = byArn(input) as any;
      if (snapshotIds) expect(made.results.map(({ id }: any) => id)).toEqual(snapshotIds);
      expect((await gateway.query(query)).data).toEqual(done);
    },
  );
});

/** The input of a mutation that names a record in another way, and the path of its id. */
function inputNaming(service: ServiceName, mutation: MutationName, snapshot: string, cluster: string) {
  const ofTable = {
    snapshotId: snapshotId(service, 'old'),
    source: { database: 'dev', table: 'one' },
    target: { table: 'two' },
  };
  const own = mutation === 'restoreTable' ? ofTable : { databaseUser: 'reader' };
  const { input = { clusterId: clusterId(service), ...own } } =
    inputsOf(service).find((each) => each.mutation === mutation) ?? {};
  if ('clusterId' in input) return { input: { ...input, clusterId: cluster }, path: ['input', 'clusterId'] };
  if (isBatch(mutation)) return { input: { ...input, snapshotIds: [snapshot] }, path: ['input', 'snapshotIds', '0'] };
  return { input: { ...input, snapshotId: snapshot }, path: ['input', 'snapshotId'] };
}

describe.each(serviceNames)('%s', (service) => {
  const elsewhere = { region: 'eu-west-1' };
  const chinese = (arn: string) => arn.replace('arn:aws:', 'arn:aws-cn:');
  const [own, cluster] = [snapshotArn(service, 'old'), clusterArn(service)];

  it.each<[what: string, snapshot: string, other: string, message: RegExp]>([
    ['no ARN of a record', 'arn:aws:s3:::bucket', 'arn:aws:s3:::bucket', /is not the ARN of a snapshot or cluster/],
    ['the ARN of another kind of record', cluster, own, /is not the ARN of an Amazon \w+ (snapshot|cluster)/],
    [
      'an ARN in a region that is not configured',
      snapshotArn(service, 'old', elsewhere),
      clusterArn(service, undefined, elsewhere),
      /No source is configured for .* region eu-west-1/,
    ],
    ['an ARN in another partition', chinese(own), chinese(cluster), /is in the partition aws-cn/],
    ...['#210987654321', ' ', '\n', '\u0000', '\u200b'].map((end): [string, string, string, RegExp] => [
      `an ARN that ends with ${JSON.stringify(end)}`,
      `${own}${end}`,
      `${cluster}${end}`,
      /is not the ARN of a snapshot or cluster/,
    ]),
    ['a name', 'old', 'sales', /is neither an id of this API nor an ARN\. Use .* the ARN of a (snapshot|cluster)\.$/],
    ['the id of another kind of record', clusterId(service), snapshotId(service, 'old'), /^The id belongs to a /],
  ])('%s is INVALID_INPUT with the path of the id, without an AWS call', async (_what, snapshot, other, message) => {
    for (const mutation of mutationNames) {
      const { input, path } = inputNaming(service, mutation, snapshot, other);
      // oxlint-disable-next-line no-await-in-loop -- a few at most
      expect(await change(mutation, input), mutation).toMatchObject({
        __typename: 'InvalidInputError',
        field: path,
        message: expect.stringMatching(message),
      });
    }
    expect(await gateway.calls()).toEqual([]);
  });

  it('an account that is not configured is INVALID_INPUT with its own path, for an id and for an ARN', async () => {
    const named = [[own, cluster] as const, [snapshotId(service, 'old'), clusterId(service)] as const];
    for (const mutation of mutationNames) {
      for (const [snapshot, other] of named) {
        const { input } = inputNaming(service, mutation, snapshot, other);
        // oxlint-disable-next-line no-await-in-loop -- a few at most
        expect(await change(mutation, { ...input, account: stranger }), mutation).toMatchObject({
          field: ['input', 'account'],
          message: `account is "${stranger}", which is not configured. Allowed values: ${account}, ${friend}.`,
        });
      }
    }
    expect(await gateway.calls()).toEqual([]);
  });

  it('an account that contradicts an id or the ARN of a cluster is INVALID_INPUT', async () => {
    // Of the two records that restoreTable names, the snapshot is refused first.
    for (const mutation of mutationNames.filter((each) => each !== 'restoreTable')) {
      const { input, path } = inputNaming(service, mutation, snapshotId(service, 'old'), cluster);
      // oxlint-disable-next-line no-await-in-loop -- a few at most
      expect(await change(mutation, { ...input, account: friend }), mutation).toMatchObject({
        __typename: 'InvalidInputError',
        field: path,
        message: expect.stringMatching(`^account is "${friend}", but .*, or set it to "${account}"`),
      });
    }
    expect(await gateway.calls()).toEqual([]);
  });

  it('a record that does not exist is NOT_FOUND, and so is a snapshot that the account does not see', async () => {
    const missing = inputNaming(service, 'deleteSnapshot', snapshotArn(service, 'gone'), '').input;
    expect(await change('deleteSnapshot', missing)).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(
        `^The snapshot ${snapshotArn(service, 'gone')} was not found in account ${account}`,
      ),
    });
    const unseen = { snapshotId: own, account: friend };
    expect(await change('deleteSnapshot', unseen)).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining(`was not found in account ${friend}`),
    });
    const noCluster = { clusterId: clusterArn(service, 'gone'), identifier: 'new' };
    expect(await change('createSnapshot', noCluster)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('the ARN of a shared snapshot means the view of its owner, unless the input names the account', async () => {
    const arn = snapshotArn(service, 'shared');
    const unshare = (more: object) =>
      change('unshareSnapshot', { snapshotId: arn, everyone: true, dryRun: true, ...more });
    expect(await unshare({})).toMatchObject({ snapshot: { id: snapshotId(service, 'shared'), source: { account } } });
    expect(await unshare({ account: friend })).toMatchObject({ code: 'SHARING_REFUSED' });
    const shared = sharedSnapshotId(friend, service, 'shared');
    expect(await unshare({ snapshotId: shared, account: friend })).toMatchObject({ code: 'SHARING_REFUSED' });
    expect(await unshare({ snapshotId: shared, account })).toMatchObject({ field: ['input', 'snapshotId'] });
  });

  it('the ARN of a snapshot of another account means the only account that sees it', async () => {
    const remove = { snapshotId: snapshotArn(service, 'for-one', { account: stranger }) };
    const refused = { code: 'FORBIDDEN', message: expect.stringContaining(`it belongs to account ${stranger}`) };
    expect(await change('deleteSnapshot', remove)).toMatchObject(refused);
    expect(await change('deleteSnapshot', { ...remove, account })).toMatchObject(refused);
    expect(await change('deleteSnapshot', { ...remove, account: friend })).toMatchObject({ code: 'NOT_FOUND' });
    const none = { snapshotId: snapshotArn(service, 'for-none', { account: stranger }) };
    expect(await change('deleteSnapshot', none)).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('was not found in any configured account'),
    });
  });

  it('the ARN of a snapshot that several accounts see is INVALID_INPUT that lists their ids', async () => {
    const place = { account: stranger };
    const remove = { snapshotId: snapshotArn(service, 'for-two', place) };
    const answer = await change('deleteSnapshot', remove);
    expect(answer).toMatchObject({ code: 'INVALID_INPUT', field: ['input', 'snapshotId'] });
    for (const viewer of [account, friend]) {
      expect(answer.message).toContain(`account ${viewer} (id ${sharedSnapshotId(viewer, service, 'for-two', place)})`);
      // oxlint-disable-next-line no-await-in-loop -- two accounts
      expect(await change('deleteSnapshot', { ...remove, account: viewer })).toMatchObject({ code: 'FORBIDDEN' });
    }
  });

  it('the ARN of a snapshot that an account could see whose source fails is its error', async () => {
    await gateway.disturb({
      kind: 'error',
      code: 'AccessDenied',
      status: 403,
      account: friend,
      action: differences[service].reads.snapshots,
    });
    const remove = { snapshotId: snapshotArn(service, 'for-one', { account: stranger }) };
    expect(await change('deleteSnapshot', remove)).toMatchObject({
      code: 'FORBIDDEN',
      fault: 'AccessDenied',
      message: expect.stringMatching(`account ${friend}, .* set account to the account whose view`),
    });
    expect(await change('deleteSnapshot', { ...remove, account })).toMatchObject({
      message: expect.stringContaining(`it belongs to account ${stranger}`),
    });
  });

  describe('a batch', () => {
    const place = { account: stranger };
    const remove = (snapshotIds: readonly string[], more: object = {}) =>
      change('deleteSnapshots', { snapshotIds, ...more });

    it('is one change of a snapshot that several ids and ARNs name, and returns each as it was sent', async () => {
      const ids = [own, snapshotId(service, 'old'), own, snapshotArn(service, 'OLD'), snapshotArn(service, 'older')];
      const { results, plannedCalls } = await remove(ids);
      expect(results.map(({ id }: any) => id)).toEqual(ids);
      expect(results.map(({ snapshot, error }: any) => error ?? [snapshot.identifier, snapshot.status])).toEqual([
        ...Array.from({ length: 4 }, () => ['old', 'DELETED']),
        ['older', 'DELETED'],
      ]);
      expect(await sent()).toEqual(plannedCalls.map(({ action }: any) => action));
      expect(JSON.stringify(plannedCalls).match(/\\"old\\"/g)).toHaveLength(1);
    });

    it('reports every invalid id, ARN and account at once, without an AWS call', async () => {
      const ids = ['nonsense', own, clusterArn(service), 'arn:aws:s3:::bucket', snapshotArn(service, 'a', elsewhere)];
      const { problems } = await remove([...ids, chinese(own), snapshotId(service, 'older')], { account: stranger });
      expect(problems.map(({ field }: any) => field)).toEqual([
        ['input', 'snapshotIds', '0'],
        ['input', 'account'],
        ['input', 'snapshotIds', '2'],
        ['input', 'snapshotIds', '3'],
      ]);
      const { problems: contradictions } = await remove([...ids, snapshotId(service, 'older')], { account: friend });
      expect(contradictions.map(({ field }: any) => field.at(-1))).toEqual(['0', '2', '3', '4', '5']);
      expect(await gateway.calls()).toEqual([]);
    });

    it('has an error for each snapshot that cannot be found, and changes the others', async () => {
      const several = snapshotArn(service, 'for-two', place);
      const { results } = await remove([snapshotArn(service, 'gone'), several, own, own.replace('old', 'gone')]);
      expect(results.map(({ snapshot, error }: any) => error?.code ?? snapshot.status)).toEqual([
        'NOT_FOUND',
        'INVALID_INPUT',
        'DELETED',
        'NOT_FOUND',
      ]);
      expect(results[1].error.field).toEqual(['input', 'snapshotIds', '1']);
    });

    it('keeps the views of two accounts of one snapshot apart', async () => {
      const ids = [snapshotArn(service, 'shared'), sharedSnapshotId(friend, service, 'shared')];
      const { results } = await remove(ids, { revokeAccess: true });
      expect(results.map(({ snapshot, error }: any) => error?.code ?? snapshot.status)).toEqual([
        'DELETED',
        'FORBIDDEN',
      ]);
      expect(results.map(({ snapshot }: any) => snapshot.source.account)).toEqual([account, friend]);
    });
  });

  it('a repetition with the same idempotencyKey returns the same snapshots', async () => {
    const tag = { snapshotId: own, tags: [{ key: 'a' }], idempotencyKey: `tag ${service}` };
    const tagged = await change('tagSnapshot', tag);
    expect(await change('tagSnapshot', tag)).toEqual(tagged);
    const ids = [snapshotArn(service, 'for-two', { account: stranger }), own, snapshotArn(service, 'shared')];
    const remove = { snapshotIds: ids, idempotencyKey: `delete ${service}` };
    const first = await change('deleteSnapshots', remove);
    await gateway.calls();
    const second = await change('deleteSnapshots', remove);
    expect(await sent()).toEqual([]);
    expect(second).toEqual({
      ...first,
      results: first.results.map((each: any) => (each.error === null ? { ...each, snapshot: null } : each)),
    });
    expect(second.results.map(({ error }: any) => error?.code)).toEqual(['INVALID_INPUT', undefined, 'INVALID_STATE']);
    const elsewhere = { ...remove, account };
    expect(await change('deleteSnapshots', elsewhere)).toMatchObject({ field: ['input', 'idempotencyKey'] });
  });
});
