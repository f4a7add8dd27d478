import {
  DocDBClient,
  type DocDBClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-docdb';
import type { Command } from '@smithy/types';
import { type Aws, changingOptions, clientOptions, type Place } from '../../aws/client.ts';
import type { Fetched } from '../../aws/calls/answer-cache.ts';
import { createPace } from '../../aws/calls/pace.ts';
import { createConnection } from '../../aws/connection.ts';
import type { Usage } from '../../aws/usage.ts';

export type DocumentDBCommand<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = Command<
  ServiceInputTypes,
  Input,
  ServiceOutputTypes,
  Output,
  DocDBClientResolvedConfig
>;

/** One source's way to Amazon DocumentDB, which is served by the control plane of Amazon RDS. */
export interface DocumentDBConnection {
  read<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: DocumentDBCommand<Input, Output>,
    usage: Usage,
  ): Promise<Fetched<Output>>;
  write<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: DocumentDBCommand<Input, Output>,
    usage: Usage,
  ): Promise<Output>;
  /** Drops what was read until now, because what another account did shows here. */
  forget(): void;
}

/** Makes the clients of a source, which live as long as the process: one that retries reads, and one that sends changes once. */
export function connectDocumentDB(aws: Aws, place: Place, onChange: () => void): DocumentDBConnection {
  const pace = createPace();
  const options = clientOptions(aws, place, pace);
  const reader = new DocDBClient(options);
  const writer = new DocDBClient({
    ...options,
    credentials: reader.config.credentials,
    ...changingOptions(aws, place, pace),
  });
  const connection = createConnection({ aws, place, pace, actionPrefix: 'rds', onChange });
  return {
    read: (command, usage) => connection.read(command, (sending) => reader.send(command, sending), usage),
    write: (command, usage) => connection.write(command, (sending) => writer.send(command, sending), usage),
    forget: connection.forget,
  };
}
