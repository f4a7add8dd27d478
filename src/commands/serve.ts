import type { Flags } from '../config.ts';
import { accountsOf } from './accounts.ts';
import { listen, print } from './running.ts';

/** Starts the gateway against AWS. */
export async function serve(flags: Flags): Promise<void> {
  const { readConfig, requireSafeProfile } = await import('../config.ts');
  const { createGateway } = await import('../gateway.ts');
  const settings = readConfig(flags, 'serve');
  await requireSafeProfile();
  const url = await listen(
    await createGateway(
      { ...settings, policy: settings, audit: settings.audit ?? 'stdout' },
      await accountsOf(settings),
      {},
    ),
    settings,
    settings.shutdown.noticeSeconds,
  );
  print(`snapgate    ${url}/graphql`);
}
