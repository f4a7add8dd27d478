import { ModifyDBClusterCommand } from '@aws-sdk/client-docdb';
import type { BackupBackend, BackupChanges, BackupStep } from '../../../changes/backups/backend.ts';
import { planOne } from '../../../changes/plans/plan.ts';
import { type DocumentDBCluster, documentDBClusterKind } from '../cluster-kind.ts';
import type { DocumentDBRequest } from '../request.ts';

/** The changes of backup settings of Amazon DocumentDB, for one request. */
export function createDocumentDBBackups(request: DocumentDBRequest): BackupBackend<DocumentDBCluster> {
  return {
    supported: ['backupWindow'],
    leastAutomatedDays: 1,
    settingsOf: ({ aws }) => ({
      automatedDays: aws.BackupRetentionPeriod ?? null,
      leastAutomatedDays: 1,
      manualDays: null,
      backupWindow: aws.PreferredBackupWindow ?? null,
      maintenanceWindow: aws.PreferredMaintenanceWindow ?? null,
      schedule: null,
      regionCopy: null,
      needsGrant: false,
    }),
    planSteps: (cluster, changes) => planSteps(request, cluster, changes),
  };
}

/**
 * Without ApplyImmediately: AWS applies both settings as soon as possible, and other pending changes must wait.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_ModifyDBCluster.html
 */
function planSteps(
  { sender, afresh }: DocumentDBRequest,
  cluster: DocumentDBCluster,
  { automatedDays, backupWindow }: BackupChanges,
): BackupStep[] {
  if (automatedDays === undefined && backupWindow === undefined) return [];
  const { source } = cluster;
  const identifier = documentDBClusterKind.identifier(cluster);
  const command = new ModifyDBClusterCommand({
    DBClusterIdentifier: identifier,
    ...(automatedDays !== undefined && { BackupRetentionPeriod: automatedDays }),
    ...(backupWindow !== undefined && { PreferredBackupWindow: backupWindow }),
  });
  const isDone = ({ aws }: DocumentDBCluster) =>
    (automatedDays ?? aws.BackupRetentionPeriod) === aws.BackupRetentionPeriod &&
    (backupWindow ?? aws.PreferredBackupWindow) === aws.PreferredBackupWindow;
  const plan = planOne(sender.call(source, command), {
    fromAnswer: ({ DBCluster }) => DBCluster && true,
    readBack: async () => {
      const found = await afresh().clusters.load(source, identifier);
      return found && isDone(found) ? true : undefined;
    },
  });
  return [{ plan, deletes: automatedDays === undefined ? null : 'SNAPSHOTS', needsAvailable: true }];
}
