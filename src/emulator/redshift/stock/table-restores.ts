import { TableRestoreStatus$ } from '@aws-sdk/client-redshift';
import { NormalizedSchema } from '@smithy/core/schema';

import type { ResourceStock } from '../../service.ts';
import { readMembers, writeMembers } from '../../wire/json.ts';
import { readTableRestore } from '../readings.ts';
import type { StoredTableRestore } from '../stored.ts';
import { readAppearance, writeAppearance } from '../../world/ready-time.ts';

const schema = NormalizedSchema.of(TableRestoreStatus$);

/**
 * Table restores of a world's JSON: the API's `TableRestoreStatus` members, and `ReadyTime` (ISO 8601), when the restore
 * succeeds. Without it, the restore keeps its `Status`, by default `SUCCEEDED`.
 */
export const tableRestoreStock: ResourceStock = {
  load({ ReadyTime, ...json }, { place, now }) {
    const members: Partial<StoredTableRestore> = readMembers(schema, json);
    const { TableRestoreRequestId, ClusterIdentifier, RequestTime = now, TotalDataInMegaBytes = 0 } = members;
    if (!TableRestoreRequestId) throw new Error('TableRestoreStatus.TableRestoreRequestId is missing');
    if (!ClusterIdentifier) throw new Error('TableRestoreStatus.ClusterIdentifier is missing');
    const required = { TableRestoreRequestId, ClusterIdentifier, RequestTime, TotalDataInMegaBytes };
    place.redshift.tableRestores.add({ ...members, ...required, ...readAppearance({ ReadyTime }) });
  },
  dump: ({ redshift }, now) =>
    [...redshift.tableRestores.values()].map((restore) => ({
      ...writeMembers(schema, readTableRestore(restore, now)),
      ...writeAppearance(restore, now),
    })),
};
