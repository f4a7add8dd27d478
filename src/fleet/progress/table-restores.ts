import { NotFoundError } from '../../errors.ts';
import {
  isTableRestore,
  type TableRestoreRecord,
  type TableRestoreState,
} from '../../snapshots/recovery/table-restore.ts';
import type { Lookups } from '../lookups/lookups.ts';
import type { Followed } from './followed.ts';
import type { ProgressOptions } from './progress.ts';

const lastStates: ReadonlySet<TableRestoreState> = new Set(['SUCCEEDED', 'FAILED', 'CANCELED']);

/** Table restores are followed until they end. */
export const followedTableRestores: Followed<TableRestoreRecord> = {
  contentOf: (restore) => restore,
  // AWS never uses the id of a request again.
  isOther: (first, later) => first.requestId !== later.requestId,
  outlookOf: ({ state, restoredMegabytes: restored, totalMegabytes: total }) => {
    if (lastStates.has(state)) return 'FINAL';
    const percent = restored === null || !total ? null : Math.min(100, (restored / total) * 100);
    return { progress: { percent }, isUnknown: state === 'UNKNOWN' };
  },
  missing: noSuchTableRestore,
  replaced: noSuchTableRestore,
};

/** Returns the function that reads a table restore, with lookups of its own each time. */
export function tableRestoreReader(lookups: () => Pick<Lookups, 'other'>): ProgressOptions<TableRestoreRecord>['read'] {
  return async ([id]) => {
    const found = id === undefined ? null : await lookups().other(id);
    return found !== null && isTableRestore(found) ? found : null;
  };
}

function noSuchTableRestore(): NotFoundError {
  return new NotFoundError(
    'The table restore was not found: AWS may have forgotten it, or its cluster was deleted or renamed.',
  );
}
