import { type ServiceName, serviceTable } from '../../snapshots/service.ts';
import { type SnapshotRecord, snapshotKey } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { WholeQuestion } from '../full-reads/gather.ts';
import type { FleetOptions } from '../options.ts';
import { invalid, type SnapshotConditions, type Visibility } from './conditions.ts';
import { relativeTo } from './relative-times.ts';
import { createSnapshotMatch } from './snapshot-match.ts';

/**
 * Creates the query for the snapshots of some sources at a time, for lists and for full reads. Throws INVALID_INPUT if no
 * snapshot of these sources can match.
 */
export function snapshotQuestion(options: FleetOptions, asked: readonly Source[], conditions: SnapshotConditions) {
  const { rights, sources, reads, backendOf, fullReads, usage, now, changesAt } = options;
  requireSizes(options, asked, conditions);
  return {
    what: 'snapshots',
    sources: asked,
    listing: (source) => backendOf(source).snapshots,
    conditions: visible(options, asked, relativeTo(now, conditions, changesAt)),
    match: createSnapshotMatch({ reads, sees: rights.sees, accounts: sources.accounts, now, changesAt }),
    key: snapshotKey,
    fullReads,
    usage,
  } satisfies WholeQuestion<SnapshotRecord, SnapshotConditions> & { key: typeof snapshotKey };
}

/** Rejects a condition on the size if no selected service reports sizes: no snapshot could match. */
function requireSizes(
  { sources, backendOf }: FleetOptions,
  asked: readonly Source[],
  { minimumMegabytes }: SnapshotConditions,
): void {
  if (minimumMegabytes === undefined || asked.some((source) => backendOf(source).hasSizes)) return;
  const titles = (some: readonly Source[]) =>
    [...new Set(some.map(({ service }): ServiceName => service))].map((service) => serviceTable[service].title);
  const measured = titles(sources.all.filter((source) => backendOf(source).hasSizes));
  const advice = measured.length === 0 ? '' : `, or select sources of ${measured.join(', ')}`;
  throw invalid(
    'minimumMegabytes',
    `is ${minimumMegabytes}, but no selected source is of a service that reports the size of snapshots (selected: ${titles(asked).join(', ')}). Omit it${advice}.`,
  );
}

/** Adds, as the first condition, that the principal can see the record, if some records may be hidden. */
export function visible<Conditions extends Visibility>(
  { rights }: FleetOptions,
  asked: readonly Source[],
  conditions: Conditions,
): Conditions {
  return rights.arePartialIn(asked) ? { seenBy: rights.subject, ...conditions } : conditions;
}
