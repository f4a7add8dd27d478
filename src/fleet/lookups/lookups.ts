import { InvalidInputError, withField } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { type GlobalId, requireOwnId } from '../../snapshots/global-id.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import { recordTypeOf } from '../../snapshots/service.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { FleetOptions } from '../options.ts';
import { findCluster, findSnapshot, firstFound, locate } from './find.ts';
import { idsOf, type Named, nameRecord } from './named.ts';
import type { RecordReads } from './record-reads.ts';

/** Single records by id or ARN, and data that a record lacks, limited to what the principal can see. */
export interface Lookups extends Omit<RecordReads, 'namesakeOf' | 'keyNamed'> {
  /** Null if it does not exist. Throws INVALID_INPUT for a malformed ARN or a source that is not configured. */
  snapshotByArn(arn: string): Promise<SnapshotRecord | null>;
  clusterByArn(arn: string): Promise<ClusterRecord | null>;
  /**
   * Finds the sources of a record that an id or an ARN names, in `account` if several accounts see it, without an AWS
   * call. Throws INVALID_INPUT with the field `id` or `account`.
   */
  namedSnapshot(id: string, account?: Maybe<string>): Named<SnapshotRecord>;
  namedCluster(id: string, account?: Maybe<string>): Named<ClusterRecord>;
  /**
   * Returns the ids under which a named snapshot can be read: several only if several services share its ARN namespace.
   * Throws NOT_FOUND if several accounts could see it and none does.
   */
  idsOf(id: string, account?: Maybe<string>): Promise<readonly GlobalId[]>;
  /** Returns the first snapshot found under ids that `idsOf` returned; null if there is none. */
  firstSnapshot(ids: readonly GlobalId[]): Promise<SnapshotRecord | null>;
  node(id: GlobalId): Promise<object | null>;
  /** Returns records in the order of the ids; a record that fails is an error at its position. */
  nodes(ids: readonly GlobalId[]): Promise<(object | null)[]>;
}

const maximumIds = 100;

/** Creates the lookups of one request; loaders batch the reads of each source. */
export function createLookups(options: FleetOptions): Lookups {
  const { rights, sources, backendOf, reads } = options;
  const snapshotIn = async (source: Source, arn: string) => rights.seen(await backendOf(source).snapshot(source, arn));
  const clusterIn = async (source: Source, arn: string) => rights.seen(await backendOf(source).cluster(source, arn));

  const find = async (global: GlobalId) => {
    const { typename, id } = requireOwnId(global);
    const type = recordTypeOf(typename);
    if (type === undefined) return sources.get(id) ?? null;
    const { source, arn } = locate(sources, global, type);
    return type.resource === 'cluster' ? clusterIn(source, arn) : snapshotIn(source, arn);
  };

  const namedSnapshot = (id: string, account?: Maybe<string>) =>
    nameRecord(options, { resource: 'snapshot', id, account }, snapshotIn);

  return {
    tagsOf: reads.tagsOf,
    sharingOf: reads.sharingOf,
    kmsKeyOf: reads.kmsKeyOf,
    clusterOf: async (snapshot) => rights.seen(await reads.clusterOf(snapshot)),
    originClusterOf: async (snapshot) => rights.seen(await reads.originClusterOf(snapshot)),
    snapshotByArn: async (arn) => findSnapshot(sources, snapshotIn, arn),
    clusterByArn: async (arn) => findCluster(sources, clusterIn, arn),
    namedSnapshot,
    namedCluster: (id, account) => nameRecord(options, { resource: 'cluster', id, account }, clusterIn),
    idsOf: async (id, account) => idsOf(namedSnapshot(id, account)),
    firstSnapshot: (ids) => firstFound(ids, async (id) => (await find(id)) as SnapshotRecord | null),
    node: (id) =>
      find(id).catch((error: unknown) => {
        throw withField(error, ['id']);
      }),
    nodes: async (ids) => {
      if (ids.length > maximumIds) {
        throw new InvalidInputError(`ids has ${ids.length} values; the maximum is ${maximumIds}.`, ['ids']);
      }
      const results = await Promise.allSettled(ids.map(find));
      return results.map((result, index) =>
        result.status === 'fulfilled' ? result.value : (withField(result.reason, ['ids', String(index)]) as Error),
      );
    },
  };
}
