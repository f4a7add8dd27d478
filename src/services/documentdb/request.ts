import type { DBInstance } from '@aws-sdk/client-docdb';
import { readBackUsage, type Usage } from '../../aws/usage.ts';
import type { Creations } from '../../changes/plans/creation.ts';
import { createSender } from '../../changes/plans/sender.ts';
import type { KnownLengths } from '../../fleet/lookups/known-length.ts';
import type { SourceLoader } from '../../fleet/lookups/source-loader.ts';
import type { Sources } from '../../fleet/sources.ts';
import { lazily } from '../../snapshots/lazily.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import type { Tag } from '../../snapshots/tag.ts';
import type { DocumentDBConnect, DocumentDBSender } from './client.ts';
import { createDocumentDBClusters, type DocumentDBClusters } from './clusters.ts';
import { createDocumentDBInstances } from './lookups/instances.ts';
import { createDocumentDBSharing } from './lookups/sharing.ts';
import { createDocumentDBRequirements, type DocumentDBRequirements } from './recovery/requirements.ts';
import { createDocumentDBSnapshots, type DocumentDBSnapshots } from './snapshots.ts';
import { createDocumentDBTags } from './lookups/tags.ts';

/** The parts of Amazon DocumentDB that serve one request, each created on first use. */
export interface DocumentDBRequest {
  readonly snapshots: DocumentDBSnapshots;
  readonly clusters: DocumentDBClusters;
  /** By the identifier of the cluster, in lowercase. */
  readonly instances: SourceLoader<readonly DBInstance[]>;
  /** By ARN. */
  readonly tags: SourceLoader<Tag[]>;
  /** By identifier. */
  readonly sharing: SourceLoader<SnapshotSharing>;
  /** What restored clusters need. */
  readonly requirements: DocumentDBRequirements;
  /** Makes a read call that no loader makes. */
  readonly connect: DocumentDBConnect;
  readonly usage: Usage;
  readonly sender: DocumentDBSender;
  /** The creations of snapshots and clusters in flight, of all requests. */
  readonly creations: Creations;
  /** Creates the parts that read back a change: without earlier responses, and with a time limit of their own. */
  readonly afresh: () => DocumentDBRequest;
}

/** The parts of Amazon DocumentDB that all requests share. */
export interface DocumentDBShared {
  readonly connect: DocumentDBConnect;
  readonly sources: Sources;
  readonly creations: Creations;
  /** Of the lists of snapshots. */
  readonly listLengths: KnownLengths;
}

/** What the parts of a request are made of. */
interface Seed {
  readonly shared: DocumentDBShared;
  readonly usage: Usage;
}

/** Prepares the parts of Amazon DocumentDB for one request without creating them. */
export const createDocumentDBRequest: (seed: Seed) => DocumentDBRequest = lazily<DocumentDBRequest, Seed>({
  snapshots: ({ seed: { shared, usage } }) => createDocumentDBSnapshots(shared.connect, usage, shared.listLengths),
  clusters: ({ seed: { shared, usage } }) => createDocumentDBClusters(shared.connect, usage),
  instances: ({ seed: { shared, usage } }) => createDocumentDBInstances(shared.connect, usage),
  tags: ({ seed: { shared, usage } }) => createDocumentDBTags(shared.connect, usage),
  sharing: ({ seed: { shared, usage } }) => createDocumentDBSharing(shared.connect, usage),
  requirements: ({ seed: { shared, usage } }) => createDocumentDBRequirements(shared.connect, usage),
  connect: ({ seed }) => seed.shared.connect,
  usage: ({ seed }) => seed.usage,
  sender: ({ seed: { shared, usage } }) => createSender({ connect: shared.connect, sources: shared.sources, usage }),
  creations: ({ seed }) => seed.shared.creations,
  afresh:
    ({ seed: { shared, usage } }) =>
    () =>
      createDocumentDBRequest({ shared, usage: readBackUsage(usage) }),
});
