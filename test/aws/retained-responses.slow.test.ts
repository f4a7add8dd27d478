import { ClientRequest } from 'node:http';
import { queryObjects } from 'node:v8';
import DataLoader from 'dataloader';
import { expect, it } from 'vitest';
import { account, startGateway } from '../support/gateway.ts';
import { element, startStaticUpstream } from '../support/static-upstream.ts';

const search = /* GraphQL */ `
  query ($id: String!) {
    snapshots(filter: { services: [REDSHIFT], identifiers: [$id] }) {
      nodes {
        cluster {
          identifier
        }
      }
    }
  }
`;

const parallelReads = 8;
const cluster = { ClusterIdentifier: 'sales', OwnerAccount: account, Status: 'available' };

/** Returns how many objects of a class are in memory after a garbage collection. */
function countInMemory(what: Function): number {
  return queryObjects(what, { format: 'count' });
}

it('keeps nothing of earlier requests in memory because of idle connections to AWS', async () => {
  const all = Promise.withResolvers<undefined>();
  let received = 0;
  const upstream = await startStaticUpstream({
    DescribeClusterSnapshots: async ({ SnapshotIdentifier = '' }) => {
      received += 1;
      if (received === parallelReads) all.resolve(undefined);
      await all.promise;
      return `<Snapshots>${element('Snapshot', { SnapshotIdentifier, ...cluster })}</Snapshots>`;
    },
  });
  const inMemory = () => [ClientRequest, DataLoader].map(countInMemory);
  const before = inMemory();
  // Shorter than 2 seconds, so that the SDK would limit the time of a connection itself.
  const timeouts = { connectionSeconds: 1.9, idleSeconds: 300 };
  const gateway = await startGateway({ aws: { endpoint: upstream.url, timeouts } });
  await Promise.all(
    Array.from({ length: parallelReads }, (_, index) => gateway.query(search, { id: `first-${index}` })),
  );
  await gateway.query(search, { id: 'later' });
  await expect.poll(inMemory, { timeout: 10_000 }).toEqual(before);
  await gateway.close();
  await upstream.close();
});
