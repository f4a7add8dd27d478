import type { StrictRedis } from '../../replicas/strict-redis.ts';
import { createDeletionGuards, type DeletionGuards, type DeletionSettings } from './deletion.ts';
import { allowKey } from './keys.ts';
import { createRestorePolicy, type RestorePolicy, type RestoreSettings, unrestrictedRestores } from './restores.ts';
import { createSharingPolicy, type SharingPolicy, type SharingSettings } from './sharing.ts';

/** Restrictions that apply to every principal, regardless of grants. */
export interface Policy {
  readonly sharing: SharingPolicy;
  readonly deletions: DeletionGuards;
  readonly restores: RestorePolicy;
}

/**
 * The policy settings of the configuration; without `sharing`, shares and copies under a chosen key are refused, and
 * without `restore`, restores and copies to other regions and accounts.
 */
export interface PolicySettings {
  /** `unrestricted` is only for use with the emulator. */
  readonly sharing?: SharingSettings | 'unrestricted' | undefined;
  readonly deletion?: DeletionSettings | undefined;
  /** `unrestricted` is only for use with the emulator. */
  readonly restore?: RestoreSettings | 'unrestricted' | undefined;
}

/**
 * Creates the policy of a gateway, shared by all its requests because it counts and coordinates deletions. Without settings nothing is
 * restricted, which is only for use with the emulator.
 */
export function createPolicy(
  settings: PolicySettings = { sharing: 'unrestricted', restore: 'unrestricted' },
  accounts: readonly string[],
  redis?: StrictRedis,
): Policy {
  const { sharing, deletion = [], restore } = settings;
  return {
    sharing:
      sharing === 'unrestricted'
        ? { requireParties: () => {}, requireKey: async (kmsKeyId) => allowKey(kmsKeyId) }
        : createSharingPolicy(sharing, accounts),
    deletions: createDeletionGuards(deletion, redis),
    restores: restore === 'unrestricted' ? unrestrictedRestores : createRestorePolicy(restore, redis),
  };
}
