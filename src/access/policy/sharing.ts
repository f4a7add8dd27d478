import * as z from 'zod';
import { SharingRefusedError } from '../../errors.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import { accountId } from '../account-id.ts';
import { type AllowedKey, allowKey, type KeyUse, requireKeyIn } from './keys.ts';

/** The `sharing` of the configuration file. */
export const sharingSettings = z
  .strictObject({
    accounts: z
      .union(
        [z.literal('configured'), z.array(accountId)],
        'must be `configured`, or a list of account ids: 12 digits each, in quotes',
      )
      .default([])
      .meta({
        description:
          'The accounts that snapshots can be shared with: a list, or `configured` for all accounts under `accounts`.',
      }),
    awsSupport: z.boolean().default(false).meta({ description: 'Whether snapshots can be shared with AWS Support.' }),
    public: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether snapshots can be made public (restorable by every AWS account).' }),
    kmsKeys: z.array(z.string().min(1)).default([]).meta({
      description:
        'The AWS KMS keys that copySnapshot can use, by id, alias or ARN. An id or alias without account and region is that of the key in the account and region of the copy. A key that a client names differently, by another alias for example, is allowed if AWS KMS says that it is the same key.',
    }),
  })
  .meta({
    description:
      'Restricts with which accounts snapshots can be shared and with which keys copies can be encrypted, regardless of grants. Everything that is omitted is denied; with the command dev, an absent sharing allows everything.',
  });

export type SharingSettings = Readonly<z.output<typeof sharingSettings>>;

/** Restricts with whom snapshots can be shared, and under which keys they can be copied. */
export interface SharingPolicy {
  /** Throws SHARING_REFUSED for the first party that is not allowed. */
  requireParties(parties: SnapshotSharing): void;
  /**
   * Returns the key if it is allowed; undefined, the key that the service chooses, always is. Throws FORBIDDEN if it is
   * not, and the failure if it depends on an alias, and AWS KMS cannot be read.
   */
  requireKey(kmsKeyId: string | undefined, use: KeyUse): Promise<AllowedKey>;
}

const copyRule = { verb: 'copy', setting: 'sharing.kmsKeys' };

/** Creates a sharing policy; `configured` are the gateway's accounts. Without settings, all parties are refused. */
export function createSharingPolicy(
  settings: SharingSettings | undefined,
  configured: readonly string[],
): SharingPolicy {
  const { accounts, awsSupport, public: isPublicAllowed, kmsKeys } = settings ?? sharingSettings.parse({});
  const allowed = new Set(accounts === 'configured' ? configured : accounts);
  return {
    requireParties: (parties) => {
      if (parties.public && !isPublicAllowed) {
        throw new SharingRefusedError(
          'PUBLIC_NOT_ALLOWED',
          'Cannot make the snapshot public: the policy of this gateway does not allow public snapshots. Leave out public, and use accounts instead.',
        );
      }
      const other = parties.accounts.find((account) => !allowed.has(account));
      if (other !== undefined) throw refused(`account ${other}`);
      if (parties.awsSupport && !awsSupport) throw refused('AWS Support');
    },
    requireKey: async (kmsKeyId, use) =>
      kmsKeyId === undefined ? allowKey(undefined) : requireKeyIn(kmsKeys, kmsKeyId, use, copyRule),
  };
}

function refused(party: string): SharingRefusedError {
  return new SharingRefusedError(
    'TARGET_NOT_ALLOWED',
    `Cannot share the snapshot with ${party}: the policy of this gateway does not allow it. The operator can allow it under \`sharing\` in the configuration.`,
  );
}
