import { QuotaExceededError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { FullRead } from '../full-reads/full-reads.ts';
import type { SnapshotConditions } from '../lists/conditions.ts';
import { createSourceLoader, type ReadSource } from '../lookups/source-loader.ts';
import type { FleetOptions } from '../options.ts';
import { newestOf } from './newest.ts';

/**
 * The snapshots that clusters can be restored from, limited to what the principal can see. Rejects if they cannot be
 * read, because a failed read does not mean that there is no snapshot.
 */
export interface RecoveryPoints {
  /** Returns the newest available snapshot; null if there is none. */
  latest(cluster: ClusterRecord): Promise<SnapshotRecord | null>;
  /** Returns the available snapshots created at or after a time. */
  since(cluster: ClusterRecord, moment: Date): Promise<readonly SnapshotRecord[]>;
}

type OfCluster = (identifier: string) => readonly SnapshotRecord[];

const beginning = new Date(0);

/** Serves the clusters of a page together: with one lookup each, or a full read of the source if that is cheaper. */
export function createRecoveryPoints(options: FleetOptions): RecoveryPoints {
  const { rights } = options;
  const latestLoader = createSourceLoader(readLatest(options), options.usage);
  const sinceLoader = createSourceLoader(readSince(options), options.usage);

  const since = async (cluster: ClusterRecord, moment: Date) => {
    const id = `${moment.getTime()} ${cluster.kind.identifier(cluster)}`;
    const rows = await sinceLoader.load(cluster.source, id);
    if (!rights.arePartialIn([cluster.source])) return rows;
    return (await Promise.all(rows.map(rights.seen))).filter((row) => row !== null);
  };
  return {
    since,
    latest: async (cluster) => {
      const newest = await latestLoader.load(cluster.source, cluster.kind.identifier(cluster));
      if (newest === null || (await rights.sees(newest))) return newest;
      return newestOf(await since(cluster, beginning));
    },
  };
}

/** Reads the source in full if that is known to take no more AWS calls than one lookup per cluster. */
function readLatest(options: FleetOptions): ReadSource<SnapshotRecord | null> {
  const { backendOf, fullReads } = options;
  return async (source, identifiers) => {
    const pages = fullQuestions(options, source, {}).map((question) => fullReads.pages(question) ?? 1);
    const isFewer = identifiers.length > 1 && identifiers.length >= pages.reduce((sum, each) => sum + each, 0);
    const ofCluster = isFewer ? await readAll(options, source, {}) : undefined;
    if (ofCluster) return identifiers.map((identifier) => newestOf(ofCluster(identifier)));
    const { latestSnapshot } = backendOf(source);
    return Promise.all(
      identifiers.map((identifier) => latestSnapshot(source, identifier).catch((error: Error) => error)),
    );
  };
}

/** An id is a time and the identifier of a cluster; ids with the same time are read together. */
function readSince(options: FleetOptions): ReadSource<readonly SnapshotRecord[]> {
  return async (source, ids) => {
    const asked = ids.map(parseId);
    const ofClusters = new Map(
      await Promise.all(
        [...Map.groupBy(asked, ({ moment }) => moment)].map(async ([moment, own]) => {
          const createdAfter = new Date(moment);
          const names = own.map(({ identifier }) => identifier);
          const conditions = names.length === 1 ? { clusterIdentifiers: names, createdAfter } : { createdAfter };
          const read = await readAll(options, source, conditions);
          return [moment, read ?? refuse(source, options.fullReads.maximumPages)] as const;
        }),
      ),
    );
    return asked.map(({ moment, identifier }) =>
      (ofClusters.get(moment)?.(identifier) ?? []).filter((row) => Number(row.kind.createdAt(row)) >= moment),
    );
  };
}

/** Returns undefined if the source has more AWS pages than the maximum of a full read. */
async function readAll(
  options: FleetOptions,
  source: Source,
  conditions: SnapshotConditions,
): Promise<OfCluster | undefined> {
  const reads = await Promise.all(
    fullQuestions(options, source, conditions).map((question) => options.fullReads.read(question, options.usage)),
  );
  return reads.every(({ isWhole }) => isWhole) ? availableByCluster(reads) : undefined;
}

function fullQuestions({ backendOf }: FleetOptions, source: Source, conditions: SnapshotConditions) {
  const listing = backendOf(source).snapshots;
  return listing.queries(source, conditions).map((query) => ({ what: 'snapshots', listing, source, query }) as const);
}

function parseId(id: string): { moment: number; identifier: string } {
  const [moment = '', identifier = ''] = id.split(' ', 2);
  return { moment: Number(moment), identifier };
}

function availableByCluster(reads: readonly FullRead<SnapshotRecord>[]): OfCluster {
  const available = reads.flatMap(({ rows }) => rows).filter((row) => snapshotStatus(row) === 'AVAILABLE');
  const byCluster = Map.groupBy(available, (row) => row.kind.clusterIdentifier(row).toLowerCase());
  return (identifier) => byCluster.get(identifier.toLowerCase()) ?? [];
}

function refuse({ service, account, region }: Source, maximumPages: number): never {
  throw new QuotaExceededError(
    `Cannot determine the snapshots of the clusters: ${service} in account ${account}, region ${region} has more snapshots than fit in the maximum number of AWS pages (${maximumPages}). The operator of the gateway can increase fullReads.maximumPages.`,
  );
}
