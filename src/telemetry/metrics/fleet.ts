import type { FleetFigures } from '../../fleet/watch/fleet-watch.ts';
import type { SourceFigures } from '../../fleet/watch/source-figures.ts';
import { ofSource, type Sample, type StateMetric } from './state.ts';

type Place = Pick<FleetFigures['clusters'][number]['source'], 'service' | 'account' | 'region'>;

function labelsOf({ service, account, region }: Place) {
  return { service: service.toLowerCase(), account, region };
}

function bySource(read: (figures: SourceFigures) => number | undefined) {
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
    help: 'The status of the last full read of a source, as a label; the value is always 1.',
    labels: [...ofSource, 'status'],
    read: ({ sources }) => sources.map(({ source, status }) => [1, { ...labelsOf(source), status }]),
  },
  {
    name: 'snapgate_fleet_read_timestamp_seconds',
    help: 'When the last full read of a source that reached its end started, in seconds since 1970.',
    labels: ofSource,
    read: bySource(({ readAt }) => readAt.getTime() / 1_000),
  },
];
