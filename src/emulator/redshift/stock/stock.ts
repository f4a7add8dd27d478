import type { Stock } from '../../service.ts';
import { clusterStock } from './clusters.ts';
import { grantStock } from './grants.ts';
import { parameterGroupStock } from './parameter-groups.ts';
import { scheduleStock } from './schedules.ts';
import { snapshotStock } from './snapshots.ts';
import { tableRestoreStock } from './table-restores.ts';

/** Redshift's part of a world's JSON. */
export const redshiftStock: Stock = {
  schedules: scheduleStock,
  grants: grantStock,
  parameterGroups: parameterGroupStock,
  clusters: clusterStock,
  snapshots: snapshotStock,
  tableRestores: tableRestoreStock,
};
