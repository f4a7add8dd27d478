import { InvalidInputError } from '../../errors.ts';
import { parseArn } from '../../snapshots/arn.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { type GlobalId, requireOwnId } from '../../snapshots/global-id.ts';
import { recordTypeOf, type RecordType } from '../../snapshots/service.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { FleetOptions } from '../options.ts';
import { findCluster, findSnapshot, requireSource } from './find.ts';
import type { RecordReads } from './record-reads.ts';

/** Single records by id or ARN, and data that a record lacks, limited to what the principal can see. */
export interface Lookups extends Omit<RecordReads, 'namesakeOf' | 'keyNamed'> {
  /** Null if it does not exist. Throws INVALID_INPUT for a malformed ARN or a source that is not configured. */
  snapshotByArn(arn: string): Promise<SnapshotRecord | null>;
  clusterByArn(arn: string): Promise<ClusterRecord | null>;
  /** Returns the id unchanged. Throws INVALID_INPUT if it is not of a snapshot or its source is not configured. */
  located(id: GlobalId): GlobalId;
  /** Null if it does not exist. Throws INVALID_INPUT for an id that is not of a snapshot. */
  snapshot(id: GlobalId): Promise<SnapshotRecord | null>;
  node(id: GlobalId): Promise<object | null>;
  /** Returns records in the order of the ids; a record that fails is an error at its position. */
  nodes(ids: readonly GlobalId[]): Promise<(object | null)[]>;
}

const maximumIds = 100;

/** Creates the lookups of one request; loaders batch the reads of each source. */
export function createLookups({ rights, sources, backendOf, reads }: FleetOptions): Lookups {
  const snapshotIn = async (source: Source, arn: string) => rights.seen(await backendOf(source).snapshot(source, arn));
  const clusterIn = async (source: Source, arn: string) => rights.seen(await backendOf(source).cluster(source, arn));

  /** Returns the source and ARN of an id. The type of the id determines the service, which an ARN may not. */
  const locate = ({ typename, id }: GlobalId, { service, resource }: RecordType) => {
    const [arn = '', viewer] = resource === 'snapshot' ? id.split('#', 2) : [id];
    if (parseArn(arn).services.includes(service)) return { arn, source: requireSource(sources, arn, service, viewer) };
    // An id assembled by hand can combine a type with any ARN.
    requireSource(sources, arn, undefined, viewer);
    throw new InvalidInputError(
      `The id has the type ${typename}, but ${JSON.stringify(id)} is not the ARN of a ${typename}. Use an id that snapgate returned.`,
      ['id'],
    );
  };

  const locateSnapshot = (global: GlobalId) => {
    const { typename } = requireOwnId(global);
    const type = recordTypeOf(typename);
    if (type?.resource === 'snapshot') return locate(global, type);
    throw new InvalidInputError(`The id belongs to a ${typename}, not to a snapshot. Pass the id of a snapshot.`, [
      'id',
    ]);
  };

  const node = async (global: GlobalId) => {
    const { typename, id } = requireOwnId(global);
    const type = recordTypeOf(typename);
    if (type === undefined) return sources.get(id) ?? null;
    const { source, arn } = locate(global, type);
    return type.resource === 'cluster' ? clusterIn(source, arn) : snapshotIn(source, arn);
  };

  return {
    tagsOf: reads.tagsOf,
    sharingOf: reads.sharingOf,
    kmsKeyOf: reads.kmsKeyOf,
    clusterOf: async (snapshot) => rights.seen(await reads.clusterOf(snapshot)),
    originClusterOf: async (snapshot) => rights.seen(await reads.originClusterOf(snapshot)),
    snapshotByArn: async (arn) => findSnapshot(sources, snapshotIn, arn),
    clusterByArn: async (arn) => findCluster(sources, clusterIn, arn),
    located: (id) => {
      locateSnapshot(id);
      return id;
    },
    snapshot: async (id) => {
      const { source, arn } = locateSnapshot(id);
      return snapshotIn(source, arn);
    },
    node,
    nodes: async (ids) => {
      if (ids.length > maximumIds) {
        throw new InvalidInputError(`ids has ${ids.length} values; the maximum is ${maximumIds}.`, ['ids']);
      }
      const results = await Promise.allSettled(ids.map(node));
      return results.map((result) => (result.status === 'fulfilled' ? result.value : (result.reason as Error)));
    },
  };
}
