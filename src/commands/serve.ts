import type { Flags } from '../config.ts';
import { accountsOf } from './accounts.ts';
import { listen } from './running.ts';
import { readVersion } from './version.ts';

/** Starts the gateway against AWS. */
export async function serve(flags: Flags): Promise<void> {
  const { readConfig, requireSafeProfile } = await import('../config.ts');
  const { createGateway } = await import('../gateway.ts');
  const settings = readConfig(flags, 'serve');
  await requireSafeProfile();
  const accounts = await accountsOf(settings);
  const { server, log } = await createGateway(
    { ...settings, policy: settings, audit: settings.audit ?? 'stdout' },
    accounts,
    {},
  );
  const url = await listen(server, settings, settings.shutdown.noticeSeconds);
  log.info({ url: `${url}/graphql`, version: readVersion(), accounts: accounts.length }, 'Started');
}
