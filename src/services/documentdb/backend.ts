import { nullIfNotFound } from '../../errors.ts';
import type { Backend, ManualSnapshotQuota } from '../../fleet/backend.ts';
import { clusterIdentifierOf } from '../../snapshots/arn.ts';
import { derivedOnce, lazily } from '../../snapshots/lazily.ts';
import { after, orElse } from '../../snapshots/maybe.ts';
import { isSnapshot } from '../../snapshots/record.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import { isOwn } from '../../snapshots/snapshot.ts';
import { type DocumentDBCluster, documentDBClusterKind } from './cluster-kind.ts';
import { toClusterInstance } from './lookups/instances.ts';
import { toTags } from '../../snapshots/tag.ts';
import { checkDocumentDBRestore } from './recovery/report-checks.ts';
import type { DocumentDBRequest } from './request.ts';
import { commonParts } from '../backend-parts.ts';
import { type DocumentDBSnapshot, documentDBSnapshotKind, isDeleted } from './snapshot-kind.ts';
import { identifierOf, namesTogether } from './snapshots.ts';

/**
 * Counted without the engine filter, because Aurora, Neptune and Amazon DocumentDB share the quota.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/limits.html
 */
const manualSnapshotQuota: ManualSnapshotQuota = {
  standard: 100,
  counted: { input: { SnapshotType: 'manual' }, pushed: new Set(['types']) },
};

function clusterNameIn(arn: string): string {
  return clusterIdentifierOf(arn, 'Amazon DocumentDB cluster', 'arn:aws:rds:us-east-1:123456789012:cluster:orders');
}

const unshared: SnapshotSharing = { public: false, awsSupport: false, accounts: [], others: [] };

const ownTags = derivedOnce(({ aws }: DocumentDBSnapshot | DocumentDBCluster) => toTags(aws.TagList ?? []));

/** The fleet's backend for Amazon DocumentDB, for one request. Sharing costs one AWS call per record, and so do tags without `TagList`. */
export const createDocumentDBBackend: (request: DocumentDBRequest) => Backend<DocumentDBSnapshot, DocumentDBCluster> =
  lazily<Backend<DocumentDBSnapshot, DocumentDBCluster>, DocumentDBRequest>({
    ...commonParts<DocumentDBSnapshot, DocumentDBCluster>(clusterNameIn, identifierOf),
    snapshot:
      ({ seed }) =>
      (source, arn, isAlone) => {
        identifierOf(arn);
        return seed.snapshots.byArn.load(source, arn, isAlone);
      },
    instancesOf:
      ({ seed }) =>
      (cluster) => {
        const name = documentDBClusterKind.identifier(cluster).toLowerCase();
        return after(seed.instances.load(cluster.source, name), (all) =>
          all.map((each) => toClusterInstance(cluster, each)),
        );
      },
    tagsOf:
      ({ seed }) =>
      (record) => {
        if (isSnapshot(record) && (!isOwn(record) || isDeleted(record))) return null;
        if (record.aws.TagList !== undefined) return ownTags(record);
        if (!isSnapshot(record)) return seed.tags.load(record.source, documentDBClusterKind.arn(record));
        // AWS can still list a deleted snapshot: what it no longer reports about the snapshot is null.
        return orElse(() => seed.tags.load(record.source, documentDBSnapshotKind.arn(record)), nullIfNotFound);
      },
    sharingOf:
      ({ seed }) =>
      (snapshot) => {
        if (isDeleted(snapshot)) return null;
        const type = documentDBSnapshotKind.type(snapshot);
        if (type === 'MANUAL') {
          return orElse(
            () => seed.sharing.load(snapshot.source, documentDBSnapshotKind.identifier(snapshot)),
            nullIfNotFound,
          );
        }
        // Only manual snapshots can be shared, so no AWS call is needed.
        return type === 'AUTOMATED' ? unshared : null;
      },
    restoreChecks:
      ({ seed }) =>
      (cluster, snapshot) =>
        checkDocumentDBRestore(seed.requirements, cluster, snapshot),
    clustersPerCall: () => namesTogether,
    manualSnapshotQuota: () => manualSnapshotQuota,
    hasSizes: () => false,
  });
