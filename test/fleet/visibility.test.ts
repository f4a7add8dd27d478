import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { makeCluster, makeSnapshot } from '../support/worlds.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'], tags: { team: 'bi' } }]),
  });
  const snapshots = (name: string, cluster: string) =>
    serviceNames.map((service) => makeSnapshot(service, name, { cluster, tags: { team: 'bi' } }));
  await gateway.load({
    clusters: serviceNames.map((service) => makeCluster(service, 'theirs', { tags: { team: 'hr' } })),
    snapshots: [...snapshots('of-theirs', 'theirs'), ...snapshots('of-nobody', 'gone')],
  });
});
afterAll(() => gateway.close());

const ask = async (query: string) => gateway.query(query, {}, await as());

it.each([
  ['orphaned: true', ['of-nobody', 'of-nobody']],
  ['orphaned: true, identifiers: ["of-theirs", "of-nobody"]', ['of-nobody', 'of-nobody']],
  ['orphaned: false', ['of-theirs', 'of-theirs']],
])('does not report a snapshot of a hidden cluster as orphaned: %s', async (filter, expected) => {
  const { data } = await ask(`{ snapshots(filter: { ${filter} }) { nodes { identifier cluster { id } } } }`);
  expect(data.snapshots.nodes).toEqual(expected.map((identifier) => ({ identifier, cluster: null })));
});

it('does not count manual snapshots if some may be hidden', async () => {
  const { data, errors } = await ask(`{ sources { manualSnapshots { count { value } } } }`);
  expect(data.sources).toEqual([{ manualSnapshots: null }, { manualSnapshots: null }]);
  expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN', 'FORBIDDEN']);
});
