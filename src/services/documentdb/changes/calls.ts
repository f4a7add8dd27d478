import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-docdb';
import type { Usage } from '../../../aws/usage.ts';
import { type Call, toCall } from '../../../changes/plan.ts';
import type { SourceLoader } from '../../../fleet/lookups/source-loader.ts';
import type { Sources } from '../../../fleet/sources.ts';
import type { Source } from '../../../graphql/source.ts';
import type { Tag } from '../../../graphql/tag.ts';
import type { SnapshotSharing } from '../../../snapshots/snapshot.ts';
import type { DocumentDBCommand, DocumentDBConnection } from '../client.ts';
import type { DocumentDBClusters } from '../clusters.ts';
import type { DocumentDBSnapshots } from '../snapshots.ts';

/** What the plans of Amazon DocumentDB are made with, for one request. */
export interface DocumentDBCalls {
  /** A call that sends a command which changes something; afterwards everything is read again. */
  call<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    source: Source,
    command: DocumentDBCommand<Input, Output>,
  ): Call<Output>;
  /** The same for a command that changes what other accounts see, in whose sources everything is read again too. */
  callForAll: DocumentDBCalls['call'];
  readonly snapshots: DocumentDBSnapshots;
  /** By ARN. */
  readonly tags: SourceLoader<Tag[]>;
  /** By identifier. */
  readonly sharing: SourceLoader<SnapshotSharing>;
}

export interface DocumentDBCallsOptions extends Pick<DocumentDBCalls, 'snapshots' | 'tags' | 'sharing'> {
  readonly connect: (source: Source) => DocumentDBConnection;
  readonly sources: Sources;
  readonly usage: Usage;
  readonly clusters: DocumentDBClusters;
}

/** What every change of Amazon DocumentDB asks AWS through; once AWS was asked for one, what was read before is forgotten. */
export function createDocumentDBCalls({
  connect,
  sources,
  usage,
  clusters,
  ...loaders
}: DocumentDBCallsOptions): DocumentDBCalls {
  const { snapshots, tags, sharing } = loaders;
  const forget = () => {
    for (const loader of [snapshots.byArn, tags, sharing, clusters]) loader.clear();
  };
  const call: DocumentDBCalls['call'] = (source, command) =>
    toCall(source, command, usage, () => connect(source).write(command, usage).finally(forget));
  return {
    call,
    callForAll: (source, command) => {
      const { planned, send } = call(source, command);
      const forgetBeside = () => sources.beside(source).forEach((each) => connect(each).forget());
      return { planned, send: () => send().finally(forgetBeside) };
    },
    ...loaders,
  };
}
