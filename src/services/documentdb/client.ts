import {
  DocDBClient,
  type DocDBClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-docdb';
import { connectService, type ServiceConnection } from '../../aws/service-connection.ts';
import type { Sender } from '../../changes/plans/sender.ts';
import type { Source } from '../../snapshots/source.ts';
import type { OpenOptions } from '../service.ts';
import { TaggedQueryProtocol } from './lookups/tag-list.ts';

/** The connection of a source to Amazon DocumentDB, which uses the control plane of Amazon RDS. */
export type DocumentDBConnection = ServiceConnection<ServiceInputTypes, ServiceOutputTypes, DocDBClientResolvedConfig>;

/** Returns the connection of a source. */
export type DocumentDBConnect = (source: Source) => DocumentDBConnection;

/** Makes the AWS calls of changes. */
export type DocumentDBSender = Sender<ServiceInputTypes, ServiceOutputTypes, DocDBClientResolvedConfig>;

/** Connects each source of Amazon DocumentDB once. */
export function connectDocumentDB({ aws, sources, onChange }: OpenOptions): DocumentDBConnect {
  return sources.connect('DOCUMENTDB', (access, source) =>
    connectService(DocDBClient, {
      aws,
      access,
      actionPrefix: 'rds',
      protocol: TaggedQueryProtocol,
      onChange: () => onChange(source),
    }),
  );
}
