import type { Command, MetadataBearer } from '@smithy/types';
import type { ServiceConnection } from '../../aws/service-connection.ts';
import type { Usage } from '../../aws/usage.ts';
import type { Sources } from '../../fleet/sources.ts';
import type { Source } from '../../snapshots/source.ts';
import { type Call, toCall } from './call.ts';

/** Creates the calls of commands that change something, for one request. */
export interface Sender<Inputs extends object, Outputs extends MetadataBearer, Config> {
  call<Input extends Inputs, Output extends Outputs>(
    source: Source,
    command: Command<Inputs, Input, Outputs, Output, Config>,
  ): Call<Output>;
  /** The same for a command that changes what other accounts see; the caches of their sources are cleared too. */
  callForAll: Sender<Inputs, Outputs, Config>['call'];
}

export interface SenderOptions<Inputs extends object, Outputs extends MetadataBearer, Config> {
  readonly connect: (source: Source) => ServiceConnection<Inputs, Outputs, Config>;
  readonly sources: Sources;
  readonly usage: Usage;
}

/** Creates a sender that uses the connections of a service. */
export function createSender<Inputs extends object, Outputs extends MetadataBearer, Config>({
  connect,
  sources,
  usage,
}: SenderOptions<Inputs, Outputs, Config>): Sender<Inputs, Outputs, Config> {
  const call: Sender<Inputs, Outputs, Config>['call'] = (source, command) =>
    toCall(source, command, usage, (own) => connect(source).write(command, own));
  return {
    call,
    callForAll: (source, command) => {
      const own = call(source, command);
      const forgetBeside = () => sources.beside(source).forEach((each) => connect(each).forget());
      return { ...own, send: () => own.send().finally(forgetBeside) };
    },
  };
}
