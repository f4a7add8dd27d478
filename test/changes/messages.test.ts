import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { makeSnapshot, snapshotId } from '../support/worlds.ts';
import { clusters } from './support.ts';

const friend = '210987654321';
const names = { REDSHIFT: 'rs:nightly', DOCUMENTDB: 'rds:nightly' };

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    policy: {
      sharing: { accounts: [friend], awsSupport: false, public: false, kmsKeys: [] },
      deletion: [{ holdTags: ['hold'], keepLast: false }],
    },
  });
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  await gateway.load({
    clusters,
    snapshots: serviceNames.flatMap((service) => [
      makeSnapshot(service, 'broken', { status: 'failed' }),
      makeSnapshot(service, 'young', { readyAt: soon }),
      makeSnapshot(service, 'held', { tags: { hold: '' } }),
      makeSnapshot(service, 'old', { createdAt: '2026-01-01T00:00:00Z' }),
      makeSnapshot(service, names[service]),
    ]),
  });
});
afterAll(() => gateway.close());

async function refusal(mutation: string, input: object): Promise<string> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const results =
    mutation === 'updateSnapshotRetention'
      ? '... on UpdateSnapshotRetentionPayload { results { error { message } } }'
      : '';
  const { data } = await gateway.query(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ... on Error { message } ${results} } }`,
    { input },
  );
  const answer = data[mutation];
  return answer.message ?? answer.results?.[0].error.message;
}

it.each(serviceNames)('an error message says what failed, why, and what to do: %s', async (service) => {
  const id = (name: string) => ({ snapshotId: snapshotId(service, name) });
  const to = { accounts: [friend] };
  expect(await refusal('shareSnapshot', { ...id('broken'), ...to })).toBe(
    'Cannot share snapshot broken: its status is failed, and the snapshot must be available. It will not become available: use another snapshot.',
  );
  expect(await refusal('shareSnapshot', { ...id('young'), ...to })).toBe(
    'Cannot share snapshot young: its status is creating, and the snapshot must be available. Wait until it is available, for example with snapshotProgress, then retry.',
  );
  expect(await refusal('deleteSnapshot', id('young'))).toMatch(
    /^Cannot delete snapshot young: its status is creating, and Amazon \w+ deletes a snapshot only if its status is .*\. Wait until the status changes, then retry\.$/,
  );
  expect(await refusal('deleteSnapshot', id(names[service]))).toMatch(
    /it is automated\. Only manual snapshots can be deleted; /,
  );
  expect(await refusal('deleteSnapshot', id('held'))).toBe(
    'The snapshot held has the hold tag hold: it cannot be deleted, and its retention period cannot be shortened. Ask a caller with the permission SNAPSHOT_RELEASE to remove the tag first.',
  );
  expect(await refusal('deleteSnapshot', { ...id('old'), expectedCreatedAt: '2026-02-01T00:00:00Z' })).toBe(
    'Cannot delete snapshot old: it was created at 2026-01-01T00:00:00.000Z, but expectedCreatedAt is 2026-02-01T00:00:00.000Z. Read the snapshot again, and set expectedCreatedAt to the createdAt of the snapshot to delete.',
  );
});

it('the error for the retention of an automated snapshot says how to keep the snapshot longer', async () => {
  const snapshotIds = [snapshotId('REDSHIFT', names.REDSHIFT)];
  expect(await refusal('updateSnapshotRetention', { snapshotIds, days: 30 })).toMatch(
    /^Cannot change the retention period of snapshot .*: it is automated\. .* Copy it with copySnapshot to keep it longer\.$/,
  );
});
