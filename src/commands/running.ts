import type { Config } from '../config.ts';
import type { Gateway } from '../gateway.ts';
import type { StoppableServer } from '../server/draining.ts';
import { type Address, listenOn } from '../server/connections/listening.ts';

/** Where a server listens, and how it stops. */
interface ListenSettings extends Address {
  /** The host of the port for health checks. */
  readonly health?: { readonly host: string } | undefined;
  readonly shutdown: Parameters<StoppableServer['stop']>[0];
}

type Stop = (signal: NodeJS.Signals) => Promise<unknown>;
const nothing: Stop = async () => {};
let stopAll = nothing;

/** The addresses of a running gateway. */
interface Addresses {
  readonly url: string;
  /** Undefined if the main port serves health checks. */
  readonly healthUrl: string | undefined;
}

/** Starts to listen, and returns the addresses. On SIGTERM, the server stops after a notice of `noticeSeconds`. */
export async function listen(
  server: StoppableServer,
  { host, port, health, shutdown }: ListenSettings,
  noticeSeconds = 0,
): Promise<Addresses> {
  onStop((signal) => server.stop({ ...shutdown, noticeSeconds: signal === 'SIGTERM' ? noticeSeconds : 0 }));
  const healthPort = await server.openHealthPort();
  return {
    url: addressOf(host, await listenOn(server, { host, port })),
    healthUrl: healthPort === undefined ? undefined : addressOf(health?.host ?? host, healthPort),
  };
}

/** Starts to listen for scrapes, and returns the URL of the metrics; undefined if none are configured. */
export async function listenForMetrics(
  metrics: Gateway['metrics'],
  { telemetry }: Pick<Config, 'telemetry'>,
): Promise<string | undefined> {
  if (metrics === undefined || telemetry.metrics === undefined) return undefined;
  return `${addressOf(telemetry.metrics.host, await metrics.open())}/metrics`;
}

/** Returns a URL that opens on this machine, even if the server listens on all addresses. */
export function addressOf(host: string, port: number): string {
  const name = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Stops the servers in reverse order, because later ones depend on earlier ones. A second signal ends the process. */
export function onStop(stop: Stop): void {
  const rest = stopAll;
  stopAll = (signal) => stop(signal).then(() => rest(signal));
  if (rest !== nothing) return;
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const end = (signal: NodeJS.Signals) => {
    for (const each of signals) process.off(each, end);
    void stopAll(signal);
  };
  for (const signal of signals) process.on(signal, end);
}

/** Prints lines on the standard output. */
export function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
