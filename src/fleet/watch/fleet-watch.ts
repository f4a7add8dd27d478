import * as z from 'zod';
import type { Source } from '../../snapshots/source.ts';
import type { SourceStatus } from '../reports.ts';
import type { ClusterFigure, SourceFigures, SourceReading } from './source-figures.ts';

/** The `telemetry.fleet` section of the configuration file. */
export const fleetWatchSettings = z
  .strictObject({
    everySeconds: z.int().min(60).default(300).meta({
      description:
        'The time between two reads of the whole fleet for the fleet metrics, in seconds. Each takes one AWS call per 100 snapshots or clusters and list of a source.',
    }),
    sharing: z.boolean().default(false).meta({
      description:
        'Whether the reads include the sharing of Amazon DocumentDB snapshots, with one further AWS call per manual snapshot. If false, no figures of public and externally shared Amazon DocumentDB snapshots are reported.',
    }),
  })
  .meta({
    description:
      'Fleet metrics, from full reads that the gateway makes itself. Requires `telemetry.metrics`. If omitted, there are none.',
  });

export type FleetWatchSettings = z.output<typeof fleetWatchSettings>;

/** The figures of one source. */
export interface WatchedSource {
  readonly source: Source;
  /** The status of the last read; NOT_REACHED before the first. */
  readonly status: SourceStatus;
  /** The figures of the last read to the end, which is older than the last read if that failed; null if there is none. */
  readonly figures: SourceFigures | null;
}

/** The figures of the fleet, computed without an AWS call from the last reads. */
export interface FleetFigures {
  /** The time of AWS, to which the ages refer. */
  readonly now: Date;
  readonly sources: readonly WatchedSource[];
  /** The clusters with a recovery point, at most `maximumClusters`. */
  readonly clusters: readonly (ClusterFigure & { readonly source: Source })[];
  /** The number of clusters with a recovery point that `clusters` leaves out. */
  readonly clustersLeftOut: number;
}

/** The repeated reads of the fleet for metrics. */
export interface FleetWatch {
  readFleetFigures(): FleetFigures;
  /** Reads the fleet now, or returns the read in progress: there is never more than one. Never rejects. */
  refresh(): Promise<void>;
}

/** The most clusters with figures of their own, because each is a series of metrics. */
const maximumClusters = 10_000;

export interface FleetWatchOptions {
  readonly sources: readonly Source[];
  readonly read: () => Promise<readonly SourceReading[]>;
  readonly now: () => Date;
  /** If omitted, only `refresh` reads. */
  readonly everySeconds?: number | undefined;
  /** Ends the reads when it aborts. */
  readonly stopping?: AbortSignal | undefined;
  readonly warn?: ((problem: Error) => void) | undefined;
}

/** Creates the reads of the fleet, and starts the first one if an interval is set. */
export function createFleetWatch({ sources, read, now, everySeconds, stopping, warn }: FleetWatchOptions): FleetWatch {
  const watched = new Map<string, WatchedSource>(
    sources.map((source) => [source.key, { source, status: 'NOT_REACHED', figures: null }]),
  );
  let running: Promise<void> | undefined;
  const readAll = async () => {
    try {
      for (const { source, status, figures } of await read()) {
        const before = watched.get(source.key)?.figures ?? null;
        watched.set(source.key, { source, status, figures: figures ?? before });
      }
    } catch (error) {
      warn?.(new Error('Cannot read the fleet for its metrics.', { cause: error }));
    } finally {
      running = undefined;
    }
  };
  const refresh = () => (running ??= readAll());
  if (everySeconds !== undefined) {
    void refresh();
    const timer = setInterval(() => void refresh(), everySeconds * 1000).unref();
    stopping?.addEventListener('abort', () => clearInterval(timer));
  }

  return {
    refresh,
    readFleetFigures: () => {
      const all = [...watched.values()];
      const clusters = all.flatMap(({ source, figures }) =>
        (figures?.clusters ?? []).map((cluster) => ({ ...cluster, source })),
      );
      return {
        now: now(),
        sources: all,
        clusters: clusters.slice(0, maximumClusters),
        clustersLeftOut: Math.max(0, clusters.length - maximumClusters),
      };
    },
  };
}
