import { DescribeKeyCommand, type DescribeKeyCommandOutput, KMSClient } from '@aws-sdk/client-kms';
import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols';
import type { MetadataBearer } from '@smithy/types';
import { after, type MaybePromise } from '../snapshots/maybe.ts';
import type { KmsKey } from '../snapshots/kms-key.ts';
import { createSourcePace } from './calls/pace.ts';
import { type Aws, clientOptions } from './client.ts';
import { createConnection } from './connection.ts';
import { reuseSigners } from './credentials/signing.ts';
import { ProtocolError } from './protocol/protocol.ts';
import type { SourceAccess } from './source-access.ts';
import type { Usage } from './usage.ts';

/** The connection of one account and region to AWS KMS. */
export interface KmsConnection {
  /**
   * Describes a key by its id, ARN or alias. Rejects with FORBIDDEN if the key policy or IAM denies it, and with
   * NOT_FOUND if the key does not exist.
   * https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
   */
  describe(keyId: string, usage: Usage): MaybePromise<KmsKey>;
}

interface Described extends MetadataBearer {
  readonly key: KmsKey;
}

/**
 * Connects an account and region to AWS KMS, with a client, limits and a circuit breaker of its own, so that KMS cannot
 * affect the other reads. `access` is that of any source there; its key must differ from the keys of all sources.
 */
export function connectKms(aws: Aws, access: SourceAccess): KmsConnection {
  const pace = createSourcePace();
  const client = new KMSClient({ ...clientOptions(aws, access, pace), protocol: AwsJson1_1Protocol });
  reuseSigners(client.config);
  const connection = createConnection({ aws, access, pace, actionPrefix: 'kms', onChange: () => {} });
  return {
    describe: (keyId, usage) => {
      const input = { KeyId: keyId };
      const described = connection.read<Described>(
        { Command: DescribeKeyCommand, input },
        async () => readKey(await client.send(new DescribeKeyCommand(input))),
        usage,
      );
      return after(described, ({ output }) => output.key);
    },
  };
}

/** Returns the parts of a response that are used, and cached. Throws if it lacks one of them. */
function readKey({ KeyMetadata: key, $metadata }: DescribeKeyCommandOutput): Described {
  const { Arn: arn, Enabled: enabled, KeyManager: manager, AWSAccountId: account } = key ?? {};
  if (!arn || enabled === undefined || manager === undefined || !account) {
    throw new ProtocolError('DescribeKey', 'it does not describe the key', $metadata);
  }
  return { $metadata, key: { arn, enabled, managedByAws: manager === 'AWS', account } };
}
