import { type SnapshotRecord, snapshotKey } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { WholeQuestion } from '../full-reads/gather.ts';
import type { FleetOptions } from '../options.ts';
import type { SnapshotConditions, Visibility } from './conditions.ts';
import { createSnapshotMatch } from './snapshot-match.ts';

/** Creates the query for the snapshots of some sources, for lists and for full reads. */
export function snapshotQuestion(options: FleetOptions, asked: readonly Source[], conditions: SnapshotConditions) {
  const { rights, sources, reads, backendOf, fullReads, usage, now } = options;
  return {
    what: 'snapshots',
    sources: asked,
    listing: (source) => backendOf(source).snapshots,
    conditions: visible(options, asked, conditions),
    match: createSnapshotMatch({ reads, sees: rights.sees, accounts: sources.accounts, now }),
    key: snapshotKey,
    fullReads,
    usage,
  } satisfies WholeQuestion<SnapshotRecord, SnapshotConditions> & { key: typeof snapshotKey };
}

/** Adds, as the first condition, that the principal can see the record, if some records may be hidden. */
export function visible<Conditions extends Visibility>(
  { rights }: FleetOptions,
  asked: readonly Source[],
  conditions: Conditions,
): Conditions {
  return rights.arePartialIn(asked) ? { seenBy: rights.subject, ...conditions } : conditions;
}
