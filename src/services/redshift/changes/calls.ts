import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-redshift';
import type { Usage } from '../../../aws/usage.ts';
import { type Call, toCall } from '../../../changes/plan.ts';
import type { Sources } from '../../../fleet/sources.ts';
import type { Source } from '../../../graphql/source.ts';
import type { RedshiftCommand, RedshiftConnection } from '../client.ts';
import type { RedshiftClusters } from '../clusters.ts';
import type { RedshiftSnapshots } from '../snapshots.ts';

/** What the plans of Amazon Redshift are made with, for one request. */
export interface RedshiftCalls {
  /** A call that sends a command which changes something; afterwards everything is read again. */
  call<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    source: Source,
    command: RedshiftCommand<Input, Output>,
  ): Call<Output>;
  /** The same for a command that changes what other accounts see, in whose sources everything is read again too. */
  callForAll: RedshiftCalls['call'];
  readonly snapshots: RedshiftSnapshots;
}

export interface RedshiftCallsOptions {
  readonly connect: (source: Source) => RedshiftConnection;
  readonly sources: Sources;
  readonly usage: Usage;
  readonly snapshots: RedshiftSnapshots;
  readonly clusters: RedshiftClusters;
}

/** What every change of Amazon Redshift asks AWS through; once AWS was asked for one, what was read before is forgotten. */
export function createRedshiftCalls(options: RedshiftCallsOptions): RedshiftCalls {
  const { connect, sources, usage, snapshots, clusters } = options;
  const forget = () => {
    snapshots.byArn.clear();
    clusters.clear();
  };
  const call: RedshiftCalls['call'] = (source, command) =>
    toCall(source, command, usage, () => connect(source).write(command, usage).finally(forget));
  return {
    call,
    callForAll: (source, command) => {
      const { planned, send } = call(source, command);
      const forgetBeside = () => sources.beside(source).forEach((each) => connect(each).forget());
      return { planned, send: () => send().finally(forgetBeside) };
    },
    snapshots,
  };
}
