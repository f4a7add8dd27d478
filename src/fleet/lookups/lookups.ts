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

/** Single records by their names, and what a record does not say of itself, as far as the principal may see them. */
export interface Lookups extends RecordReads {
  /** Null when AWS does not know it; INVALID_INPUT for a malformed ARN or a source that is not configured. */
  snapshotByArn(arn: string): Promise<SnapshotRecord | null>;
  clusterByArn(arn: string): Promise<ClusterRecord | null>;
  /** The same id, once it is sure that its source is configured; INVALID_INPUT otherwise. */
  located(id: GlobalId): GlobalId;
  /** Null when AWS does not know it; INVALID_INPUT for the id of anything but a snapshot. */
  snapshot(id: GlobalId): Promise<SnapshotRecord | null>;
  node(id: GlobalId): Promise<object | null>;
  /** In the order asked; one that fails is its error in its place. */
  nodes(ids: readonly GlobalId[]): Promise<(object | null)[]>;
}

const maximumIds = 100;

/** Asks the backends of one request; loaders batch what one answer asks of one source. */
export function createLookups({ rights, sources, backendOf, reads }: FleetOptions): Lookups {
  const snapshotIn = async (source: Source, arn: string) => rights.seen(await backendOf(source).snapshot(source, arn));
  const clusterIn = async (source: Source, arn: string) => rights.seen(await backendOf(source).cluster(source, arn));

  /** Where the record of an id is read: its type decides the service, as several may share its ARN's namespace. */
  const locate = ({ typename, id }: GlobalId, { service, resource }: RecordType) => {
    const [arn = '', viewer] = resource === 'snapshot' ? id.split('#', 2) : [id];
    if (parseArn(arn).services.includes(service)) return { arn, source: requireSource(sources, arn, service, viewer) };
    // Any ARN can stand behind the type of an id that was put together by hand.
    requireSource(sources, arn, undefined, viewer);
    throw new InvalidInputError(`${JSON.stringify(id)} is not the ARN of a ${typename}, as its id says.`, ['id']);
  };

  const locateSnapshot = (global: GlobalId) => {
    const { typename } = requireOwnId(global);
    const type = recordTypeOf(typename);
    if (type?.resource === 'snapshot') return locate(global, type);
    throw new InvalidInputError(`This is the id of a ${typename}, not of a snapshot.`, ['id']);
  };

  const node = async (global: GlobalId) => {
    const { typename, id } = requireOwnId(global);
    const type = recordTypeOf(typename);
    if (type === undefined) return sources.get(id) ?? null;
    const { source, arn } = locate(global, type);
    return type.resource === 'cluster' ? clusterIn(source, arn) : snapshotIn(source, arn);
  };

  return {
    ...reads,
    clusterOf: async (snapshot) => rights.seen(await reads.clusterOf(snapshot)),
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
        throw new InvalidInputError(`ids has ${ids.length} values; it may have ${maximumIds} at most.`, ['ids']);
      }
      const results = await Promise.allSettled(ids.map(node));
      return results.map((result) => (result.status === 'fulfilled' ? result.value : (result.reason as Error)));
    },
  };
}
