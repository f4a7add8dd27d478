import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account, type Gateway, region, startGateway } from '../support/gateway.ts';
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

describe('hidden snapshots', () => {
  let fleet: Gateway;
  beforeAll(async () => {
    fleet = await startGateway({
      authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'], tags: { team: 'bi' } }]),
    });
    const parts = {
      shares: ['555566667777'],
      megabytes: 5,
      origin: { account, region: 'eu-west-1', name: 'original' },
    };
    await fleet.load({
      snapshots: serviceNames.flatMap((service) =>
        ['bi', 'hr'].map((team) => makeSnapshot(service, `of-${team}`, { ...parts, region, tags: { team } })),
      ),
    });
  });
  afterAll(() => fleet.close());

  it.each([
    'copies: true',
    'olderThanDays: 0',
    'youngerThanDays: 1000000',
    'sharedWith: ["555566667777"]',
    'sharedOutside: ["999999999999"]',
    'minimumMegabytes: 5, services: [REDSHIFT]',
  ])('are neither matched nor counted by %s', async (filter) => {
    const list = (orderBy: string) => `snapshots(filter: { ${filter} }, orderBy: ${orderBy}) {
      isComplete totalCount { value precision } nodes { identifier }
    }`;
    const { data, errors } = await fleet.query(
      `{ paged: ${list('null')} ordered: ${list('{ field: IDENTIFIER, direction: ASC }')}
        snapshotSummary(filter: { ${filter} }) { isComplete total { value precision } } }`,
      {},
      await as(),
    );
    expect(errors).toBeUndefined();
    const count = filter.includes('services') ? 1 : 2;
    const total = { value: count, precision: 'EXACT' };
    const nodes = Array.from({ length: count }, () => ({ identifier: 'of-bi' }));
    expect(data).toEqual({
      paged: { isComplete: true, totalCount: total, nodes },
      ordered: { isComplete: true, totalCount: total, nodes },
      snapshotSummary: { isComplete: true, total },
    });
  });

  it('of unknown size do not make a source PARTIAL', async () => {
    const filter = '{ minimumMegabytes: 5, identifiers: ["of-hr"] }';
    const { data } = await fleet.query(
      `{ snapshots(filter: ${filter}) { isComplete nodes { id } } snapshotSummary(filter: ${filter}) { isComplete } }`,
      {},
      await as(),
    );
    expect(data).toEqual({ snapshots: { isComplete: true, nodes: [] }, snapshotSummary: { isComplete: true } });
  });
});

it('does not count manual snapshots if some may be hidden', async () => {
  const { data, errors } = await ask(`{ sources { manualSnapshots { count { value } } } }`);
  expect(data.sources).toEqual([{ manualSnapshots: null }, { manualSnapshots: null }]);
  expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN', 'FORBIDDEN']);
});
