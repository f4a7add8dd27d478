import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { at, makeCluster, makeSnapshot, makeSnapshots } from '../support/worlds.ts';

const [first, second] = ['100000000001', '100000000002'] as const;
const outside = '999999999999';
const services = ['REDSHIFT', 'DOCUMENTDB'] as const;

const question = /* GraphQL */ `
  query ($orphaned: SnapshotFilter!, $public: SnapshotFilter!, $external: SnapshotFilter!) {
    clusters(first: 100) {
      nodes {
        identifier
        source {
          account
          service
        }
        latestSnapshot {
          createdAt
        }
      }
    }
    orphaned: snapshots(filter: $orphaned) {
      totalCount {
        value
      }
    }
    public: snapshots(filter: $public) {
      totalCount {
        value
      }
    }
    external: snapshots(filter: $external) {
      totalCount {
        value
      }
    }
  }
`;

let gateway: Gateway;
beforeEach(() => start(false));
afterEach(() => gateway.close());

async function start(sharing: boolean): Promise<void> {
  gateway = await startGateway({ accounts: accounts([first, second]), fleetWatch: { everySeconds: 3600, sharing } });
  await gateway.load({
    clusters: [first, second].flatMap((account) =>
      services.flatMap((service) => [
        makeCluster(service, undefined, { account }),
        makeCluster(service, 'bare', { account }),
      ]),
    ),
    snapshots: [first, second].flatMap((account) =>
      services.flatMap((service) => [
        ...makeSnapshots(service, 3, { account }),
        makeSnapshot(service, 'of-a-deleted-cluster', { account, cluster: 'gone', createdAt: at(9) }),
        makeSnapshot(service, 'shared-inside', {
          account,
          createdAt: at(1),
          shares: [account === first ? second : first],
        }),
        makeSnapshot(service, 'shared-outside', { account, createdAt: at(2), shares: [outside] }),
      ]),
    ),
  });
  // The read at the start can have seen the world from before.
  await gateway.fleetWatch.refresh();
  await gateway.fleetWatch.refresh();
}

/** Answers the same questions with GraphQL, for the sources of one account and service. */
async function askAbout(account: string, service: string) {
  const own = { accounts: [account], services: [service], ownerAccounts: [account] };
  const { data } = await gateway.query(question, {
    orphaned: { ...own, orphaned: true },
    public: { ...own, exposure: 'PUBLIC' },
    external: { ...own, exposure: 'EXTERNAL' },
  });
  const clusters = data.clusters.nodes.filter(
    ({ source }: any) => source.account === account && source.service === service,
  );
  return {
    newest: clusters
      .filter(({ latestSnapshot }: any) => latestSnapshot !== null)
      .map(({ identifier, latestSnapshot }: any) => [identifier, Date.parse(latestSnapshot.createdAt)]),
    without: clusters.filter(({ latestSnapshot }: any) => latestSnapshot === null).length,
    orphaned: data.orphaned.totalCount.value,
    public: data.public.totalCount.value,
    external: data.external.totalCount.value,
  };
}

function figuresOf(account: string, service: string) {
  const watched = gateway.fleetWatch
    .readFleetFigures()
    .sources.find(({ source }) => source.account === account && source.service === service);
  const { figures } = watched!;
  return (
    figures && {
      newest: figures.clusters.map(({ identifier, newestAt }) => [identifier, newestAt?.getTime()]),
      without: figures.withoutRecoveryPoint,
      orphaned: figures.orphaned.count,
      public: figures.public?.count,
      external: figures.external?.count,
    }
  );
}

describe('the figures of the fleet', () => {
  it.each([first, second])('equal the answers of GraphQL for account %s', async (account) => {
    await gateway.close();
    await start(true);
    for (const service of services) {
      const expected = await askAbout(account, service);
      expect(expected).toMatchObject({ without: 1, orphaned: 1, external: 1 });
      expect(figuresOf(account, service)).toEqual(expected);
    }
  });

  it('do not claim a sharing that was not read', async () => {
    expect(figuresOf(first, 'REDSHIFT')).toMatchObject({ public: 0, external: 1 });
    expect(figuresOf(first, 'DOCUMENTDB')).toMatchObject({ public: undefined, external: undefined });
    const actions = (await gateway.calls()).map(({ action }) => action);
    expect(actions).toContain('DescribeDBClusterSnapshots');
    expect(actions).not.toContain('DescribeDBClusterSnapshotAttributes');
  });

  it('are read without an AWS call', async () => {
    await gateway.calls();
    const { clusters, clustersLeftOut } = gateway.fleetWatch.readFleetFigures();
    expect(clusters).toHaveLength(4);
    expect(clustersLeftOut).toBe(0);
    expect(await gateway.calls()).toEqual([]);
  });

  it.each([
    ['DENIED', { kind: 'error', code: 'AccessDenied', status: 403 }],
    ['THROTTLED', { kind: 'error', code: 'Throttling', status: 400 }],
  ] as const)('of a source that is %s are those of its last read, with its status', async (status, fault) => {
    const before = gateway.fleetWatch.readFleetFigures().sources;
    await gateway.disturb({ ...fault, account: first, service: 'redshift' });
    await gateway.fleetWatch.refresh();
    const { sources } = gateway.fleetWatch.readFleetFigures();
    expect(sources.map((each) => each.status)).toEqual([status, 'COMPLETE', 'COMPLETE', 'COMPLETE']);
    expect(sources[0]!.figures).toBe(before[0]!.figures);
    expect(sources[1]!.figures!.readAt.getTime()).toBeGreaterThan(before[1]!.figures!.readAt.getTime());
  });

  it('are read once at a time', async () => {
    await gateway.calls();
    await Promise.all([gateway.fleetWatch.refresh(), gateway.fleetWatch.refresh()]);
    const calls = (await gateway.calls()).filter(({ action }) => action === 'DescribeClusterSnapshots');
    expect(calls).toHaveLength(2);
  });
});
