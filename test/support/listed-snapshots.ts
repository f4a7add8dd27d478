import { account, region } from './gateway.ts';
import type { ServiceName } from './services.ts';
import { element, members, type StaticAnswer } from './static-upstream.ts';

/** How AWS returns the snapshot of a service with a name. */
const shapes: Readonly<Record<ServiceName, (name: string) => string>> = {
  REDSHIFT: (name) =>
    element('Snapshot', {
      SnapshotIdentifier: name,
      ClusterIdentifier: 'sales',
      SnapshotArn: `arn:aws:redshift:${region}:${account}:snapshot:sales/${name}`,
      OwnerAccount: account,
      SnapshotType: 'manual',
      Status: 'available',
      SnapshotCreateTime: '2026-01-01T00:00:00Z',
    }),
  DOCUMENTDB: (name) =>
    element('DBClusterSnapshot', {
      DBClusterSnapshotIdentifier: name,
      DBClusterIdentifier: 'orders',
      DBClusterSnapshotArn: `arn:aws:rds:${region}:${account}:cluster-snapshot:${name}`,
      Engine: 'docdb',
      SnapshotType: 'manual',
      Status: 'available',
      SnapshotCreateTime: '2026-01-01T00:00:00Z',
    }),
};
const lists: Readonly<Record<ServiceName, string>> = { REDSHIFT: 'Snapshots', DOCUMENTDB: 'DBClusterSnapshots' };

/** Returns a page of snapshots as AWS lists them: their identifiers, and the next Marker, if any. */
export function snapshotsPage(service: ServiceName, names: readonly string[], marker?: string): StaticAnswer {
  return members({ [lists[service]]: names.map(shapes[service]).join(''), Marker: marker });
}
