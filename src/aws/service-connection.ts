import type { Client, Command, MetadataBearer } from '@smithy/types';
import type { MaybePromise } from '../snapshots/maybe.ts';
import type { Fetched } from './calls/answer-cache.ts';
import { createSourcePace } from './calls/pace.ts';
import { type Aws, changingOptions, clientOptions } from './client.ts';
import { createConnection } from './connection.ts';
import { reuseSigners, type SignerConfig } from './credentials/signing.ts';
import { StrictQueryProtocol } from './protocol/protocol.ts';
import type { SourceAccess } from './source-access.ts';
import type { Usage } from './usage.ts';

/** The class of an SDK command: a read creates the command only if it is sent. */
type CommandClass<
  Inputs extends object,
  Input extends Inputs,
  Outputs extends MetadataBearer,
  Output extends Outputs,
  Config,
> = new (input: Input) => Command<Inputs, Input, Outputs, Output, Config>;

/** The connection of one source to its service, which accepts the commands of the service's SDK client. */
export interface ServiceConnection<Inputs extends object, Outputs extends MetadataBearer, Config> {
  read<Input extends Inputs, Output extends Outputs>(
    Command: CommandClass<Inputs, Input, Outputs, Output, Config>,
    input: Input,
    usage: Usage,
  ): MaybePromise<Fetched<Output>>;
  /**
   * Makes a read call for a single record, of which a page of records needs many. Such calls have a pace of their own,
   * and wait for it until the request ends, so that they do not fail if AWS throttles, and do not delay other calls.
   */
  readRecord<Input extends Inputs, Output extends Outputs>(
    Command: CommandClass<Inputs, Input, Outputs, Output, Config>,
    input: Input,
    usage: Usage,
  ): MaybePromise<Fetched<Output>>;
  write<Input extends Inputs, Output extends Outputs>(
    command: Command<Inputs, Input, Outputs, Output, Config>,
    usage: Usage,
  ): Promise<Output>;
  /** Reports a flaw in a response of AWS to the operator. */
  warn(flaw: Error): void;
  /** Discards the cached responses, because a change in another account affects this source. */
  forget(): void;
}

/** The class of a service's SDK client, with the options that the gateway sets. */
type ClientClass<Inputs extends object, Outputs extends MetadataBearer, Config extends SignerConfig> = new (
  options: ReturnType<typeof clientOptions>,
) => Client<Inputs, Outputs, Config> & { readonly config: Config };

export interface ConnectOptions {
  readonly aws: Aws;
  readonly access: SourceAccess;
  /** The prefix of the service's actions in IAM policies, such as `redshift`. */
  readonly actionPrefix: string;
  /** Called when this or another replica may have changed the source. */
  readonly onChange: () => void;
  /** The protocol of the service, if its responses have members that the SDK's model lacks. */
  readonly protocol?: typeof StrictQueryProtocol;
}

/**
 * Connects a source with two SDK clients of its service, which exist as long as the process: one retries reads, the
 * other sends changes once.
 */
export function connectService<Inputs extends object, Outputs extends MetadataBearer, Config extends SignerConfig>(
  ServiceClient: ClientClass<Inputs, Outputs, Config>,
  { aws, access, actionPrefix, onChange, protocol = StrictQueryProtocol }: ConnectOptions,
): ServiceConnection<Inputs, Outputs, Config> {
  const pace = createSourcePace();
  const options = { ...clientOptions(aws, access, pace), protocol };
  const reader = new ServiceClient(options);
  reuseSigners(reader.config);
  const writer = new ServiceClient({ ...options, ...changingOptions(aws, access, pace) });
  const connection = createConnection({ aws, access, pace, actionPrefix, onChange });
  return {
    read: (Command, input, usage) => connection.read({ Command, input }, () => reader.send(new Command(input)), usage),
    readRecord: (Command, input, usage) =>
      connection.read({ Command, input }, () => reader.send(new Command(input)), usage, true),
    write: (command, usage) => connection.write(command, (sending) => writer.send(command, sending), usage),
    warn: (flaw) => aws.settings.onFlaw?.(flaw),
    forget: connection.forget,
  };
}
