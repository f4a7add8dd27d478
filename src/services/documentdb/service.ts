import './clusters.schema.ts';
import './snapshots.schema.ts';
import type { ChangeableApi } from '../../changes/backend.ts';
import type { ManualSnapshotQuota, Service } from '../../fleet/backend.ts';
import type { SourceLoader } from '../../fleet/lookups/source-loader.ts';
import type { Tag } from '../../graphql/tag.ts';
import { matchResource } from '../../snapshots/arn.ts';
import type { SnapshotSharing } from '../../snapshots/snapshot.ts';
import { createDocumentDBChanges } from './changes/backend.ts';
import { connectDocumentDB } from './client.ts';
import { documentDBClusterKind } from './cluster-kind.ts';
import { createDocumentDBClusters, type DocumentDBClusters } from './clusters.ts';
import { createDocumentDBChecks } from './probes.ts';
import { createDocumentDBSharing } from './sharing.ts';
import { documentDBSnapshotKind } from './snapshot-kind.ts';
import { createDocumentDBSnapshots, type DocumentDBSnapshots, identifierOf } from './snapshots.ts';
import { createDocumentDBTags } from './tags.ts';

/** Amazon DocumentDB, as resolvers see it. */
export interface DocumentDBApi extends ChangeableApi {
  readonly snapshots: DocumentDBSnapshots;
  readonly clusters: DocumentDBClusters;
  /** By ARN. */
  readonly tags: SourceLoader<Tag[]>;
  /** By identifier. */
  readonly sharing: SourceLoader<SnapshotSharing>;
}

export const documentdb: Service<DocumentDBApi> = {
  open: (aws, sources, onChange) => {
    const connect = sources.connect('DOCUMENTDB', (place, source) =>
      connectDocumentDB(aws, place, () => onChange(source)),
    );
    return (usage) => {
      const snapshots = createDocumentDBSnapshots(connect, usage);
      const clusters = createDocumentDBClusters(connect, usage);
      const tags = createDocumentDBTags(connect, usage);
      const sharing = createDocumentDBSharing(connect, usage);
      return {
        snapshots,
        clusters,
        tags,
        sharing,
        changes: createDocumentDBChanges({ connect, sources, usage, snapshots, clusters, tags, sharing }),
        backend: {
          service: 'DOCUMENTDB',
          snapshots,
          clusters,
          checks: createDocumentDBChecks(connect, usage),
          typenames: { snapshot: documentDBSnapshotKind.typename, cluster: documentDBClusterKind.typename },
          snapshot: async (source, arn) => {
            const identifier = identifierOf(arn);
            // AWS stores identifiers in lower case and finds them in any.
            return snapshots.byArn.load(source, arn.slice(0, -identifier.length) + identifier.toLowerCase());
          },
          cluster: async (source, arn) => clusters.load(source, clusterIdentifierOf(arn)),
          latestSnapshot: snapshots.latest,
          manualSnapshotQuota,
        },
      };
    };
  },
};

/**
 * Asked for without the engine, because Aurora, Neptune and Amazon DocumentDB share the quota.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/limits.html
 */
const manualSnapshotQuota: ManualSnapshotQuota = {
  standard: 100,
  counted: { input: { SnapshotType: 'manual' }, pushed: new Set(['types']) },
};

function clusterIdentifierOf(arn: string): string {
  const [, identifier = ''] = matchResource(
    arn,
    /^cluster:(.+)$/,
    'Amazon DocumentDB cluster',
    'arn:aws:rds:us-east-1:123456789012:cluster:orders',
  );
  return identifier;
}
