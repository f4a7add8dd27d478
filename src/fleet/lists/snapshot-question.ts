import { type SnapshotRecord, snapshotKey } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { WholeQuestion } from '../full-reads/gather.ts';
import type { FleetOptions } from '../options.ts';
import type { SnapshotConditions, Visibility } from './conditions.ts';
import { createSnapshotMatch } from './match.ts';

/** A question about the snapshots of some sources, for a list and for what needs all of them. */
export function snapshotQuestion(options: FleetOptions, asked: readonly Source[], conditions: SnapshotConditions) {
  const { rights, sources, reads, backendOf, fullReads, usage } = options;
  return {
    what: 'snapshots',
    sources: asked,
    listing: (source) => backendOf(source).snapshots,
    conditions: visible(options, asked, conditions),
    match: createSnapshotMatch({ reads, sees: rights.sees, accounts: sources.accounts }),
    key: snapshotKey,
    fullReads,
    usage,
  } satisfies WholeQuestion<SnapshotRecord, SnapshotConditions> & { key: typeof snapshotKey };
}

/** The conditions and that the principal may see the record, where not all can be seen. */
export function visible<Conditions extends Visibility>(
  { rights }: FleetOptions,
  asked: readonly Source[],
  conditions: Conditions,
): Conditions {
  return rights.arePartialIn(asked) ? { ...conditions, seenBy: rights.subject } : conditions;
}
