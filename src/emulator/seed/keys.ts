import { partnerAccount } from './accounts.ts';
import { keyIdOf, seedClusters, type SeedResource } from './clusters.ts';
import { daysBefore } from './dates.ts';

const production = '123456789012';
const staging = '210987654321';
const analytics = '012345678901';

/** The accounts that the policies of the production keys of these teams let use the key. */
const partners: Readonly<Record<string, readonly string[]>> = {
  sales: [analytics, staging, partnerAccount],
  shop: [analytics, staging],
};

/** Returns the key of each team with encrypted clusters, a disabled key, and a key that is pending deletion. */
export function keysJson(now: Date): SeedResource[] {
  const encrypted = seedClusters.filter(({ isEncrypted }) => isEncrypted);
  const byId = new Map(encrypted.map((cluster) => [keyIdOf(cluster), cluster]));
  const teams = Array.from(byId, ([KeyId, { account, region, team }]) => ({
    service: 'kms' as const,
    account,
    region,
    KeyId,
    Description: `Data of the team ${team}`,
    CreationDate: daysBefore(now, 2600),
    Aliases: [`alias/${team}`],
    AllowedAccounts: account === production ? (partners[team] ?? []) : [],
  }));
  return [
    ...teams,
    retired('alias/retired', '0ff00ff0-5eed-4000-8000-123456789012', { KeyState: 'Disabled' }, now),
    retired(
      'alias/finance-2019',
      '0de10de1-5eed-4000-8000-123456789012',
      { KeyState: 'PendingDeletion', DeletionDate: daysBefore(now, -21) },
      now,
    ),
  ];
}

function retired(alias: string, KeyId: string, members: object, now: Date): SeedResource {
  return {
    service: 'kms',
    account: production,
    region: 'us-east-1',
    KeyId,
    CreationDate: daysBefore(now, 2700),
    Aliases: [alias],
    ...members,
  };
}
