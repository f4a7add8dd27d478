import type { Usage } from '../../aws/usage.ts';
import { QuotaExceededError } from '../../errors.ts';
import type { Source } from '../../graphql/source.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Backend } from '../backend.ts';
import type { FullRead, FullReads } from '../full-reads/full-reads.ts';
import type { SnapshotFilter } from '../lists/conditions.ts';
import { createSourceLoader } from '../lookups/source-loader.ts';

/** What clusters could be restored from; rejects where that cannot be read, because unknown is not none. */
export interface RecoveryPoints {
  /** The newest available snapshot; null when there is none. */
  latest(cluster: ClusterRecord): Promise<SnapshotRecord | null>;
  /** The available snapshots begun at this moment or later. */
  since(cluster: ClusterRecord, moment: Date): Promise<readonly SnapshotRecord[]>;
}

export interface RecoveryPointsOptions {
  readonly backendOf: (source: Source) => Backend;
  readonly fullReads: FullReads;
  readonly usage: Usage;
}

type OfCluster = (identifier: string) => readonly SnapshotRecord[];

/** Answers for the clusters of a page together: with one look-up each or by reading the source in full, in fewer calls. */
export function createRecoveryPoints({ backendOf, fullReads, usage }: RecoveryPointsOptions): RecoveryPoints {
  const questions = (source: Source, filter: SnapshotFilter) => {
    const listing = backendOf(source).snapshots;
    return listing.plan(source, filter).map((strand) => ({ what: 'snapshots', listing, source, strand }) as const);
  };
  /** Undefined where the source has more than a full read takes. */
  const readAll = async (source: Source, filter: SnapshotFilter): Promise<OfCluster | undefined> => {
    const reads = await Promise.all(questions(source, filter).map((question) => fullReads.read(question, usage)));
    return reads.every(({ isWhole }) => isWhole) ? availableByCluster(reads) : undefined;
  };

  const sinceLoader = createSourceLoader<readonly SnapshotRecord[]>(async (source, ids) => {
    const asked = ids.map(parseId);
    const ofClusters = new Map(
      await Promise.all(
        [...Map.groupBy(asked, ({ moment }) => moment)].map(async ([moment, own]) => {
          const createdAfter = new Date(moment);
          const names = own.map(({ identifier }) => identifier);
          const filter = names.length === 1 ? { clusterIdentifiers: names, createdAfter } : { createdAfter };
          return [moment, (await readAll(source, filter)) ?? refuse(source, fullReads.maximumPages)] as const;
        }),
      ),
    );
    return asked.map(({ moment, identifier }) =>
      (ofClusters.get(moment)?.(identifier) ?? []).filter((row) => Number(row.kind.createdAt(row)) >= moment),
    );
  });

  const latestLoader = createSourceLoader<SnapshotRecord | null>(async (source, identifiers) => {
    const pages = questions(source, {}).map((question) => fullReads.pages(question) ?? 1);
    const isFewer = identifiers.length > 1 && identifiers.length >= pages.reduce((sum, each) => sum + each, 0);
    const ofCluster = isFewer ? await readAll(source, {}) : undefined;
    if (ofCluster) return identifiers.map((identifier) => newestOf(ofCluster(identifier)));
    const { latestSnapshot } = backendOf(source);
    return Promise.all(
      identifiers.map((identifier) => latestSnapshot(source, identifier).catch((error: Error) => error)),
    );
  });

  return {
    latest: (cluster) => latestLoader.load(cluster.source, cluster.kind.identifier(cluster)),
    since: (cluster, moment) =>
      sinceLoader.load(cluster.source, `${moment.getTime()} ${cluster.kind.identifier(cluster)}`),
  };
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
    `${service} in account ${account}, region ${region} has more snapshots than the ${maximumPages} AWS pages that are read, so what its clusters have is not known.`,
  );
}

/** The one that began last; null where there is none. */
export function newestOf(snapshots: readonly SnapshotRecord[]): SnapshotRecord | null {
  return snapshots.reduce(newer, null);
}

function newer(one: SnapshotRecord | null, other: SnapshotRecord): SnapshotRecord {
  const time = (row: SnapshotRecord) => row.kind.createdAt(row)?.getTime() ?? 0;
  return one !== null && time(one) >= time(other) ? one : other;
}
