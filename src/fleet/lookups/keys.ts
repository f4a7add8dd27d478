import type { Aws } from '../../aws/client.ts';
import { connectKms, type KmsConnection } from '../../aws/kms.ts';
import type { Usage } from '../../aws/usage.ts';
import type { MaybePromise } from '../../snapshots/maybe.ts';
import { keyArn, type KmsKey } from '../../snapshots/kms-key.ts';
import { serviceNames } from '../../snapshots/service.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Sources } from '../sources.ts';
import { createRecordLoader } from './source-loader.ts';

/** Returns the connection to AWS KMS in the account and region of a source, which its services share. */
export type ConnectKeys = (source: Source) => KmsConnection;

/** The keys of AWS KMS, for one request. */
export interface Keys {
  /** Reads the key that an id, an ARN or an alias stands for, in the account and region of a source. */
  keyNamed(source: Source, named: string): MaybePromise<KmsKey>;
}

/** Prepares the connections to AWS KMS, each of which is created on first use. */
export function connectKeys(aws: Aws, sources: Sources): ConnectKeys {
  const connections = new Map<string, KmsConnection>();
  const connectOf = new Map(
    serviceNames.map((service) => [
      service,
      sources.connect(service, (access) => () => {
        const key = `kms ${access.account} ${access.region}`;
        const connection = connections.get(key) ?? connectKms(aws, { ...access, key });
        connections.set(key, connection);
        return connection;
      }),
    ]),
  );
  return (source) => {
    const connection = connectOf.get(source.service)?.(source)();
    if (connection === undefined) throw new Error(`${source.key} is not a source.`);
    return connection;
  };
}

/** Creates the keys of one request: each is read once for each source. */
export function createKeys(connect: ConnectKeys, usage: Usage): Keys {
  const keys = createRecordLoader((source, arn, own) => connect(source).describe(arn, own), usage);
  return { keyNamed: (source, named) => keys.load(source, keyArn(named, source)) };
}
