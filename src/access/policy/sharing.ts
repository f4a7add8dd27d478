import { z } from 'zod';
import { ForbiddenError, SharingRefusedError } from '../../errors.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import { accountId } from '../account-id.ts';

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
        description: 'The accounts that may be given snapshots; `configured` stands for those under `accounts`.',
      }),
    awsSupport: z.boolean().default(false).meta({ description: 'Whether AWS Support may be given snapshots.' }),
    public: z.boolean().default(false).meta({ description: 'Whether everybody may be given snapshots.' }),
    kmsKeys: z.array(z.string().min(1)).default([]).meta({
      description: 'The AWS KMS keys that copies may be encrypted under, as they are asked for.',
    }),
  })
  .meta({ description: 'To whom snapshots may go. What is left out is refused, whoever asks.' });

export type SharingSettings = Readonly<z.output<typeof sharingSettings>>;

/** Refuses to give a snapshot to those who are not allowed to have it. */
export interface SharingPolicy {
  /** SHARING_REFUSED for the first party that is not allowed. */
  requireParties(parties: SnapshotSharing): void;
  /** FORBIDDEN for a key that is not allowed; the service's own choice always is. */
  requireKey(kmsKeyId: string | undefined): void;
}

/** `configured` are the accounts of the gateway. Without settings everybody is refused. */
export function createSharingPolicy(
  settings: SharingSettings | undefined,
  configured: readonly string[],
): SharingPolicy {
  const { accounts, awsSupport, public: everybody, kmsKeys } = settings ?? sharingSettings.parse({});
  const allowed = new Set(accounts === 'configured' ? configured : accounts);
  return {
    requireParties: (parties) => {
      if (parties.public && !everybody) {
        throw new SharingRefusedError(
          'PUBLIC_NOT_ALLOWED',
          'This gateway shares no snapshot with everybody. Leave public out, and name the accounts instead.',
        );
      }
      const stranger = parties.accounts.find((account) => !allowed.has(account));
      if (stranger !== undefined) throw refused(`account ${stranger}`);
      if (parties.awsSupport && !awsSupport) throw refused('AWS Support');
    },
    requireKey: (kmsKeyId) => {
      if (kmsKeyId === undefined || kmsKeys.includes(kmsKeyId)) return;
      throw new ForbiddenError(
        `${JSON.stringify(kmsKeyId)} is not among the keys that this gateway copies under. Leave kmsKeyId out, or have it configured in sharing.kmsKeys.`,
      );
    },
  };
}

function refused(party: string): SharingRefusedError {
  return new SharingRefusedError(
    'TARGET_NOT_ALLOWED',
    `This gateway shares no snapshot with ${party}. Those it may share with are configured in \`sharing\`.`,
  );
}
