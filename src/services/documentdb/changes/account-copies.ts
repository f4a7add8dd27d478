import type { AccountCopies } from '../../../changes/backend.ts';
import {
  type DocumentDBSnapshot,
  documentDBArn,
  documentDBSnapshot,
  documentDBSnapshotKind,
} from '../snapshot-kind.ts';

/**
 * AWS copies a snapshot of another account only within its region.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/backup_restore-copy_a_cluster_snapshot.html
 */
export const accountCopies: AccountCopies<DocumentDBSnapshot> = {
  defaultKey: 'alias/aws/rds',
  expected: (snapshot, { target, identifier }) => {
    const { TagList: _tags, KmsKeyId: _key, ...members } = snapshot.aws;
    const name = identifier.toLowerCase();
    return documentDBSnapshot(target, {
      ...members,
      DBClusterSnapshotIdentifier: name,
      DBClusterSnapshotArn: documentDBArn(target, 'cluster-snapshot', name),
      SourceDBClusterSnapshotArn: documentDBSnapshotKind.arn(snapshot),
      SnapshotType: 'manual',
      Status: 'copying',
    });
  },
};
