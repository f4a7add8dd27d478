import { account, region } from './gateway.ts';
import type { ServiceName } from './services.ts';
import { element, members, type StaticAnswer } from './static-upstream.ts';

/** The element of a snapshot of a service, and its usual members. */
const shapes = {
  REDSHIFT: (name) => [
    'Snapshot',
    {
      SnapshotIdentifier: name,
      ClusterIdentifier: 'sales',
      SnapshotArn: `arn:aws:redshift:${region}:${account}:snapshot:sales/${name}`,
      OwnerAccount: account,
    },
  ],
  DOCUMENTDB: (name) => [
    'DBClusterSnapshot',
    {
      DBClusterSnapshotIdentifier: name,
      DBClusterIdentifier: 'orders',
      DBClusterSnapshotArn: `arn:aws:rds:${region}:${account}:cluster-snapshot:${name}`,
      Engine: 'docdb',
    },
  ],
} as const satisfies Record<ServiceName, (name: string) => readonly [element: string, members: object]>;

const lists: Readonly<Record<ServiceName, string>> = { REDSHIFT: 'Snapshots', DOCUMENTDB: 'DBClusterSnapshots' };

/** Returns a snapshot as AWS lists it. `values` are further members, or replace members; undefined omits one. */
export function listedSnapshot(service: ServiceName, name: string, values: Parameters<typeof members>[0] = {}): string {
  const [list, own] = shapes[service](name);
  const common = { SnapshotType: 'manual', Status: 'available', SnapshotCreateTime: '2026-01-01T00:00:00Z' };
  return element(list, { ...own, ...common, ...values });
}

/** Returns a page of snapshots as AWS lists them: their identifiers, and the next Marker, if any. */
export function snapshotsPage(service: ServiceName, names: readonly string[], marker?: string): StaticAnswer {
  return members({ [lists[service]]: names.map((name) => listedSnapshot(service, name)).join(''), Marker: marker });
}
