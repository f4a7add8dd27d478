import type { StrictRedis } from '../../replicas/strict-redis.ts';
import { createDeletionGuards, type DeletionGuards, type DeletionSettings } from './deletion.ts';
import { allowKey } from './keys.ts';
import { createSharingPolicy, type SharingPolicy, type SharingSettings } from './sharing.ts';

/** Restrictions that apply to every principal, regardless of grants. */
export interface Policy {
  readonly sharing: SharingPolicy;
  readonly deletions: DeletionGuards;
}

/** The policy settings of the configuration; without `sharing`, shares and copies under a chosen key are refused. */
export interface PolicySettings {
  /** `unrestricted` is only for use with the emulator. */
  readonly sharing?: SharingSettings | 'unrestricted' | undefined;
  readonly deletion?: DeletionSettings | undefined;
}

/**
 * Creates the policy of a gateway, shared by all its requests because it counts and coordinates deletions. Without settings nothing is
 * restricted, which is only for use with the emulator.
 */
export function createPolicy(
  settings: PolicySettings = { sharing: 'unrestricted' },
  accounts: readonly string[],
  redis?: StrictRedis,
): Policy {
  const { sharing, deletion = [] } = settings;
  return {
    sharing:
      sharing === 'unrestricted'
        ? { requireParties: () => {}, requireKey: async (kmsKeyId) => allowKey(kmsKeyId) }
        : createSharingPolicy(sharing, accounts),
    deletions: createDeletionGuards(deletion, redis),
  };
}
