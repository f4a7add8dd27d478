import './clusters.schema.ts';
import './recovery/restores.schema.ts';
import './snapshots.schema.ts';
import { createCreations } from '../../changes/plans/creation.ts';
import { createKnownLengths } from '../../fleet/lookups/known-length.ts';
import { lazily } from '../../snapshots/lazily.ts';
import type { RequestService, Service } from '../service.ts';
import { createDocumentDBBackend } from './backend.ts';
import { createDocumentDBChanges } from './changes/backend.ts';
import { connectDocumentDB } from './client.ts';
import { createDocumentDBProbes, documentDBWrites } from './probes.ts';
import { createDocumentDBRequest, type DocumentDBRequest } from './request.ts';

const serve = lazily<RequestService, DocumentDBRequest>({
  backend: ({ seed }) => createDocumentDBBackend(seed),
  changes: ({ seed }) => createDocumentDBChanges(seed),
});

/** The adapter of Amazon DocumentDB with instance-based clusters. */
export const documentdb: Service = {
  writes: documentDBWrites,
  open: (options) => {
    const connect = connectDocumentDB(options);
    const shared = {
      connect,
      sources: options.sources,
      creations: createCreations(options.now),
      listLengths: createKnownLengths(),
    };
    return {
      serve: (usage) => serve(createDocumentDBRequest({ shared, usage })),
      probes: (usage) => createDocumentDBProbes(connect, usage),
    };
  },
};
