import { readBackUsage, type Usage } from '../../aws/usage.ts';
import type { Creations } from '../../changes/plans/creation.ts';
import { createSender } from '../../changes/plans/sender.ts';
import type { KnownLengths } from '../../fleet/lookups/known-length.ts';
import type { Sources } from '../../fleet/sources.ts';
import { lazily } from '../../snapshots/lazily.ts';
import type { Source } from '../../snapshots/source.ts';
import type { RedshiftConnect, RedshiftSender } from './client.ts';
import { createRedshiftClusters, type RedshiftClusters } from './clusters.ts';
import { createRedshiftRequirements, type RedshiftRequirements } from './recovery/requirements.ts';
import { createRedshiftTableRestores, type RedshiftTableRestores } from './recovery/table-restores.ts';
import { createRedshiftSchedules, type RedshiftSchedules } from './recovery/schedules.ts';
import { createRedshiftSnapshots, type RedshiftSnapshots } from './snapshots.ts';

/** The parts of Amazon Redshift that serve one request, each created on first use. */
export interface RedshiftRequest {
  readonly snapshots: RedshiftSnapshots;
  readonly clusters: RedshiftClusters;
  readonly tableRestores: RedshiftTableRestores;
  readonly schedules: RedshiftSchedules;
  /** What restored clusters need. */
  readonly requirements: RedshiftRequirements;
  /** Makes a read call that no loader makes. */
  readonly connect: RedshiftConnect;
  readonly usage: Usage;
  readonly sender: RedshiftSender;
  /** The creations of snapshots and clusters in flight, of all requests. */
  readonly creations: Creations;
  /** Creates the parts that read back a change: without earlier responses, and with a time limit of their own. */
  readonly afresh: () => RedshiftRequest;
}

/** The parts of Amazon Redshift that all requests share. */
export interface RedshiftShared {
  readonly connect: RedshiftConnect;
  readonly sources: Sources;
  readonly creations: Creations;
  readonly listLengths: Readonly<Record<'snapshots' | 'clusters', KnownLengths>>;
}

/** What the parts of a request are made of. */
interface Seed {
  readonly shared: RedshiftShared;
  readonly usage: Usage;
}

/** Prepares the parts of Amazon Redshift for one request without creating them. */
export const createRedshiftRequest: (seed: Seed) => RedshiftRequest = lazily<RedshiftRequest, Seed>({
  snapshots: ({ seed: { shared, usage } }) => {
    const { connect, sources, listLengths } = shared;
    /** Returns the configured accounts in the source's region, which may share snapshots with each other. */
    const accountsIn = (source: Source) => [source, ...sources.beside(source)].map(({ account }) => account);
    return createRedshiftSnapshots(connect, accountsIn, usage, listLengths.snapshots);
  },
  clusters: ({ seed: { shared, usage } }) => createRedshiftClusters(shared.connect, usage, shared.listLengths.clusters),
  tableRestores: ({ seed: { shared, usage } }) => createRedshiftTableRestores(shared.connect, usage),
  schedules: ({ seed: { shared, usage } }) => createRedshiftSchedules(shared.connect, usage),
  requirements: ({ seed: { shared, usage } }) => createRedshiftRequirements(shared.connect, usage),
  connect: ({ seed }) => seed.shared.connect,
  usage: ({ seed }) => seed.usage,
  sender: ({ seed: { shared, usage } }) => createSender({ connect: shared.connect, sources: shared.sources, usage }),
  creations: ({ seed }) => seed.shared.creations,
  afresh:
    ({ seed: { shared, usage } }) =>
    () =>
      createRedshiftRequest({ shared, usage: readBackUsage(usage) }),
});
