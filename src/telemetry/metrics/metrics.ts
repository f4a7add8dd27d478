import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ObserveRead } from '../../fleet/full-reads/activity.ts';
import type { FleetFigures } from '../../fleet/watch/fleet-watch.ts';
import type { GatewayState } from '../../server/observation/state.ts';
import type { Observer } from '../observers.ts';
import { createCallMetrics } from './calls.ts';
import { fleetMetrics } from './fleet.ts';
import { createFullReadMetrics } from './full-reads.ts';
import { createRequestMetrics } from './requests.ts';
import { addStateMetrics, gatewayMetrics, sourceMetrics } from './state.ts';

/** The metrics of one gateway, and of its process. */
export interface Metrics {
  readonly observer: Observer;
  readonly observeRead: ObserveRead;
  /** Adds the state of the gateway, which is read at each scrape. */
  watch(read: () => GatewayState): void;
  /** Adds the figures of the fleet, which are read at each scrape and must not call AWS. */
  watchFleet(read: () => FleetFigures): void;
  readonly contentType: string;
  /** The definitions of all metrics. */
  readonly registry: Registry;
  /** Returns all metrics in the text format of Prometheus. Concurrent scrapes share one result. */
  text(): Promise<string>;
}

/** Creates the metrics of a gateway, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  let readState: (() => GatewayState) | undefined;
  let state: GatewayState | undefined;
  let readFigures: (() => FleetFigures) | undefined;
  let figures: FleetFigures | undefined;
  let scrape: Promise<string> | undefined;
  collectDefaultMetrics({ register: registry });
  const observer = { ...createRequestMetrics(registry), ...createCallMetrics(registry) };
  const observeRead = createFullReadMetrics(registry);
  addStateMetrics(registry, [...sourceMetrics, ...gatewayMetrics], () => state);
  addStateMetrics(registry, fleetMetrics, () => figures);
  return {
    observer,
    observeRead,
    watch: (read) => {
      readState = read;
    },
    watchFleet: (read) => {
      readFigures = read;
    },
    contentType: registry.contentType,
    registry,
    text: () => {
      scrape ??= (async () => {
        state = readState?.();
        figures = readFigures?.();
        return registry.metrics();
      })().finally(() => {
        scrape = undefined;
      });
      return scrape;
    },
  };
}
