import './clusters.schema.ts';
import './recovery/restores.schema.ts';
import './snapshots.schema.ts';
import { createCreations } from '../../changes/plans/creation.ts';
import { createKnownLengths } from '../../fleet/lookups/known-length.ts';
import { lazily } from '../../snapshots/lazily.ts';
import type { RequestService, Service } from '../service.ts';
import { createRedshiftBackend } from './backend.ts';
import { createRedshiftChanges } from './changes/backend.ts';
import { connectRedshift } from './client.ts';
import { createRedshiftProbes, redshiftWrites } from './probes.ts';
import { createRedshiftRequest, type RedshiftRequest } from './request.ts';

const serve = lazily<RequestService, RedshiftRequest>({
  backend: ({ seed }) => createRedshiftBackend(seed),
  changes: ({ seed }) => createRedshiftChanges(seed),
});

/** The adapter of Amazon Redshift with provisioned clusters. */
export const redshift: Service = {
  writes: redshiftWrites,
  open: (options) => {
    const connect = connectRedshift(options);
    const shared = {
      connect,
      sources: options.sources,
      creations: createCreations(options.now),
      listLengths: { snapshots: createKnownLengths(), clusters: createKnownLengths() },
    };
    return {
      serve: (usage) => serve(createRedshiftRequest({ shared, usage })),
      probes: (usage) => createRedshiftProbes(connect, usage),
    };
  },
};
