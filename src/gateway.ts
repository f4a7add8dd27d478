import { type Audit, createAudit, requireAuditable } from './access/audit.ts';
import { createAuditSink } from './access/audit-sink.ts';
import { grantDoubt } from './access/grants.ts';
import type { PolicySettings } from './access/policy/policy.ts';
import { regionDoubts } from './fleet/regions.ts';
import type { AwsSettings } from './aws/settings.ts';
import type { Config } from './config.ts';
import { secretsOf } from './config/known-secrets.ts';
import type { AccountSettings } from './fleet/settings.ts';
import { createSources } from './fleet/sources.ts';
import { createOpenSettings, createReload, type Reload } from './gateway/reload.ts';
import { createMask } from './masking.ts';
import type { StoppableServer } from './server/draining.ts';
import { createServer } from './server/server.ts';
import { createErrorLog, createLog, createTerminal, type ErrorLog, type Log } from './telemetry/log.ts';
import type { MetricsServer } from './telemetry/metrics/server.ts';
import { joinObservers } from './telemetry/observers.ts';
import { createRequestLog } from './telemetry/request-log.ts';

/** The configuration, and the policy to apply. */
export type GatewaySettings = Config & { readonly policy: PolicySettings | undefined };

/** A running gateway, its log, and how it reads its configuration again. */
export interface Gateway {
  readonly server: StoppableServer;
  /** The server of `/metrics`, which closes with the gateway; undefined if none is configured. */
  readonly metrics: MetricsServer | undefined;
  readonly log: Log;
  readonly reload: Reload;
}

/** The most AWS pages that a list reads for one page of results, if the filter matches few records of each. */
export const maximumPages = 50;

/**
 * Creates the gateway that a configuration describes. Logs to standard output; does not listen on a port. `now` returns the
 * time of AWS, if it is not real time; tokens, deadlines and limits do not follow it. Throws a ConfigurationError if the
 * gateway's own credentials do not belong to the account without a role.
 */
export async function createGateway(
  settings: GatewaySettings,
  accounts: readonly AccountSettings[],
  aws: AwsSettings,
  now?: () => Date,
): Promise<Gateway> {
  const { level } = settings.telemetry.logs;
  const mask = createMask(secretsOf(settings, accounts));
  const log = createLog({ level, mask, ...(process.stdout.isTTY && { destination: await createTerminal() }) });
  if (!settings.cursorKeys) {
    log.warn(
      'cursorKeys is not configured: cursors are not valid after a restart or on another replica. Configure cursorKeys, or set SNAPGATE_CURSOR_KEY.',
    );
  }
  const tracing =
    settings.traces && (await import('./telemetry/traces/tracing.ts')).createTracing(settings.traces, log);
  warnOfDoubts(settings, accounts, log);
  const errorLog = createErrorLog(log);
  const metrics = await openMetrics(settings, errorLog);
  const observer = joinObservers([
    createRequestLog(log),
    ...[tracing, metrics].flatMap((each) => (each ? [each.observer] : [])),
  ]);
  const open = createOpenSettings(settings, errorLog.failed);
  const opened = open(settings);
  const server = createServer({
    ...opened,
    sources: createSources(accounts),
    aws: { ...settings.aws, proxy: settings.proxy, observer, ...aws },
    redis: settings.redis,
    observer,
    observeRead: metrics?.observeRead,
    fleetWatch: metrics && settings.telemetry.fleet,
    now,
    maximumPages,
    fullReads: settings.fullReads,
    credentials: settings.credentials,
    log: errorLog,
    server: settings.server,
    health: settings.health,
    origins: settings.origins,
    corsRequestHeaders: settings.corsRequestHeaders,
    policy: settings.policy,
    audit: settings.audit === undefined ? undefined : await openAudit(settings.audit, log),
  });
  await server.requireOwnAccounts();
  const reload = createReload(server, open, { config: settings, settings: opened }, log);
  metrics?.watch(server.state);
  if (settings.telemetry.fleet) metrics?.watchFleet(server.fleetWatch.readFleetFigures);
  const stops = [tracing?.stop, metrics?.server.close].filter((stop) => stop !== undefined);
  return { server: onStop(server, log, stops), metrics: metrics?.server, log, reload };
}

/** Creates the metrics and their server, whose packages are loaded only if metrics are configured. */
async function openMetrics({ telemetry }: Config, log: ErrorLog) {
  if (telemetry.metrics === undefined) return undefined;
  const { createMetrics } = await import('./telemetry/metrics/metrics.ts');
  const { createMetricsServer } = await import('./telemetry/metrics/server.ts');
  const metrics = createMetrics();
  const onError = (error: unknown) => log.error(error, 'The metrics cannot be read.');
  return { ...metrics, server: createMetricsServer(metrics, telemetry.metrics, onError) };
}

/** Logs when a server begins to stop, and when it has stopped, its last traces are exported and its metrics closed. */
function onStop(server: StoppableServer, log: Log, stops: readonly (() => Promise<void>)[]): StoppableServer {
  const { stop } = server;
  server.stop = async (settings) => {
    log.info(settings, 'Stopping');
    await stop(settings);
    await Promise.all(stops.map((each) => each()));
    log.info({ seconds: Math.round(process.uptime()) }, 'Stopped');
  };
  return server;
}

/** Logs what is probably a mistake in the configuration, but does not prevent the start. */
function warnOfDoubts({ authentication, grants }: Config, accounts: readonly AccountSettings[], log: Log): void {
  for (const doubt of regionDoubts(accounts, grants)) log.warn(doubt);
  const doubt = authentication && grantDoubt(grants);
  if (doubt !== undefined) log.warn(doubt);
}

/** Opens the audit log of a setting. Throws a ConfigurationError if it cannot be written. */
export async function openAudit(setting: string, log: Pick<Log, 'error'>): Promise<Audit> {
  await requireAuditable(setting);
  return createAudit(createAuditSink(setting), (error) =>
    log.error(
      error,
      'Cannot write an audit record. Check the file or stream that `audit` configures: until then, changes are refused.',
    ),
  );
}
