import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { isFromElsewhere, takenFrom } from '../../snapshots/lineage.ts';
import { after, type MaybePromise } from '../../snapshots/maybe.ts';
import { isOwn, type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import { keptResult } from '../full-reads/derived/kept-results.ts';
import { inSlices, recordsInStep, startInSlice, type Steps } from '../full-reads/derived/slices.ts';
import { sortRecords } from '../full-reads/derived/sort.ts';
import { testEach } from '../full-reads/derived/verdicts.ts';
import { compareValues, createSnapshotOrder } from '../full-reads/order.ts';
import { createSourceLoader, type ReadSource } from '../lookups/source-loader.ts';
import type { FleetOptions } from '../options.ts';
import { fullQuestions, identityOf, refuse } from './recovery-points.ts';

/** The maximum number of copies that are returned for a cluster. */
const mostCopies = 100;

/**
 * Returns the available copies of a cluster's snapshots in the other sources of its service that the principal can see,
 * newest first and at most 100. Rejects if a source cannot be read in full, because that does not mean that there is no
 * copy.
 */
export type CopiesElsewhere = (cluster: ClusterRecord) => MaybePromise<readonly SnapshotRecord[]>;

/** The copies in a full read, by the lowercase name of their cluster: their indexes, newest first. */
interface CopiesIn {
  readonly rows: readonly SnapshotRecord[];
  readonly byName: ReadonlyMap<string, readonly number[]>;
}

const newestFirst = createSnapshotOrder({ field: 'CREATED_AT', direction: 'DESC' });

/** Creates the function that finds copies. All clusters of a page are served by one full read of each source. */
export function createCopiesElsewhere(options: FleetOptions): CopiesElsewhere {
  const loader = createSourceLoader(readCopies(options), options.usage, { nameOf: identityOf });
  return (cluster) => loader.load(cluster.source, cluster);
}

function readCopies(options: FleetOptions): ReadSource<readonly SnapshotRecord[], ClusterRecord> {
  return async (source, clusters) => {
    const others = options.sources.all.filter((each) => each.service === source.service && each !== source);
    const read = (await Promise.all(others.map((other) => copiesIn(options, other)))).flat();
    return Promise.all(
      clusters.map(async (cluster) => {
        const name = cluster.kind.identifier(cluster).toLowerCase();
        const found = await Promise.all(
          read.flatMap(({ rows, byName }) => {
            const indexes = byName.get(name);
            return indexes === undefined ? [] : [newestCopies(options, rows, indexes, cluster)];
          }),
        );
        return found.flat().toSorted(compareAges).slice(0, mostCopies);
      }),
    );
  };
}

/** Reads the copies in a source, which are grouped once for each full read. */
function copiesIn(options: FleetOptions, source: Source): Promise<CopiesIn[]> {
  const { fullReads, usage } = options;
  return Promise.all(
    fullQuestions(options, source, {}).map(async (question) => {
      const { rows, flaw, isWhole } = await fullReads.read(question, usage);
      if (flaw) throw flaw;
      if (!isWhole) refuse(source, fullReads.maximumPages);
      return { rows, byName: await keptResult(rows, 'copies by cluster', () => inSlices(indexCopies(rows))) };
    }),
  );
}

function* indexCopies(rows: readonly SnapshotRecord[]): Steps<CopiesIn['byName']> {
  const { matching } = yield* testEach(rows, isAvailableCopy);
  const sorted = yield* sortRecords(rows, matching, newestFirst);
  const byName = new Map<string, number[]>();
  for (const [position, index] of sorted.entries()) {
    if (position % recordsInStep === recordsInStep - 1) yield;
    const row = rows[index] as SnapshotRecord;
    const name = row.kind.clusterIdentifier(row).toLowerCase();
    const own = byName.get(name) ?? [];
    byName.set(name, own);
    own.push(index);
  }
  return byName;
}

function isAvailableCopy(snapshot: SnapshotRecord): boolean {
  return snapshotStatus(snapshot) === 'AVAILABLE' && isOwn(snapshot) && isFromElsewhere(snapshot);
}

/** Returns the newest copies of a cluster's snapshots that the principal can see, among those of a source. */
async function newestCopies(
  { rights, reads }: FleetOptions,
  rows: readonly SnapshotRecord[],
  indexes: readonly number[],
  cluster: ClusterRecord,
): Promise<readonly SnapshotRecord[]> {
  const found: SnapshotRecord[] = [];
  for (let start = 0; start < indexes.length && found.length < mostCopies; start += mostCopies) {
    const group = indexes.slice(start, start + mostCopies).map((index) => rows[index] as SnapshotRecord);
    const seen = await startInSlice(() =>
      group.map((row) => after(isCopyOf(row, cluster, reads), (isCopy) => (isCopy ? rights.seen(row) : null))),
    );
    found.push(...seen.filter((row) => row !== null));
  }
  return found.slice(0, mostCopies);
}

/**
 * Whether a copy is of a snapshot of a cluster. The origin of a copy of a copy is not where the cluster is: it counts if
 * its times show that it is of this cluster, and do not show that it is of a cluster of that name at its origin.
 */
function isCopyOf(
  copy: SnapshotRecord,
  cluster: ClusterRecord,
  { namesakeOf }: FleetOptions['reads'],
): MaybePromise<boolean> {
  const lineage = takenFrom(copy, cluster);
  if (isFrom(copy, cluster.source)) return lineage !== 'UNRELATED';
  if (lineage !== 'BELONGS') return false;
  return after(
    namesakeOf(copy),
    (namesake) => namesake === null || (namesake !== undefined && takenFrom(copy, namesake) !== 'BELONGS'),
  );
}

/** Whether a copy was made from a snapshot in a source. */
function isFrom(copy: SnapshotRecord, { region, account }: Source): boolean {
  const origin = copy.kind.origin(copy);
  return (origin?.region ?? copy.source.region) === region && (origin?.account ?? copy.source.account) === account;
}

function compareAges(one: SnapshotRecord, other: SnapshotRecord): number {
  const { value, key, direction } = newestFirst;
  return compareValues(value(one), value(other), direction) || compareValues(key(one), key(other), 'ASC');
}
