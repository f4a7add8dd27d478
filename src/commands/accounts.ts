import type { Config } from '../config.ts';
import type { AccountSettings } from '../fleet/settings.ts';
import { serviceNames } from '../snapshots/service.ts';

/** Returns the configured accounts, or else the account and region of the environment. */
export async function accountsOf({ accounts, aws, proxy }: Config): Promise<readonly AccountSettings[]> {
  if (accounts) return accounts;
  const { readCallerIdentity } = await import('../aws/credentials/identity.ts');
  const { account, region } = await readCallerIdentity({ ...aws, proxy });
  return [{ id: account, regions: [region], services: [...serviceNames] }];
}
