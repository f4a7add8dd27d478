import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../../src/access/audit.ts';
import { everyChange, world } from '../services/contract/every-change.ts';
import { credentials } from '../services/contract/support.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { at, clusterId, makeSnapshot, snapshotId } from '../support/worlds.ts';
import { answersLost } from './lost-answers.ts';
import { errorFields, isBatch } from './support.ts';

const friend = '210987654321';
let gateway: Gateway;
let lines: any[];
let keys = 0;
const newKey = () => `key ${(keys += 1)}`;
const permissions = ['READ', 'CREATE', 'COPY', 'SHARE', 'DELETE', 'TAG', 'RETAIN'].map((name) => `SNAPSHOT_${name}`);

beforeAll(async () => {
  gateway = await startGateway({
    credentials,
    audit: createAudit(
      async (line) => void lines.push(JSON.parse(line)),
      () => {},
    ),
    authenticate: authenticationWith([{ permissions: [...permissions, 'CLUSTER_CREDENTIALS'] }]),
  });
});
afterAll(() => gateway.close());
beforeEach(async () => {
  lines = [];
  await gateway.disturb();
  await gateway.load(world);
  await gateway.calls();
});

async function change(mutation: string, input: object, subject = 'ada') {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const payload = isBatch(mutation)
    ? 'results { id snapshot { identifier status tags { key } } error { code } }'
    : mutation === 'issueClusterCredentials'
      ? 'databasePassword'
      : 'snapshot { identifier status sharing { accounts } }';
  const { data, errors } = await gateway.query(
    `mutation ($input: ${type}Input!) {
      ${mutation}(input: $input) {
        __typename
        ... on ${type}Payload { ${payload} plannedCalls { source { region } action parameters } }
        ${errorFields}
      }
    }`,
    { input },
    await as({ sub: subject }),
  );
  expect(errors).toBeUndefined();
  return data[mutation];
}

/** The calls that change something since the last call of this function. */
const writes = async () =>
  (await gateway.calls()).map(({ action }) => action ?? '').filter((action) => !/^(Describe|List)/.test(action));

describe('a repetition with the same idempotencyKey', () => {
  it.each(everyChange)('returns the first outcome of $mutation by $action', async ({ mutation, action, input }) => {
    const keyed = { ...input, idempotencyKey: newKey() };
    const first = await change(mutation, keyed);
    expect(await writes()).toEqual([action]);
    const second = await change(mutation, keyed);
    expect(await writes()).toEqual([]);
    expect(second).toMatchObject({ __typename: first.__typename, plannedCalls: first.plannedCalls });
    if (mutation.startsWith('delete')) {
      if (second.results)
        expect(second.results).toMatchObject(first.results.map(({ id }: any) => ({ id, error: null })));
      return;
    }
    expect(second).toEqual(first);
  });

  it.each(serviceNames)('returns the first outcome while the first is still running: %s', async (service) => {
    const input = { clusterId: clusterId(service), identifier: 'new', idempotencyKey: newKey() };
    const answers = await Promise.all(Array.from({ length: 5 }, () => change('createSnapshot', input)));
    expect(await writes()).toHaveLength(1);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0].snapshot.identifier).toBe('new');
  });

  it('is audited as repeated', async () => {
    const input = { snapshotId: snapshotId('REDSHIFT', 'old'), keys: ['kept'], idempotencyKey: newKey() };
    await change('untagSnapshot', input);
    await change('untagSnapshot', input);
    const done = lines.filter(({ audit }) => audit === 'done');
    expect(done).toMatchObject([
      { outcome: 'done', calls: [{ action: 'DeleteTags' }] },
      { outcome: 'repeated', isRepetition: true, calls: [] },
    ]);
  });

  it('returns the current snapshot, and null after it was deleted', async () => {
    const input = { clusterId: clusterId('REDSHIFT'), identifier: 'new', idempotencyKey: newKey() };
    await change('createSnapshot', input);
    await gateway.load(world);
    expect(await change('createSnapshot', input)).toMatchObject({
      __typename: 'CreateSnapshotPayload',
      snapshot: null,
      plannedCalls: [{ action: 'CreateClusterSnapshot' }],
    });
  });

  it.each(serviceNames)('does not return another snapshot that has the identifier now: %s', async (service) => {
    const input = { snapshotId: snapshotId(service, 'old'), tags: [{ key: 'a' }], idempotencyKey: newKey() };
    expect(await change('tagSnapshot', input)).toMatchObject({ snapshot: { identifier: 'old' } });
    expect(await change('tagSnapshot', input)).toMatchObject({ snapshot: { identifier: 'old' } });
    await gateway.load({ snapshots: [makeSnapshot(service, 'old', { createdAt: at(600_000) })] });
    expect(await change('tagSnapshot', input)).toMatchObject({ __typename: 'TagSnapshotPayload', snapshot: null });
  });

  it.each([
    ['another input', 'ada', { identifier: 'newer' }],
    ['an input with one more field', 'ada', { tags: [{ key: 'a', value: 'b' }] }],
  ])('is refused with %s', async (_name, subject, more) => {
    const input = { clusterId: clusterId('REDSHIFT'), identifier: 'new', idempotencyKey: newKey() };
    await change('createSnapshot', input);
    await gateway.calls();
    const answer = await change('createSnapshot', { ...input, ...more }, subject);
    expect(answer).toMatchObject({ code: 'INVALID_INPUT', field: ['input', 'idempotencyKey'] });
    expect(await gateway.calls()).toEqual([]);
  });

  it('is another change for another subject, and for another mutation', async () => {
    const idempotencyKey = newKey();
    const input = { snapshotId: snapshotId('DOCUMENTDB', 'old'), idempotencyKey };
    await change('shareSnapshot', { ...input, accounts: [friend] });
    await change('unshareSnapshot', { ...input, accounts: [friend] });
    await change('shareSnapshot', { ...input, accounts: [friend] }, 'eve');
    expect(await writes()).toHaveLength(3);
  });

  it('is not a repetition of a dry run, and a dry run is never a repetition', async () => {
    const input = { snapshotId: snapshotId('REDSHIFT', 'old'), idempotencyKey: newKey() };
    await change('deleteSnapshot', { ...input, dryRun: true });
    expect(await change('deleteSnapshot', input)).toMatchObject({ snapshot: { status: 'DELETED' } });
    expect(await writes()).toEqual(['DeleteClusterSnapshot']);
    expect(await change('deleteSnapshot', { ...input, dryRun: true })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each([
    ['INVALID_INPUT', 'createSnapshot', { clusterId: clusterId('REDSHIFT'), identifier: '1' }],
    ['NOT_FOUND', 'deleteSnapshot', { snapshotId: snapshotId('REDSHIFT', 'gone') }],
  ])('makes the change again after an error that says that nothing was done: %s', async (code, mutation, input) => {
    const keyed = { ...input, idempotencyKey: newKey() };
    expect(await change(mutation, keyed)).toMatchObject({ code });
    expect(await change(mutation, keyed)).toMatchObject({ code });
    expect(lines.filter(({ outcome }) => outcome === 'repeated')).toEqual([]);
  });

  it.each(serviceNames)('makes the change again after AWS refused it: %s', async (service) => {
    const { mutation, action, input } = everyChange.find((each) => each.service === service)!;
    const keyed = { ...input, idempotencyKey: newKey() };
    await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403, action, times: 1 });
    expect(await change(mutation, keyed)).toMatchObject({ code: 'FORBIDDEN' });
    expect((await change(mutation, keyed)).__typename).toMatch(/Payload$/);
    expect(await writes()).toEqual([action, action]);
  });

  it.each(answersLost)('never sends a change again whose outcome is unknown: $kind $moment', async (loss) => {
    for (const service of serviceNames) {
      const { mutation, action, input } = everyChange.find((each) => each.service === service)!;
      const keyed = { ...input, idempotencyKey: newKey() };
      // oxlint-disable no-await-in-loop -- one service after the other
      await gateway.disturb({ ...loss, action });
      const first = await change(mutation, keyed);
      await gateway.disturb();
      const second = await change(mutation, keyed);
      expect(await writes()).toEqual([action]);
      // oxlint-enable no-await-in-loop
      expect(second).toEqual(first);
    }
  });

  it('returns the first error of a change that was made in part', async () => {
    const accounts = [friend, '012345678901', '555566667777'];
    const input = { snapshotId: snapshotId('REDSHIFT', 'old'), accounts, idempotencyKey: newKey() };
    const action = 'AuthorizeSnapshotAccess';
    await gateway.disturb({ kind: 'error', code: 'LimitExceededFault', action, nth: 2 });
    const first = await change('shareSnapshot', input);
    expect(first).toMatchObject({ __typename: 'QuotaExceededError', code: 'QUOTA_EXCEEDED' });
    await gateway.disturb();
    expect(await change('shareSnapshot', input)).toEqual(first);
    expect(await writes()).toEqual([action, action, action]);
  });

  it('returns the first error of a change whose first call was read back', async () => {
    const input = { snapshotId: snapshotId('REDSHIFT', 'rs:nightly'), identifier: 'new', tags: [{ key: 'a' }] };
    const keyed = { ...input, idempotencyKey: newKey() };
    await gateway.disturb(
      { kind: 'reset', moment: 'after', action: 'CopyClusterSnapshot' },
      { kind: 'error', code: 'AccessDenied', status: 403, action: 'CreateTags' },
    );
    const first = await change('copySnapshot', keyed);
    expect(first).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('CopyClusterSnapshot') });
    await gateway.disturb();
    expect(await change('copySnapshot', keyed)).toEqual(first);
  });

  it('makes a batch again that AWS refused for each item in a successful response', async () => {
    const names = ['one', 'two'];
    // The gateway leaves a status that it does not know to AWS.
    await gateway.load({ snapshots: names.map((name) => makeSnapshot('REDSHIFT', name, { status: 'odd' })) });
    const input = { snapshotIds: names.map((name) => snapshotId('REDSHIFT', name)), idempotencyKey: newKey() };
    const refused = names.map(() => ({ error: { code: 'INVALID_STATE' } }));
    expect(await change('deleteSnapshots', input)).toMatchObject({ results: refused });
    expect(lines.at(-1)).toMatchObject({ outcome: 'refused' });
    await gateway.load({ snapshots: names.map((name) => makeSnapshot('REDSHIFT', name)) });
    expect(await change('deleteSnapshots', input)).toMatchObject({ results: names.map(() => ({ error: null })) });
  });

  it('never returns a password again', async () => {
    const input = { clusterId: clusterId('REDSHIFT'), databaseUser: 'reader', idempotencyKey: newKey() };
    const [one, other] = await Promise.all([
      change('issueClusterCredentials', input),
      change('issueClusterCredentials', input),
    ]);
    const outcomes = [one, other].map(({ __typename }) => __typename).toSorted();
    expect(outcomes).toEqual(['IssueClusterCredentialsPayload', 'PreconditionFailedError']);
    const later = await change('issueClusterCredentials', input);
    expect(later).toMatchObject({ code: 'PRECONDITION_FAILED', message: expect.stringContaining('idempotencyKey') });
    expect(await writes()).toEqual(['GetClusterCredentials']);
  });
});

it.each(['', 'a'.repeat(129), 'ä', 'a\nb'])('the idempotencyKey %j is refused, without an AWS call', async (key) => {
  const input = { snapshotId: snapshotId('REDSHIFT', 'old'), idempotencyKey: key };
  for (const dryRun of [true, false]) {
    // oxlint-disable-next-line no-await-in-loop -- two at most
    const answer = await change('deleteSnapshot', { ...input, dryRun });
    expect(answer).toMatchObject({ code: 'INVALID_INPUT', field: ['input', 'idempotencyKey'] });
  }
  expect(await gateway.calls()).toEqual([]);
});
