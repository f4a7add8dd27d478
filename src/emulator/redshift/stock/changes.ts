import { Cluster$, PendingModifiedValues$ } from '@aws-sdk/client-redshift';
import { NormalizedSchema } from '@smithy/core/schema';
import * as z from 'zod';

import { readMembers, readTime, writeMembers } from '../../wire/json.ts';
import type { ClusterChange, StoredCluster } from '../stored.ts';

const clusterSchema = NormalizedSchema.of(Cluster$);
const pendingSchema = NormalizedSchema.of(PendingModifiedValues$);

/** A change of a cluster in a world's JSON: when it takes effect, what the cluster shows until then, and its new members. */
const changesSchema = z.array(
  z.strictObject({
    Time: z.string(),
    Status: z.string().optional(),
    PendingModifiedValues: z.record(z.string(), z.unknown()).default({}),
    Members: z.record(z.string(), z.unknown()).default({}),
  }),
);

/** Reads the changes of a cluster; throws an Error that names the invalid member. */
export function readChanges(json: unknown): { changes?: readonly ClusterChange[] } {
  if (json === undefined) return {};
  const parsed = changesSchema.safeParse(json);
  if (!parsed.success) throw new Error(`Changes: ${z.prettifyError(parsed.error)}`);
  const changes = parsed.data.map(({ Time, Status, PendingModifiedValues: shown, Members }) => ({
    at: readTime('Changes.Time', Time) ?? 0,
    ...(Status === undefined ? {} : { status: Status }),
    shown: readMembers(pendingSchema, shown),
    members: readMembers(clusterSchema, Members),
  }));
  return { changes };
}

/** Writes the changes of a cluster in the form that `readChanges` reads. */
export function writeChanges({ changes = [] }: StoredCluster): object {
  if (changes.length === 0) return {};
  return {
    Changes: changes.map(({ at, status, shown, members }) => ({
      Time: new Date(at),
      Status: status,
      PendingModifiedValues: writeMembers(pendingSchema, shown),
      Members: writeMembers(clusterSchema, members),
    })),
  };
}
