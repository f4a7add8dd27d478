import type { WorldJson } from '../../src/emulator/control/world-json.ts';
import { account, region } from './gateway.ts';

const place = { account, region };
const start = Date.UTC(2026, 0, 1);

/** A moment as AWS writes it, `minutes` after the first of January. */
export function at(minutes: number): string {
  return new Date(start + minutes * 60_000).toISOString();
}

/** Redshift snapshots of one cluster, a minute apart. */
export function redshiftSnapshots(count: number, where: object = place): NonNullable<WorldJson['snapshots']> {
  return Array.from({ length: count }, (_, index) => ({
    service: 'redshift' as const,
    ...place,
    ...where,
    SnapshotIdentifier: `sales-${String(index).padStart(4, '0')}`,
    ClusterIdentifier: 'sales',
    SnapshotCreateTime: at(index),
  }));
}

/** RDS snapshots of one cluster of an engine, a minute apart. */
export function rdsSnapshots(
  count: number,
  Engine = 'docdb',
  where: object = place,
): NonNullable<WorldJson['snapshots']> {
  return Array.from({ length: count }, (_, index) => ({
    service: 'rds' as const,
    ...place,
    ...where,
    Engine,
    DBClusterSnapshotIdentifier: `${Engine}-${String(index).padStart(4, '0')}`,
    DBClusterIdentifier: `${Engine}-cluster`,
    SnapshotCreateTime: at(index),
  }));
}
