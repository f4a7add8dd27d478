import {
  RedshiftClient,
  type RedshiftClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-redshift';
import { connectService, type ServiceConnection } from '../../aws/service-connection.ts';
import type { Sender } from '../../changes/plans/sender.ts';
import type { Source } from '../../snapshots/source.ts';
import type { OpenOptions } from '../service.ts';

/** The connection of a source to Amazon Redshift. */
export type RedshiftConnection = ServiceConnection<ServiceInputTypes, ServiceOutputTypes, RedshiftClientResolvedConfig>;

/** Returns the connection of a source. */
export type RedshiftConnect = (source: Source) => RedshiftConnection;

/** Makes the AWS calls of changes. */
export type RedshiftSender = Sender<ServiceInputTypes, ServiceOutputTypes, RedshiftClientResolvedConfig>;

/** Connects each source of Amazon Redshift once. */
export function connectRedshift({ aws, sources, onChange }: OpenOptions): RedshiftConnect {
  return sources.connect('REDSHIFT', (access, source) =>
    connectService(RedshiftClient, { aws, access, actionPrefix: 'redshift', onChange: () => onChange(source) }),
  );
}
