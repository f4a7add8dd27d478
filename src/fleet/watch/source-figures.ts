import { SnapgateError, UpstreamError } from '../../errors.ts';
import { chunksOf } from '../../aws/calls/chunks.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { isRecoveryPoint } from '../../snapshots/lineage.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import { together } from '../../snapshots/maybe.ts';
import type { Source } from '../../snapshots/source.ts';
import { gather, rowsOf } from '../full-reads/gather.ts';
import type { SnapshotConditions } from '../lists/conditions.ts';
import { createSnapshotMatch } from '../lists/snapshot-match.ts';
import { snapshotQuestion } from '../lists/snapshot-question.ts';
import { homeOf } from '../lookups/record-reads.ts';
import type { FleetOptions } from '../options.ts';
import { newestOf } from '../questions/newest.ts';
import type { SourceReport, SourceStatus } from '../reports.ts';

/** The newest recovery point of a cluster. */
export interface ClusterFigure {
  readonly identifier: string;
  /** Null if the cluster has recovery points, but AWS does not report the creation time of any. */
  readonly newestAt: Date | null;
}

/** The number of snapshots with a property. */
export interface SnapshotCount {
  readonly count: number;
  /** The number of snapshots of which it is unknown whether they have the property. */
  readonly unknown: number;
}

/** The figures of one source that was read to its end. */
export interface SourceFigures {
  /** When the oldest AWS call of the read started. */
  readonly readAt: Date;
  /** The clusters with a recovery point: an available snapshot that is not known to be unrelated to the cluster. */
  readonly clusters: readonly ClusterFigure[];
  readonly withoutRecoveryPoint: number;
  readonly orphaned: SnapshotCount;
  /** Null if the sharing of snapshots was not read. */
  readonly public: SnapshotCount | null;
  /** The snapshots shared with an account that is not configured, with AWS Support or publicly; null as for `public`. */
  readonly external: SnapshotCount | null;
}

/** The result of one read of a source. */
export interface SourceReading {
  readonly source: Source;
  readonly status: SourceStatus;
  /** Null unless the source was read to its end. */
  readonly figures: SourceFigures | null;
}

/** How many snapshots of a source are tested concurrently. */
const testedTogether = 100;

/**
 * Reads the clusters and snapshots of all sources in full, and computes the figures of each source. Without `readsSharing`,
 * makes no AWS call for single snapshots: the sharing of services that do not list it is then unknown.
 */
export async function readSourceFigures(options: FleetOptions, readsSharing: boolean): Promise<SourceReading[]> {
  const { sources, backendOf, fullReads, usage } = options;
  const [clusters, snapshots] = await Promise.all([
    gather<ClusterRecord, object>({
      what: 'clusters',
      sources: sources.all,
      listing: (source) => backendOf(source).clusters,
      conditions: {},
      match: { now: () => undefined, name: () => '', later: () => undefined },
      fullReads,
      usage,
    }),
    gather(snapshotQuestion(options, sources.all, {})),
  ]);
  const clustersBySource = Map.groupBy(rowsOf(clusters), ({ source }) => source.key);
  const snapshotsBySource = Map.groupBy(rowsOf(snapshots), ({ source }) => source.key);
  const clusterReports = new Map(clusters.reports.all().map((report) => [report.source.key, report]));
  const clustersOf = ({ key }: Source) =>
    clusterReports.get(key)?.status === 'COMPLETE' ? (clustersBySource.get(key) ?? []) : undefined;

  const readOne = async (report: SourceReport): Promise<SourceReading> => {
    const { source } = report;
    const both = [report, clusterReports.get(source.key) ?? report];
    const status = both.find((each) => each.status !== 'COMPLETE')?.status ?? 'COMPLETE';
    const own = clustersOf(source);
    if (status !== 'COMPLETE' || own === undefined) return { source, status, figures: null };
    const rows = snapshotsBySource.get(source.key) ?? [];
    const count = createCounter(options, rows, clustersOf);
    const isSharingKnown = readsSharing || backendOf(source).snapshots.callsPerTest === 0;
    const times = both.map(({ fetchedAt }) => fetchedAt?.getTime() ?? Date.now());
    const figures: SourceFigures = {
      readAt: new Date(Math.min(...times)),
      ...recoveryPointsOf(own, rows),
      orphaned: (await count({ orphaned: true })) ?? { count: 0, unknown: rows.length },
      public: isSharingKnown ? await count({ exposure: 'PUBLIC' }) : null,
      external: isSharingKnown ? await count({ exposure: 'EXTERNAL' }) : null,
    };
    return { source, status, figures };
  };
  const readings: SourceReading[] = [];
  // One source after another, so that the computation leaves the event loop to requests.
  for (const report of snapshots.reports.all()) readings.push(await readOne(report));
  return readings;
}

function recoveryPointsOf(clusters: readonly ClusterRecord[], rows: readonly SnapshotRecord[]) {
  const byName = Map.groupBy(rows, (row) => row.kind.clusterIdentifier(row).toLowerCase());
  const newest = clusters.map((cluster) => {
    const identifier = cluster.kind.identifier(cluster);
    const points = (byName.get(identifier.toLowerCase()) ?? []).filter((row) => isRecoveryPoint(row, cluster));
    return { identifier, point: newestOf(points) };
  });
  const withPoint = newest.flatMap(({ identifier, point }) =>
    point === null ? [] : [{ identifier, newestAt: point.kind.createdAt(point) ?? null }],
  );
  return { clusters: withPoint, withoutRecoveryPoint: newest.length - withPoint.length };
}

/** Returns a function that counts the snapshots that match; null if AWS fails every test. */
function createCounter(
  options: FleetOptions,
  rows: readonly SnapshotRecord[],
  clustersOf: (source: Source) => readonly ClusterRecord[] | undefined,
) {
  const { rights, sources, reads, now } = options;
  const names = new Map<string, Map<string, ClusterRecord>>();
  const namesakeOf = (snapshot: SnapshotRecord) => {
    const home = homeOf(snapshot, sources);
    if (home === undefined) return undefined;
    const clusters = clustersOf(home);
    if (clusters === undefined) throw new UpstreamError('The clusters of the source could not be read.');
    const own =
      names.get(home.key) ?? new Map(clusters.map((each) => [each.kind.identifier(each).toLowerCase(), each]));
    names.set(home.key, own);
    return own.get(snapshot.kind.clusterIdentifier(snapshot).toLowerCase()) ?? null;
  };
  const match = createSnapshotMatch({
    reads: { ...reads, namesakeOf },
    sees: rights.sees,
    accounts: sources.accounts,
    now,
  });
  return async (conditions: SnapshotConditions): Promise<SnapshotCount | null> => {
    const later = match.later(conditions, new Set());
    if (later === undefined) return null;
    let [count, unknown, failed] = [0, 0, 0];
    for (const group of chunksOf(rows, testedTogether)) {
      for (const outcome of await together(group.map((row) => later(row)))) {
        if (outcome === true) count += 1;
        else if (outcome instanceof SnapgateError) unknown += 1;
        else if (outcome !== false) [unknown, failed] = [unknown + 1, failed + 1];
      }
    }
    return failed > 0 && failed === rows.length ? null : { count, unknown };
  };
}
