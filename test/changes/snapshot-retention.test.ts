import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { makeSnapshot, snapshotId } from '../support/worlds.ts';
import { actionsOf, clusters, errorFields } from './support.ts';

/** The gateway compares the age of snapshots with its own clock, so the emulated time is the real time. */
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const aged = { createdAt: daysAgo(59.5) };
const many = Array.from({ length: 105 }, (_, index) => `many-${index}`);

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

beforeEach(async () => {
  await gateway.disturb();
  await gateway.load({
    now: new Date().toISOString(),
    frozen: true,
    clusters,
    snapshots: [
      makeSnapshot('REDSHIFT', 'one'),
      makeSnapshot('REDSHIFT', 'two', { days: 100 }),
      makeSnapshot('REDSHIFT', 'old', aged),
      makeSnapshot('REDSHIFT', 'rs:sales-2026-01-01-00-00-00', { type: 'automated' }),
      makeSnapshot('DOCUMENTDB', 'one'),
      ...many.map((name) => makeSnapshot('REDSHIFT', name)),
    ],
  });
  await gateway.calls();
});

async function update(input: object, snapshot = 'snapshot { identifier status retention { days forever } }') {
  const { data, errors } = await gateway.query(
    `mutation ($input: UpdateSnapshotRetentionInput!) {
      updateSnapshotRetention(input: $input) {
        __typename
        ... on UpdateSnapshotRetentionPayload {
          results { id ${snapshot} error { __typename code message fault } }
          plannedCalls { action parameters }
        }
        ${errorFields}
      }
    }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data.updateSnapshotRetention;
}

const [one = '', two = '', old = ''] = ['one', 'two', 'old'].map((name) => snapshotId('REDSHIFT', name));
const writes = async () => (await actionsOf(gateway)).filter((action) => action?.includes('Modify'));

describe('updateSnapshotRetention', () => {
  it('changes one snapshot in one call, and returns it from the response', async () => {
    const { results, plannedCalls } = await update({ snapshotIds: [one], days: 30 });
    expect(results).toMatchObject([
      { id: one, error: null, snapshot: { identifier: 'one', retention: { days: 30, forever: false } } },
    ]);
    expect(plannedCalls).toEqual([
      {
        action: 'ModifyClusterSnapshot',
        parameters: '{"SnapshotIdentifier":"one","ManualSnapshotRetentionPeriod":30}',
      },
    ]);
    expect(await actionsOf(gateway)).toEqual(['DescribeClusterSnapshots', 'ModifyClusterSnapshot']);
  });

  it('keeps snapshots forever, and reads them afterwards only if they are selected', async () => {
    const { results } = await update({ snapshotIds: [two, one], days: null });
    expect(results).toMatchObject([
      { id: two, error: null, snapshot: { identifier: 'two', retention: { days: null, forever: true } } },
      { id: one, error: null, snapshot: { identifier: 'one', retention: { days: null, forever: true } } },
    ]);
    expect(await writes()).toEqual(['BatchModifyClusterSnapshots']);
  });

  it('changes 100 snapshots per call, and reads none afterwards if none is selected', async () => {
    const ids = many.map((name) => snapshotId('REDSHIFT', name));
    const { results, plannedCalls } = await update({ snapshotIds: ids, days: 7 }, '');
    expect(results.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(results.every(({ error }: { error: unknown }) => error === null)).toBe(true);
    expect(plannedCalls).toHaveLength(2);
    expect(await actionsOf(gateway)).toEqual([
      'DescribeClusterSnapshots',
      'DescribeClusterSnapshots',
      'BatchModifyClusterSnapshots',
      'BatchModifyClusterSnapshots',
    ]);
  });

  it('returns a result for each id in the order of the input', async () => {
    const automated = snapshotId('REDSHIFT', 'rs:sales-2026-01-01-00-00-00');
    const snapshotIds = [snapshotId('DOCUMENTDB', 'one'), old, automated, one, snapshotId('REDSHIFT', 'gone')];
    const { results } = await update({ snapshotIds, days: 7 });
    expect(results).toMatchObject([
      { error: { __typename: 'NotSupportedError' }, snapshot: { identifier: 'one' } },
      { error: { code: 'INVALID_INPUT', fault: null }, snapshot: { identifier: 'old' } },
      { error: { code: 'INVALID_STATE', fault: null } },
      { error: null, snapshot: { retention: { days: 7 } } },
      { error: { code: 'NOT_FOUND' }, snapshot: null },
    ]);
    expect(await writes()).toEqual(['ModifyClusterSnapshot']);
  });

  it('refuses a period that has already ended before it calls AWS, and names the shortest one: also in a dry run', async () => {
    const recent = many.slice(0, 60).map((name) => snapshotId('REDSHIFT', name));
    const tooOld = Array.from({ length: 60 }, (_, index) => `aged-${index}`);
    await gateway.load({
      clusters,
      snapshots: [
        ...many.slice(0, 60).map((name) => makeSnapshot('REDSHIFT', name)),
        ...tooOld.map((name) => makeSnapshot('REDSHIFT', name, aged)),
      ],
    });
    const snapshotIds = [...recent, ...tooOld.map((name) => snapshotId('REDSHIFT', name))];
    for (const dryRun of [true, false]) {
      const { results } = await update({ snapshotIds, days: 30, dryRun }, 'endsAt endsAtOnce');
      expect(results.slice(0, 60).every(({ error }: { error: unknown }) => error === null)).toBe(true);
      for (const { error, endsAt, endsAtOnce } of results.slice(60)) {
        expect(error).toMatchObject({
          code: 'INVALID_INPUT',
          message: expect.stringContaining('Set days to 60 or more'),
        });
        expect({ endsAt, endsAtOnce }).toEqual({ endsAt: null, endsAtOnce: false });
      }
    }
    expect(await writes()).toEqual(['BatchModifyClusterSnapshots']);
    const shortest = await update({ snapshotIds: snapshotIds.slice(60, 61), days: 60 });
    expect(shortest.results).toMatchObject([{ error: null, snapshot: { retention: { days: 60 } } }]);
  });

  it.each([true, false])('reports when AWS deletes each snapshot, with dryRun: %s', async (dryRun) => {
    const createdAt = daysAgo(10);
    await gateway.load({
      clusters,
      snapshots: [makeSnapshot('REDSHIFT', 'old', aged), makeSnapshot('REDSHIFT', 'one', { createdAt })],
    });
    const ends = 'endsAt endsAtOnce';
    const { results } = await update({ snapshotIds: [old, one], days: 30, force: true, dryRun }, ends);
    expect(results).toMatchObject([
      { error: null, endsAtOnce: true },
      { error: null, endsAt: new Date(Date.parse(createdAt) + 30 * 86_400_000).toISOString(), endsAtOnce: false },
    ]);
    const forever = await update({ snapshotIds: [one], days: null, dryRun }, ends);
    expect(forever.results).toMatchObject([{ error: null, endsAt: null, endsAtOnce: false }]);
  });

  it('leaves a period that ends at this very moment to AWS, whose clock decides', async () => {
    await gateway.load({
      clusters,
      snapshots: [
        makeSnapshot('REDSHIFT', 'one', { createdAt: new Date(Date.now() - 5 * 86_400_000 - 2_000).toISOString() }),
      ],
    });
    const { results } = await update({ snapshotIds: [one], days: 5 });
    expect(results).toMatchObject([{ error: { code: 'INVALID_INPUT', fault: 'InvalidRetentionPeriodFault' } }]);
  });

  it.each([[[old]], [[old, one]]])('lets AWS delete older snapshots with force', async (snapshotIds) => {
    const { results } = await update({ snapshotIds, days: 7, force: true });
    expect(results[0]).toMatchObject({ error: null, snapshot: { identifier: 'old', status: 'DELETED' } });
  });

  it('reports a snapshot that AWS deletes immediately as deleted, even if AWS still lists it', async () => {
    await gateway.load({
      assumptions: { snapshotLingerSeconds: 60 },
      clusters,
      snapshots: [
        makeSnapshot('REDSHIFT', 'one', { createdAt: new Date().toISOString() }),
        makeSnapshot('REDSHIFT', 'old', aged),
      ],
    });
    const { results } = await update({ snapshotIds: [old, one], days: 7, force: true });
    expect(results).toMatchObject([
      { error: null, snapshot: { identifier: 'old', status: 'DELETED' } },
      { error: null, snapshot: { identifier: 'one', status: 'AVAILABLE', retention: { days: 7 } } },
    ]);
  });

  it('changes nothing in a dry run', async () => {
    const { results, plannedCalls } = await update({ snapshotIds: [one, two], days: 7, force: true, dryRun: true });
    expect(results).toMatchObject([{ snapshot: { retention: { forever: true } } }, { error: null }]);
    expect(plannedCalls).toEqual([
      {
        action: 'BatchModifyClusterSnapshots',
        parameters: '{"SnapshotIdentifierList":["one","two"],"ManualSnapshotRetentionPeriod":7,"Force":true}',
      },
    ]);
    expect(await writes()).toEqual([]);
  });

  it('accepts -1, as in the AWS API, to keep a snapshot forever', async () => {
    await update({ snapshotIds: [one], days: 30 });
    const { results } = await update({ snapshotIds: [one], days: -1 });
    expect(results).toMatchObject([{ error: null, snapshot: { retention: { days: null, forever: true } } }]);
  });

  it('reports every problem of the input at once', async () => {
    const answer = await update({ snapshotIds: ['nonsense', one], days: 0 });
    expect(answer.problems.map(({ field }: { field: string[] }) => field)).toEqual([
      ['input', 'snapshotIds', '0'],
      ['input', 'days'],
    ]);
  });

  it.each([0, -2, 3654])('rejects %i days, without an AWS call', async (days) => {
    const answer = await update({ snapshotIds: [one], days });
    expect(answer).toMatchObject({ code: 'INVALID_INPUT', field: ['input', 'days'] });
    expect(await actionsOf(gateway)).toEqual([]);
  });
});
