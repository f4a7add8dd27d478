import { AllowanceExceededError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { lineageOf } from '../../snapshots/lineage.ts';
import { type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import { keptResult } from '../full-reads/derived/kept-results.ts';
import { inSlices, recordsInStep, startInSlice, type Steps } from '../full-reads/derived/slices.ts';
import type { FullRead } from '../full-reads/pages.ts';
import type { SnapshotConditions } from '../lists/conditions.ts';
import { isListCheaper, isWorthExploring } from '../lookups/known-length.ts';
import { createSourceLoader, type ReadSource } from '../lookups/source-loader.ts';
import type { FleetOptions } from '../options.ts';
import { newestIn, newestOf } from './newest.ts';

/**
 * The snapshots that clusters can be restored from, limited to what the principal can see: the available snapshots that
 * belong to the cluster or may belong to it. Rejects if they cannot be read, because a failed read does not mean that
 * there is no snapshot.
 */
export interface RecoveryPoints {
  /** Returns the newest available snapshot; null if there is none. */
  latest(cluster: ClusterRecord): Promise<SnapshotRecord | null>;
  /** Returns the available snapshots created at or after a time, or at a time that AWS does not report. */
  since(cluster: ClusterRecord, moment: Date): Promise<readonly SnapshotRecord[]>;
}

/** Finds the available snapshots that belong to a cluster since a time, or may belong to it, among those of a source. */
type OfCluster = (cluster: ClusterRecord, since: Date) => Steps<SnapshotRecord[]>;

/** What to load: the snapshots of a cluster since a time. */
interface Since {
  readonly cluster: ClusterRecord;
  readonly moment: Date;
}

const beginning = new Date(0);

/** Serves the clusters of a page together: with one lookup each, or a full read of the source if that is cheaper. */
export function createRecoveryPoints(options: FleetOptions): RecoveryPoints {
  const { rights } = options;
  const latestLoader = createSourceLoader(readLatest(options), options.usage, { nameOf: identityOf });
  const sinceLoader = createSourceLoader(readSince(options), options.usage, {
    nameOf: ({ cluster, moment }: Since) => `${moment.getTime()} ${identityOf(cluster)}`,
  });

  const since = async (cluster: ClusterRecord, moment: Date) => {
    const rows = await sinceLoader.load(cluster.source, { cluster, moment });
    if (!rights.arePartialIn([cluster.source])) return rows;
    const seen: SnapshotRecord[] = [];
    for (let start = 0; start < rows.length; start += recordsInStep) {
      const group = rows.slice(start, start + recordsInStep);
      seen.push(...(await startInSlice(() => group.map(rights.seen))).filter((row) => row !== null));
    }
    return seen;
  };
  return {
    since,
    latest: async (cluster) => {
      const newest = await latestLoader.load(cluster.source, cluster);
      if (newest === null || (await rights.sees(newest))) return newest;
      return newestOf(await since(cluster, beginning));
    },
  };
}

/** Names a cluster among those of its source, which can be recreated under the same name while a request runs. */
export function identityOf(cluster: ClusterRecord): string {
  return `${cluster.kind.createdAt(cluster)?.getTime()} ${cluster.kind.identifier(cluster)}`;
}

/** Reads the source in full if that is expected to take fewer AWS calls than the lookups of the clusters. */
function readLatest(options: FleetOptions): ReadSource<SnapshotRecord | null, ClusterRecord> {
  return async (source, clusters) => {
    const backend = options.backendOf(source);
    const ofCluster = await readWhileCheaper(options, source, clusters, backend.clustersPerCall);
    if (ofCluster === undefined) return backend.latestSnapshots(source, clusters);
    return Promise.all(clusters.map((cluster) => inSlices(newestIn(ofCluster(cluster, beginning)))));
  };
}

/** Returns undefined if lookups of the clusters are expected to take fewer AWS calls than the rest of the full read. */
async function readWhileCheaper(
  options: FleetOptions,
  source: Source,
  clusters: readonly ClusterRecord[],
  clustersPerCall: number,
): Promise<OfCluster | undefined> {
  const { fullReads, usage } = options;
  const [question, ...others] = fullQuestions(options, source, {});
  if (question === undefined || others.length > 0 || clusters.length === 1) return undefined;
  const known = fullReads.pagesLeft(question, usage.scope);
  const lookups = Math.ceil(clusters.length / clustersPerCall);
  // A full read is kept for later requests, so it is preferred to as many lookups.
  if (known?.isExact && known.pages <= lookups) return readAll(options, source, {});
  if (!isWorthExploring(known, lookups)) return undefined;
  const names = new Set(clusters.map(nameOf));
  let found = 0;
  for (let pages = 0; isListCheaper({ known, pages, found, lookups }); pages += 1) {
    const read = await fullReads.readStart(question, usage, pages + 1);
    if (read.isWhole) return readAll(options, source, {});
    const seen = new Set(read.rows.map((row) => row.kind.clusterIdentifier(row).toLowerCase()));
    found = [...names].filter((name) => seen.has(name)).length;
  }
  return undefined;
}

function nameOf(cluster: ClusterRecord): string {
  return cluster.kind.identifier(cluster).toLowerCase();
}

/** Returns the condition by which AWS lists the snapshots of a source since a time. */
export function createdSince(moment: Date): SnapshotConditions {
  return moment > beginning ? { createdAfter: moment } : {};
}

/** Clusters with the same time are read together. */
function readSince(options: FleetOptions): ReadSource<readonly SnapshotRecord[], Since> {
  return async (source, asked) => {
    const ofClusters = new Map(
      await Promise.all(
        [...Map.groupBy(asked, ({ moment }) => moment.getTime())].map(async ([time, own]) => {
          const names = own.map(({ cluster }) => cluster.kind.identifier(cluster));
          const conditions = {
            ...(names.length === 1 && { clusterIdentifiers: names }),
            ...createdSince(new Date(time)),
          };
          const read = await readAll(options, source, conditions);
          return [time, read ?? refuse(source, options.fullReads.maximumPages)] as const;
        }),
      ),
    );
    return Promise.all(
      asked.map(async ({ cluster, moment }) => {
        const ofCluster = ofClusters.get(moment.getTime());
        return ofCluster ? inSlices(ofCluster(cluster, moment)) : [];
      }),
    );
  };
}

/**
 * Returns undefined if the source has more AWS pages than the maximum of a full read. Rejects if a record cannot be
 * listed, because it can be a recovery point.
 */
async function readAll(
  options: FleetOptions,
  source: Source,
  conditions: SnapshotConditions,
): Promise<OfCluster | undefined> {
  const reads = await Promise.all(
    fullQuestions(options, source, conditions).map((question) => options.fullReads.read(question, options.usage)),
  );
  const flaw = reads.find((read) => read.flaw !== undefined)?.flaw;
  if (flaw) throw flaw;
  return reads.every(({ isWhole }) => isWhole) ? availableByCluster(reads) : undefined;
}

/** Returns the full reads of the snapshots of a source that AWS lists by some conditions. */
export function fullQuestions({ backendOf }: FleetOptions, source: Source, conditions: SnapshotConditions) {
  const listing = backendOf(source).snapshots;
  return listing.queries(source, conditions).map((query) => ({ what: 'snapshots', listing, source, query }) as const);
}

/** Groups the available snapshots by the name of their cluster, once for each full read. */
async function availableByCluster(reads: readonly FullRead<SnapshotRecord>[]): Promise<OfCluster> {
  const parts = await Promise.all(
    reads.map(async ({ rows }) => {
      const byName = await keptResult(rows, 'available by cluster', () => inSlices(indexAvailable(rows)));
      return { rows, byName };
    }),
  );
  return function* (cluster, since) {
    const name = cluster.kind.identifier(cluster).toLowerCase();
    const found: SnapshotRecord[] = [];
    for (const { rows, byName } of parts) {
      for (const [position, index] of (byName.get(name) ?? []).entries()) {
        if (position % recordsInStep === recordsInStep - 1) yield;
        const row = rows[index] as SnapshotRecord;
        const createdAt = row.kind.createdAt(row);
        const isRecent = createdAt == null || createdAt >= since;
        if (isRecent && lineageOf(row, cluster) !== 'UNRELATED') found.push(row);
      }
    }
    return found;
  };
}

/** Returns the indexes of the available snapshots by the lowercase name of their cluster. */
function* indexAvailable(rows: readonly SnapshotRecord[]): Steps<ReadonlyMap<string, readonly number[]>> {
  const byName = new Map<string, number[]>();
  for (const [index, row] of rows.entries()) {
    if (index % recordsInStep === recordsInStep - 1) yield;
    if (snapshotStatus(row) !== 'AVAILABLE') continue;
    const name = row.kind.clusterIdentifier(row).toLowerCase();
    const own = byName.get(name) ?? [];
    byName.set(name, own);
    own.push(index);
  }
  return byName;
}

/** Throws ALLOWANCE_EXCEEDED, because a source has more snapshots than a full read reads. */
export function refuse({ service, account, region }: Source, maximumPages: number): never {
  throw new AllowanceExceededError(
    `Cannot determine the snapshots of the clusters: ${service} in account ${account}, region ${region} has more snapshots than fit in the maximum number of AWS pages (${maximumPages}). The operator of the gateway can increase fullReads.maximumPages.`,
  );
}
