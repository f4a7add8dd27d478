import type { Flags } from '../config.ts';
import { accountsOf } from './accounts.ts';
import { listen, listenForMetrics } from './running.ts';
import { readVersion } from './version.ts';

/** Starts the gateway against AWS. On SIGHUP, the gateway reads its configuration again. */
export async function serve(flags: Flags): Promise<void> {
  const { readConfig, requireSafeProfile } = await import('../config.ts');
  const { createGateway } = await import('../gateway.ts');
  const readSettings = () => {
    const settings = readConfig(flags, 'serve');
    return { ...settings, audit: settings.audit ?? 'stdout' };
  };
  const settings = readSettings();
  await requireSafeProfile();
  const accounts = await accountsOf(settings);
  const { server, metrics, log, reload } = await createGateway({ ...settings, policy: settings }, accounts, {});
  process.on('SIGHUP', () => reload(readSettings));
  const metricsUrl = await listenForMetrics(metrics, settings);
  const { url, healthUrl } = await listen(server, settings, settings.shutdown.noticeSeconds);
  const health = healthUrl && `${healthUrl}/ready`;
  log.info(
    { url: `${url}/graphql`, health, metrics: metricsUrl, version: readVersion(), accounts: accounts.length },
    'Started',
  );
}
