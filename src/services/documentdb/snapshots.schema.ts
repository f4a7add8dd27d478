import { builder } from '../../graphql/builder.ts';
import { SnapshotInterface } from '../../graphql/snapshot.ts';
import { type DocumentDBSnapshot, documentDBEngine } from './snapshot-kind.ts';

builder.objectRef<DocumentDBSnapshot>('DocumentDBSnapshot').implement({
  description: 'A snapshot of an Amazon DocumentDB cluster.',
  interfaces: [builder.nodeInterfaceRef(), SnapshotInterface],
  fields: (t) => ({
    engine: t.string({
      description: 'The database engine in the words of AWS: `docdb`.',
      resolve: ({ aws }) => aws.Engine ?? documentDBEngine,
    }),
    storageType: t.string({
      nullable: true,
      description: 'The storage configuration of its cluster: `standard` or `iopt1`.',
      resolve: ({ aws }) => aws.StorageType,
    }),
    sourceSnapshotArn: t.string({
      nullable: true,
      description: 'The snapshot it was copied from. Null when it is not a copy.',
      resolve: ({ aws }) => aws.SourceDBClusterSnapshotArn || null,
    }),
  }),
});
