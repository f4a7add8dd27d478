import type { Stock } from '../../service.ts';
import { clusterStock } from './clusters.ts';
import { snapshotStock } from './snapshots.ts';

/** Redshift's part of a world's JSON. */
export const redshiftStock: Stock = { clusters: clusterStock, snapshots: snapshotStock };
