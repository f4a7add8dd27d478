import type { RedisLink } from '../../replicas/redis-link.ts';
import { createDeletionGuards, type DeletionGuards, type DeletionSettings } from './deletion.ts';
import { createSharingPolicy, type SharingPolicy, type SharingSettings } from './sharing.ts';

/** What nobody may do, whatever is granted to them. */
export interface Policy {
  readonly sharing: SharingPolicy;
  readonly deletions: DeletionGuards;
}

/** What the configuration file says; what it leaves out is refused. */
export interface PolicySettings {
  /** `unrestricted` is for the emulator alone. */
  readonly sharing?: SharingSettings | 'unrestricted' | undefined;
  readonly deletion?: DeletionSettings | undefined;
}

/**
 * One policy for all requests of a gateway to these accounts, since it counts what they do. Without settings nothing is
 * forbidden, which is for the emulator alone.
 */
export function createPolicy(
  settings: PolicySettings = { sharing: 'unrestricted' },
  accounts: readonly string[],
  redis?: RedisLink,
): Policy {
  const { sharing, deletion = [] } = settings;
  return {
    sharing:
      sharing === 'unrestricted'
        ? { requireParties: () => {}, requireKey: () => {} }
        : createSharingPolicy(sharing, accounts),
    deletions: createDeletionGuards(deletion, redis),
  };
}
