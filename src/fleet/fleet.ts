import { lazily } from '../snapshots/lazily.ts';
import { createLists, type Lists } from './lists/lists.ts';
import { createLookups, type Lookups } from './lookups/lookups.ts';
import type { FleetOptions } from './options.ts';
import { createQuestions, type Questions } from './questions/questions.ts';
import { createSizes, type Sizes } from './sizes.ts';
import { readSourceFigures, type SourceReading } from './watch/source-figures.ts';
import { createRecoveryPoints, type RecoveryPoints } from './questions/recovery-points.ts';
import { createRecoveryReport, type RecoveryReport } from './questions/recovery-report.ts';

/** The snapshots and clusters of all sources, for one request. */
export interface Fleet {
  readonly lists: Lists;
  readonly lookups: Lookups;
  readonly questions: Questions;
  readonly recoveryReport: RecoveryReport;
  /** The sizes of the sources, which the prices of operations depend on. */
  readonly sizes: Sizes;
  /** Reads the figures of all sources, for metrics. */
  readonly figures: (readsSharing: boolean) => Promise<SourceReading[]>;
}

/** Creates the fleet of one request; each part is created on first use. */
export const createFleet: (options: FleetOptions) => Fleet = lazily<
  Fleet & { readonly recoveryPoints: RecoveryPoints },
  FleetOptions
>({
  recoveryPoints: ({ seed }) => createRecoveryPoints(seed),
  lists: (fleet) => createLists(fleet.seed, () => fleet.recoveryPoints),
  lookups: ({ seed }) => createLookups(seed),
  questions: (fleet) => createQuestions(fleet.seed, fleet.recoveryPoints),
  recoveryReport: (fleet) => createRecoveryReport(fleet.seed, fleet.recoveryPoints),
  sizes: ({ seed }) => createSizes(seed),
  figures:
    ({ seed }) =>
    (readsSharing) =>
      readSourceFigures(seed, readsSharing),
});
