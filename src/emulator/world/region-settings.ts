import * as z from 'zod';

import { accountId, regionName } from './places.ts';

/** A region in a world's JSON that is not enabled, or in which AWS STS is not active; for one account or for all. */
export const regionSettingSchema = z.strictObject({
  /** Default: all accounts that have no entry of their own for the region. */
  account: accountId.optional(),
  region: regionName.refine((name) => name !== 'us-east-1', 'us-east-1 is enabled in every account'),
  /** https://docs.aws.amazon.com/accounts/latest/reference/API_Region.html */
  RegionOptStatus: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  /** Whether the account settings of IAM activate AWS STS in the region. */
  StsStatus: z.enum(['ACTIVE', 'INACTIVE']).default('ACTIVE'),
});

/** One entry of a world's `regions`. */
type RegionSetting = z.output<typeof regionSettingSchema>;

/** Which regions an account can use. Regions without a setting are enabled, with an active AWS STS. */
export interface RegionSettings {
  /** Throws an Error if the account already has a setting for the region. */
  add(setting: RegionSetting): void;
  all(): readonly RegionSetting[];
  isEnabled(account: string, region: string): boolean;
  /** Whether AWS STS in the region issues credentials for the account. */
  issuesCredentials(account: string, region: string): boolean;
}

/** Creates settings in which every region is enabled. */
export function createRegionSettings(): RegionSettings {
  const settings = new Map<string, RegionSetting>();
  const find = (account: string, region: string) =>
    settings.get(keyOf(region, account)) ?? settings.get(keyOf(region, undefined));
  return {
    add(setting) {
      const { account, region } = setting;
      const key = keyOf(region, account);
      if (settings.has(key)) throw new Error(`${region} of ${account ?? 'all accounts'} already exists`);
      settings.set(key, setting);
    },
    all: () => [...settings.values()],
    isEnabled: (account, region) => find(account, region)?.RegionOptStatus !== 'DISABLED',
    issuesCredentials(account, region) {
      const setting = find(account, region);
      return setting?.RegionOptStatus !== 'DISABLED' && setting?.StsStatus !== 'INACTIVE';
    },
  };
}

function keyOf(region: string, account: string | undefined): string {
  return `${region}/${account ?? '*'}`;
}
