import type { SourceStatus } from '../../fleet/reports.ts';
import type { Sample, StateMetric } from './state.ts';

/** The account, region and service of a source. */
interface Place {
  readonly service: string;
  readonly account: string;
  readonly region: string;
}

interface Count {
  readonly count: number;
  /** The snapshots of which it is unknown whether they count. */
  readonly unknown: number;
}

/** The figures of the fleet, from the last full reads. */
export interface FleetFigures {
  /** The time to which the ages refer. */
  readonly now: Date;
  readonly sources: readonly {
    readonly source: Place;
    readonly status: SourceStatus;
    /** Null if the source has not been read to its end. */
    readonly figures: {
      readonly readAt: Date;
      readonly withoutRecoveryPoint: number;
      readonly orphaned: Count;
      /** Null if the sharing was not read. */
      readonly public: Count | null;
      readonly external: Count | null;
    } | null;
  }[];
  readonly clusters: readonly { readonly source: Place; readonly identifier: string; readonly newestAt: Date | null }[];
  /** The number of clusters that `clusters` leaves out. */
  readonly clustersLeftOut: number;
}

type Figures = NonNullable<FleetFigures['sources'][number]['figures']>;

const ofSource = ['service', 'account', 'region'];
const statuses: readonly SourceStatus[] = [
  'COMPLETE',
  'PASSED',
  'PARTIAL',
  'NOT_REACHED',
  'DENIED',
  'THROTTLED',
  'TIMED_OUT',
  'FAILED',
];

function labelsOf({ service, account, region }: Place) {
  return { service: service.toLowerCase(), account, region };
}

function bySource(read: (figures: Figures) => number | undefined) {
  return ({ sources }: FleetFigures): readonly Sample[] =>
    sources.flatMap(({ source, figures }): readonly Sample[] => {
      const value = figures === null ? undefined : read(figures);
      return value === undefined ? [] : [[value, labelsOf(source)]];
    });
}

const properties = ['orphaned', 'public', 'external'] as const;

/** The metrics of clusters and snapshots, from the last full reads. Clusters are the only labels that AWS determines. */
export const fleetMetrics: readonly StateMetric<FleetFigures>[] = [
  {
    name: 'snapgate_fleet_recovery_point_age_seconds',
    help: 'The age of the newest recovery point of a cluster. Clusters without any are counted in snapgate_fleet_clusters_without_recovery_point.',
    labels: [...ofSource, 'cluster'],
    read: ({ now, clusters }) =>
      clusters.flatMap(({ source, identifier, newestAt }): readonly Sample[] =>
        newestAt === null
          ? []
          : [[(now.getTime() - newestAt.getTime()) / 1_000, { ...labelsOf(source), cluster: identifier }]],
      ),
  },
  {
    name: 'snapgate_fleet_clusters_without_recovery_point',
    help: 'The clusters without a recovery point, by source.',
    labels: ofSource,
    read: bySource(({ withoutRecoveryPoint }) => withoutRecoveryPoint),
  },
  {
    name: 'snapgate_fleet_clusters_left_out',
    help: 'The clusters that are left out of snapgate_fleet_recovery_point_age_seconds, because there are too many.',
    read: ({ clustersLeftOut }) => [[clustersLeftOut]],
  },
  {
    name: 'snapgate_fleet_public_snapshots',
    help: 'The snapshots that any AWS account can restore, by source. Without a value, the sharing was not read.',
    labels: ofSource,
    read: bySource((figures) => figures.public?.count),
  },
  {
    name: 'snapgate_fleet_externally_shared_snapshots',
    help: 'The snapshots that are shared outside the configured accounts, publicly included, by source. Without a value, the sharing was not read.',
    labels: ofSource,
    read: bySource(({ external }) => external?.count),
  },
  {
    name: 'snapgate_fleet_orphaned_snapshots',
    help: 'The snapshots whose cluster no longer exists, by source.',
    labels: ofSource,
    read: bySource(({ orphaned }) => orphaned.count),
  },
  {
    name: 'snapgate_fleet_unknown_snapshots',
    help: 'The snapshots of which a property (orphaned, public or external) is unknown, by source.',
    labels: [...ofSource, 'property'],
    read: ({ sources }) =>
      sources.flatMap(({ source, figures }) =>
        properties.flatMap((property): readonly Sample[] => {
          const unknown = figures?.[property]?.unknown;
          return unknown === undefined ? [] : [[unknown, { ...labelsOf(source), property }]];
        }),
      ),
  },
  {
    name: 'snapgate_fleet_source_status',
    help: 'The status of the last full read of a source: 1 for the current status, 0 for the others.',
    labels: [...ofSource, 'status'],
    read: ({ sources }) =>
      sources.flatMap(({ source, status: current }) =>
        statuses.map((status): Sample => [Number(status === current), { ...labelsOf(source), status }]),
      ),
  },
  {
    name: 'snapgate_fleet_read_timestamp_seconds',
    help: 'When the last full read of a source that reached its end started, in seconds since 1970.',
    labels: ofSource,
    read: bySource(({ readAt }) => readAt.getTime() / 1_000),
  },
];
