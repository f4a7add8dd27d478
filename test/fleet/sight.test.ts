import { afterAll, beforeAll, expect, it } from 'vitest';
import { account, type Gateway, region, startGateway } from '../support/gateway.ts';
import { as, authenticationWith } from '../support/tokens.ts';

const place = { account, region };
const own = [{ Key: 'team', Value: 'bi' }];
const foreign = [{ Key: 'team', Value: 'hr' }];

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'], tags: { team: 'bi' } }]),
  });
  const snapshots = (name: string, cluster: string) => [
    { service: 'redshift' as const, ...place, SnapshotIdentifier: name, ClusterIdentifier: cluster, Tags: own },
    {
      service: 'rds' as const,
      ...place,
      Engine: 'docdb',
      DBClusterSnapshotIdentifier: name,
      DBClusterIdentifier: cluster,
      Tags: own,
    },
  ];
  await gateway.load({
    clusters: [
      { service: 'redshift', ...place, ClusterIdentifier: 'theirs', Tags: foreign },
      { service: 'rds', ...place, DBClusterIdentifier: 'theirs', Engine: 'docdb', Tags: foreign },
    ],
    snapshots: [...snapshots('of-theirs', 'theirs'), ...snapshots('of-nobody', 'gone')],
  });
});
afterAll(() => gateway.close());

const ask = async (query: string) => gateway.query(query, {}, await as());

it.each([
  ['orphaned: true', ['of-nobody', 'of-nobody']],
  ['orphaned: true, identifiers: ["of-theirs", "of-nobody"]', ['of-nobody', 'of-nobody']],
  ['orphaned: false', ['of-theirs', 'of-theirs']],
])('a snapshot whose cluster may not be seen is no orphan: %s', async (filter, expected) => {
  const { data } = await ask(`{ snapshots(filter: { ${filter} }) { nodes { identifier cluster { id } } } }`);
  expect(data.snapshots.nodes).toEqual(expected.map((identifier) => ({ identifier, cluster: null })));
});

it('what may be seen in part is not counted against its quota', async () => {
  const { data, errors } = await ask(`{ sources { manualSnapshots { count { value } } } }`);
  expect(data.sources).toEqual([{ manualSnapshots: null }, { manualSnapshots: null }]);
  expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN', 'FORBIDDEN']);
});
