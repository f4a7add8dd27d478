import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { startStaticUpstream, type StaticUpstream } from '../support/static-upstream.ts';

let upstream: StaticUpstream;
let gateway: Gateway;
beforeAll(async () => {
  upstream = await startStaticUpstream();
  gateway = await startGateway({ aws: { endpoint: upstream.url } });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

/** Returns the status of a cluster that AWS returns with these members. */
async function statusesOf(redshift: string, documentDB: string) {
  upstream.answer({
    DescribeClusters: `<Clusters><Cluster><ClusterIdentifier>sales</ClusterIdentifier>${redshift}</Cluster></Clusters>`,
    DescribeDBClusters: `<DBClusters><DBCluster><DBClusterIdentifier>orders</DBClusterIdentifier><Engine>docdb</Engine>${documentDB}</DBCluster></DBClusters>`,
  });
  const { data, errors } = await gateway.query('{ clusters { nodes { status rawStatus } isComplete } }');
  expect(errors).toBeUndefined();
  expect(data.clusters.isComplete).toBe(true);
  return data.clusters.nodes;
}

describe('the status of a cluster', () => {
  it.each([
    ['available', 'AVAILABLE'],
    [' Available ', 'AVAILABLE'],
    ['creating', 'CREATING'],
    ['restoring', 'RESTORING'],
    ['restoring-cluster', 'RESTORING'],
    ['migrating', 'RESTORING'],
    ['modifying', 'MODIFYING'],
    ['available, prep-for-resize', 'MODIFYING'],
    ['available,  resize-cleanup', 'MODIFYING'],
    ['resizing', 'MODIFYING'],
    ['cancelling-resize', 'MODIFYING'],
    ['renaming', 'MODIFYING'],
    ['rebooting', 'MODIFYING'],
    ['maintenance', 'MODIFYING'],
    ['upgrading', 'MODIFYING'],
    ['rotating-keys', 'MODIFYING'],
    ['updating-hsm', 'MODIFYING'],
    ['backing-up', 'MODIFYING'],
    ['failing-over', 'MODIFYING'],
    ['starting', 'MODIFYING'],
    ['stopping', 'MODIFYING'],
    ['resetting-master-credentials', 'MODIFYING'],
    ['configuring-iam-database-auth', 'MODIFYING'],
    ['paused', 'PAUSED'],
    ['stopped', 'STOPPED'],
    ['deleting', 'DELETING'],
    ['final-snapshot', 'DELETING'],
    ['incompatible-hsm', 'FAILED'],
    ['incompatible-network', 'FAILED'],
    ['incompatible-parameters', 'FAILED'],
    ['incompatible-restore', 'FAILED'],
    ['hardware-failure', 'FAILED'],
    ['storage-full', 'FAILED'],
    ['inaccessible-encryption-credentials', 'FAILED'],
    ['inaccessible-encryption-credentials-recoverable', 'FAILED'],
    ['migration-failed', 'FAILED'],
    ['unavailable', 'UNKNOWN'],
    ['constructor', 'UNKNOWN'],
    ['', 'UNKNOWN'],
  ])('that AWS reports as %j is %s, for every service', async (raw, status) => {
    const expected = { status, rawStatus: raw };
    expect(await statusesOf(`<ClusterStatus>${raw}</ClusterStatus>`, `<Status>${raw}</Status>`)).toEqual([
      expected,
      expected,
    ]);
  });

  it('is UNKNOWN if AWS reports none', async () => {
    const unknown = { status: 'UNKNOWN', rawStatus: '' };
    expect(await statusesOf('', '')).toEqual([unknown, unknown]);
  });

  it.each([
    ['available', 'restoring', 'RESTORING'],
    ['available', 'starting', 'RESTORING'],
    ['creating', 'restoring', 'RESTORING'],
    ['available', 'completed', 'AVAILABLE'],
    ['available', 'failed', 'AVAILABLE'],
    ['deleting', 'restoring', 'DELETING'],
    ['modifying', 'restoring', 'MODIFYING'],
  ])('of Amazon Redshift that is %s, with a restore that is %s, is %s', async (raw, restore, status) => {
    const members = `<ClusterStatus>${raw}</ClusterStatus><RestoreStatus><Status>${restore}</Status></RestoreStatus>`;
    const [cluster] = await statusesOf(members, '<Status>available</Status>');
    expect(cluster).toEqual({ status, rawStatus: raw });
  });
});
