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

it.each(serviceNames)('a refusal says what was asked, what is allowed and what to do: %s', async (service) => {
  const id = (name: string) => ({ snapshotId: snapshotId(service, name) });
  const to = { accounts: [friend] };
  expect(await refusal('shareSnapshot', { ...id('broken'), ...to })).toBe(
    'The snapshot broken is failed; only an available one can be shared. It will not become available; choose another one.',
  );
  expect(await refusal('shareSnapshot', { ...id('young'), ...to })).toBe(
    'The snapshot young is creating; only an available one can be shared. Follow it with snapshotProgress until it is, then ask again.',
  );
  expect(await refusal('deleteSnapshot', id('young'))).toMatch(
    /^The snapshot young is creating; Amazon \w+ deletes only those that are .*\. Wait until it is, then ask again\.$/,
  );
  expect(await refusal('deleteSnapshot', id(names[service]))).toMatch(
    /is automated, and only manual ones can be deleted: /,
  );
  expect(await refusal('deleteSnapshot', id('held'))).toBe(
    'The snapshot held is held by its tag hold: while it has that, it is neither deleted nor kept for fewer days than it was.',
  );
  expect(await refusal('deleteSnapshot', { ...id('old'), expectedCreatedAt: '2026-02-01T00:00:00Z' })).toBe(
    'The snapshot old was created at 2026-01-01T00:00:00.000Z, not at 2026-02-01T00:00:00.000Z: it is not the one that was meant. Look it up again, and give the createdAt of the one to delete.',
  );
});

it('a refused retention says how to keep an automated snapshot longer', async () => {
  const snapshotIds = [snapshotId('REDSHIFT', names.REDSHIFT)];
  expect(await refusal('updateSnapshotRetention', { snapshotIds, days: 30 })).toMatch(
    /is automated, and only manual ones can be kept for a number of days: .* Copy it with copySnapshot to keep it longer\.$/,
  );
});
