import type { CredentialSettings } from '../access/policy/credentials.ts';
import type { AwsSettings } from '../aws/settings.ts';
import type { Config } from '../config.ts';
import { seedAccounts } from '../emulator/seed/accounts.ts';
import type { AccountSettings } from '../fleet/settings.ts';
import type { GatewaySettings } from '../gateway.ts';
import { serviceNames } from '../snapshots/service.ts';

/** The emulator has no databases that a password could open. */
const everyCredential: CredentialSettings = {
  enabled: true,
  databaseUsers: ['*'],
  databaseGroups: ['readers'],
  autoCreate: true,
  maximumSeconds: 3600,
};

/** The accounts of the sample data, each with a role as in a real fleet. */
export const seededAccounts: readonly AccountSettings[] = seedAccounts.map((account) => ({
  ...account,
  role: `arn:aws:iam::${account.id}:role/snapgate`,
  externalId: 'snapgate-dev',
  services: [...serviceNames],
}));

/** What a gateway on the emulator is created with. */
interface Emulated {
  readonly settings: GatewaySettings;
  readonly accounts: readonly AccountSettings[];
  readonly aws: AwsSettings;
}

/**
 * Returns the settings of a gateway on an emulator. Sharing and restoring are harmless there, so only the configuration
 * restricts them.
 */
export function emulated(config: Config, url: string): Emulated {
  const policy = {
    sharing: config.sharing ?? ('unrestricted' as const),
    deletion: config.deletion,
    restore: config.restore ?? ('unrestricted' as const),
  };
  return {
    settings: { ...config, credentials: config.credentials ?? everyCredential, policy },
    accounts: config.accounts ?? seededAccounts,
    aws: { endpoint: url, credentials: { accessKeyId: '123456789012', secretAccessKey: 'emulated' } },
  };
}
