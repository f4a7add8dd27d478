import { builder } from '../../graphql/builder.ts';
import { SnapshotInterface } from '../../graphql/snapshot.ts';
import { documentDBEngine } from './engine.ts';
import type { DocumentDBSnapshot } from './snapshot-kind.ts';

builder.objectRef<DocumentDBSnapshot>('DocumentDBSnapshot').implement({
  description: 'A snapshot of an Amazon DocumentDB cluster.',
  interfaces: [builder.nodeInterfaceRef(), SnapshotInterface],
  fields: (t) => ({
    engine: t.string({
      description: 'The database engine of this snapshot, as AWS reports it: `docdb`.',
      resolve: ({ aws }) => aws.Engine ?? documentDBEngine,
    }),
    storageType: t.string({
      nullable: true,
      description: 'The storage type of the cluster that this snapshot was taken from: `standard` or `iopt1`.',
      resolve: ({ aws }) => aws.StorageType,
    }),
    sourceSnapshotArn: t.string({
      nullable: true,
      description: 'The ARN of the snapshot that this snapshot was copied from. Null if this snapshot is not a copy.',
      resolve: ({ aws }) => aws.SourceDBClusterSnapshotArn || null,
    }),
  }),
});
