import type { Stock } from '../../service.ts';
import { clusterStock } from './clusters.ts';
import { groupStock } from './groups.ts';
import { instanceStock } from './instances.ts';
import { snapshotStock } from './snapshots.ts';

/** The RDS part of a world's JSON. */
export const rdsStock: Stock = {
  groups: groupStock,
  clusters: clusterStock,
  instances: instanceStock,
  snapshots: snapshotStock,
};
