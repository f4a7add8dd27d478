import { createMetrics } from '../../src/telemetry/metrics/metrics.ts';
import { createMetricsServer } from '../../src/telemetry/metrics/server.ts';
import { type GatewayOptions, startGateway } from './gateway.ts';

/** Starts a gateway with metrics, and its emulator. */
export async function startMeteredGateway(options: GatewayOptions = {}) {
  const metrics = createMetrics();
  const { observer, observeRead } = metrics;
  const gateway = await startGateway({ ...options, observer, observeRead, aws: { ...options.aws, observer } });
  metrics.watch(gateway.state);
  metrics.watchFleet(gateway.fleetWatch.readFleetFigures);
  const server = createMetricsServer(metrics, { port: 0, host: '127.0.0.1' }, (error) => {
    throw error;
  });
  const url = `http://127.0.0.1:${await server.open()}/metrics`;
  const scrape = async () => (await fetch(url)).text();
  return {
    ...gateway,
    metricsUrl: url,
    scrape,
    /** Returns the value of a series, such as `snapgate_errors_total{code="OTHER"}`; undefined if there is none. */
    value: async (series: string) => seriesOf(await scrape()).get(series),
    close: async () => {
      await server.close();
      await gateway.close();
    },
  };
}

export type MeteredGateway = Awaited<ReturnType<typeof startMeteredGateway>>;

/** Returns the values of a text in the format of Prometheus, by name and labels. */
export function seriesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}
