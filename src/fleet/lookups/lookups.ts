import { InvalidInputError, withField } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { type GlobalId, readGlobalId, requireOwnId } from '../../snapshots/global-id.ts';
import { after, type Maybe, type MaybePromise, orElse, together } from '../../snapshots/maybe.ts';
import { type NodeRecord, readNodeKey } from '../../snapshots/record.ts';
import { recordTypeOf, serviceOfNode } from '../../snapshots/service.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { FleetOptions } from '../options.ts';
import { findCluster, findSnapshot, firstFound, locate } from './find.ts';
import { clusterIdsOf, idsOf, type Named, nameRecord } from './named.ts';
import type { RecordReads } from './record-reads.ts';

/** Single records by id or ARN, and data that a record lacks, limited to what the principal can see. */
export interface Lookups extends Omit<RecordReads, 'namesakeOf' | 'keyNamed'> {
  /** Null if it does not exist. Throws INVALID_INPUT for a malformed ARN or a source that is not configured. */
  snapshotByArn(arn: string): MaybePromise<SnapshotRecord | null>;
  clusterByArn(arn: string): MaybePromise<ClusterRecord | null>;
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
  /** Returns the ids under which a named cluster can be read, without an AWS call: several only for the same reason. */
  clusterIdsOf(id: string, account?: Maybe<string>): Promise<readonly GlobalId[]>;
  /** Returns the first cluster found under ids that `clusterIdsOf` returned; null if there is none. */
  firstCluster(ids: readonly GlobalId[]): Promise<ClusterRecord | null>;
  node(id: GlobalId): MaybePromise<object | null>;
  /**
   * Decodes the id of an object that is neither a snapshot nor a cluster. Throws INVALID_INPUT with the field `id` unless
   * it is the id of such a type, in a configured source.
   */
  otherId(id: string, typename: string): GlobalId;
  /** Returns an object that is neither a snapshot nor a cluster; null if there is none, or the principal cannot see it. */
  other(id: GlobalId): MaybePromise<NodeRecord | null>;
  seesOther(record: NodeRecord): MaybePromise<boolean>;
  /** Returns records in the order of the ids; a record that fails is an error at its position. */
  nodes(ids: readonly GlobalId[]): MaybePromise<(object | null)[]>;
}

const maximumIds = 100;

/** Creates the lookups of one request; loaders batch the reads of each source. */
export function createLookups(options: FleetOptions): Lookups {
  const { rights, sources, backendOf, reads } = options;
  const snapshotIn = (source: Source, arn: string, isAlone = true) =>
    after(backendOf(source).snapshot(source, arn, isAlone), rights.seen);
  const clusterIn = (source: Source, arn: string, isAlone = true) =>
    after(backendOf(source).cluster(source, arn, isAlone), rights.seen);

  const find = (global: GlobalId, isAlone = true): MaybePromise<object | null> => {
    const { typename, id } = requireOwnId(global);
    const type = recordTypeOf(typename);
    if (type === undefined) return serviceOfNode(typename) ? findOther(options, global) : (sources.get(id) ?? null);
    const { source, arn } = locate(sources, global, type);
    return type.resource === 'cluster' ? clusterIn(source, arn, isAlone) : snapshotIn(source, arn, isAlone);
  };

  const namedSnapshot = (id: string, account?: Maybe<string>) =>
    nameRecord(options, { resource: 'snapshot', id, account }, (source, arn) => snapshotIn(source, arn, false));

  const namedCluster = (id: string, account?: Maybe<string>) =>
    nameRecord(options, { resource: 'cluster', id, account }, (source, arn) => clusterIn(source, arn, false));

  return {
    tagsOf: reads.tagsOf,
    sharingOf: reads.sharingOf,
    instancesOf: reads.instancesOf,
    isReachable: reads.isReachable,
    kmsKeyOf: reads.kmsKeyOf,
    loadKnownClusters: reads.loadKnownClusters,
    clusterOf: (snapshot) => after(reads.clusterOf(snapshot), rights.seen),
    clusterNamed: (source, identifier) => after(reads.clusterNamed(source, identifier), rights.seen),
    originClusterOf: (snapshot) => after(reads.originClusterOf(snapshot), rights.seen),
    snapshotByArn: (arn) => findSnapshot(sources, snapshotIn, arn),
    clusterByArn: (arn) => findCluster(sources, clusterIn, arn),
    namedSnapshot,
    namedCluster,
    idsOf: async (id, account) => idsOf(namedSnapshot(id, account)),
    firstSnapshot: async (ids) => firstFound(ids, (id) => find(id) as MaybePromise<SnapshotRecord | null>),
    clusterIdsOf: async (id, account) => clusterIdsOf(namedCluster(id, account)),
    firstCluster: async (ids) => firstFound(ids, (id) => find(id) as MaybePromise<ClusterRecord | null>),
    node: (id) =>
      orElse(
        () => find(id),
        (error) => {
          throw withField(error, ['id']);
        },
      ),
    otherId: (id, typename) => requireOther(options, id, typename),
    other: (id) => findOther(options, id),
    seesOther: (record) => seesOther(options, record),
    nodes: (ids) => {
      if (ids.length > maximumIds) {
        throw new InvalidInputError(`ids has ${ids.length} values; the maximum is ${maximumIds}.`, ['ids']);
      }
      return together(
        ids.map((id, index) =>
          orElse<object | null, Error>(
            () => find(id, ids.length === 1),
            (error) => withField(error, ['ids', String(index)]) as Error,
          ),
        ),
      );
    },
  };
}

/** Finds an object that is neither a snapshot nor a cluster; null if it does not exist, or the principal cannot see it. */
function findOther(options: FleetOptions, global: GlobalId): MaybePromise<NodeRecord | null> {
  const { source, name } = locateOther(options, global);
  return after(
    options.backendOf(source).otherNode?.(source, global.typename, name) ?? null,
    (found) => found && after(seesOther(options, found), (isSeen) => (isSeen ? found : null)),
  );
}

/** Returns the source and the name in the id of such an object. Throws INVALID_INPUT if the source is not configured. */
function locateOther({ sources }: Pick<FleetOptions, 'sources'>, { typename, id }: GlobalId) {
  const { source: key, name } = readNodeKey(id);
  const source = sources.get(key);
  if (source !== undefined && source.service === serviceOfNode(typename)) return { source, name };
  throw new InvalidInputError(
    `No source is configured for the id of a ${typename}. Query \`sources\` for the configured sources, and use an id that this API returned.`,
    ['id'],
  );
}

function requireOther(options: Pick<FleetOptions, 'sources'>, id: string, typename: string): GlobalId {
  const global = requireOwnId(readGlobalId(id));
  if (global.typename !== typename) {
    throw new InvalidInputError(
      `The id belongs to a ${global.typename}, not to a ${typename}. Use the id of a ${typename}.`,
      ['id'],
    );
  }
  locateOther(options, global);
  return global;
}

/** Whether the principal can see an object that is neither a snapshot nor a cluster. */
function seesOther({ rights, backendOf }: FleetOptions, { source, visibility }: NodeRecord): MaybePromise<boolean> {
  if ('tags' in visibility) return rights.seesTagged(source, visibility.tags);
  // Without a grant that depends on tags, the cluster does not matter.
  if (!rights.arePartialIn([source])) return rights.seesTagged(source, []);
  return after(backendOf(source).clusterNamed(source, visibility.cluster), (cluster) =>
    // The object of a deleted cluster is seen by those who see every cluster.
    cluster === null ? rights.seesTagged(source, []) : rights.sees(cluster),
  );
}
