import type { Stock } from '../../service.ts';
import { clusterStock } from './clusters.ts';
import { snapshotStock } from './snapshots.ts';

/** The RDS part of a world's JSON. */
export const rdsStock: Stock = { clusters: clusterStock, snapshots: snapshotStock };
