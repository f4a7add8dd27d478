import {
  type Cluster,
  DisableSnapshotCopyCommand,
  EnableSnapshotCopyCommand,
  ModifyClusterCommand,
  ModifyClusterSnapshotScheduleCommand,
  ModifySnapshotCopyRetentionPeriodCommand,
} from '@aws-sdk/client-redshift';
import type {
  BackupBackend,
  BackupChanges,
  BackupSettings,
  BackupStep,
  CopyPeriods,
  DeletedBackups,
  NewRegionCopy,
  RegionCopy,
  RegionCopyChange,
  ScheduleChange,
} from '../../../changes/backups/backend.ts';
import type { Call } from '../../../changes/plans/call.ts';
import { planOne } from '../../../changes/plans/plan.ts';
import { toWord } from '../../../snapshots/snapshot.ts';
import type { RedshiftCluster } from '../cluster-kind.ts';
import type { RedshiftRequest } from '../request.ts';
import { isManaged } from './restore-options.ts';

/** The key of a cluster that AWS encrypts by default: it is no key of the account, so that it needs no grant. */
const awsOwnedKey = 'AWS_OWNED_KMS_KEY';

/** The changes of backup settings of Amazon Redshift, for one request. */
export function createRedshiftBackups(request: RedshiftRequest): BackupBackend<RedshiftCluster> {
  return {
    supported: ['manualRetention', 'schedule', 'regionCopy'],
    leastAutomatedDays: 0,
    settingsOf: ({ aws }) => settingsOf(aws),
    planSteps: (cluster, changes) => planSteps({ request, cluster }, changes),
  };
}

function settingsOf(aws: Cluster): BackupSettings {
  const { SnapshotScheduleIdentifier: schedule, SnapshotScheduleState, KmsKeyId } = aws;
  return {
    automatedDays: automatedDaysOf(aws) ?? null,
    // "You can't disable automated snapshots for RA3 node types."
    leastAutomatedDays: isManaged(toWord(aws.NodeType)) ? 1 : 0,
    manualDays: aws.ManualSnapshotRetentionPeriod ?? null,
    backupWindow: null,
    maintenanceWindow: null,
    schedule: schedule ? { identifier: schedule, isFailed: SnapshotScheduleState === 'FAILED' } : null,
    regionCopy: copyOf(aws),
    needsGrant: aws.Encrypted === true && Boolean(KmsKeyId) && KmsKeyId !== awsOwnedKey,
  };
}

/** A change in progress shows the new period as pending. */
function automatedDaysOf(aws: Cluster): number | undefined {
  return aws.PendingModifiedValues?.AutomatedSnapshotRetentionPeriod ?? aws.AutomatedSnapshotRetentionPeriod;
}

function copyOf({ ClusterSnapshotCopyStatus: status }: Cluster): RegionCopy | null {
  if (!status?.DestinationRegion) return null;
  return {
    region: status.DestinationRegion,
    automatedDays: status.RetentionPeriod ?? null,
    manualDays: status.ManualSnapshotRetentionPeriod ?? null,
  };
}

interface Target {
  readonly request: RedshiftRequest;
  readonly cluster: RedshiftCluster;
}

/** The last is ModifyCluster: the cluster is `modifying` afterwards, so that AWS refuses the other calls. */
function planSteps(target: Target, { schedule, regionCopy, automatedDays, manualDays }: BackupChanges): BackupStep[] {
  return [
    ...(schedule ? [planSchedule(target, schedule)] : []),
    ...(regionCopy ? planCopy(target, regionCopy) : []),
    ...(automatedDays === undefined && manualDays === undefined
      ? []
      : [planPeriods(target, { automatedDays, manualDays })]),
  ];
}

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyClusterSnapshotSchedule.html */
function planSchedule(target: Target, change: ScheduleChange): BackupStep {
  const { request, cluster } = target;
  const attached = 'attach' in change ? change.attach : undefined;
  const command = new ModifyClusterSnapshotScheduleCommand({
    ...nameOf(cluster),
    ...('attach' in change
      ? { ScheduleIdentifier: change.attach }
      : { ScheduleIdentifier: change.detach, DisassociateSchedule: true }),
  });
  const plan = planOne(request.sender.call(cluster.source, command), {
    // AWS returns nothing.
    fromAnswer: () => true,
    readBack: readBack(target, (aws) => (aws.SnapshotScheduleIdentifier || undefined) === attached),
  });
  return { plan, deletes: null, needsAvailable: false };
}

function planCopy(target: Target, change: RegionCopyChange): BackupStep[] {
  if ('enable' in change) return [planEnable(target, change.enable)];
  if ('update' in change) return planCopyPeriods(target, change.update);
  const { request, cluster } = target;
  // https://docs.aws.amazon.com/redshift/latest/APIReference/API_DisableSnapshotCopy.html
  const command = new DisableSnapshotCopyCommand(nameOf(cluster));
  const call = request.sender.call(cluster.source, command);
  return [planCall(target, call, (aws) => copyOf(aws) === null, 'COPIES')];
}

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_EnableSnapshotCopy.html */
function planEnable(target: Target, { region, grant, automatedDays, manualDays }: NewRegionCopy): BackupStep {
  const { request, cluster } = target;
  const command = new EnableSnapshotCopyCommand({
    ...nameOf(cluster),
    DestinationRegion: region,
    ...(automatedDays !== undefined && { RetentionPeriod: automatedDays }),
    ...(manualDays !== undefined && { ManualSnapshotRetentionPeriod: manualDays }),
    ...(grant != null && { SnapshotCopyGrantName: grant }),
  });
  return planCall(target, request.sender.call(cluster.source, command), (aws) => {
    const copy = copyOf(aws);
    return (
      copy?.region === region &&
      (automatedDays ?? copy.automatedDays) === copy.automatedDays &&
      (manualDays ?? copy.manualDays) === copy.manualDays
    );
  });
}

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifySnapshotCopyRetentionPeriod.html */
function planCopyPeriods(target: Target, { automatedDays, manualDays }: CopyPeriods): BackupStep[] {
  const { request, cluster } = target;
  const modify = (RetentionPeriod: number, Manual?: true) => {
    const input = { ...nameOf(cluster), RetentionPeriod, ...(Manual && { Manual }) };
    return request.sender.call(cluster.source, new ModifySnapshotCopyRetentionPeriodCommand(input));
  };
  const automated = (days: number) =>
    planCall(target, modify(days), (aws) => copyOf(aws)?.automatedDays === days, 'COPIES');
  const manual = (days: number) => planCall(target, modify(days, true), (aws) => copyOf(aws)?.manualDays === days);
  return [
    ...(automatedDays === undefined ? [] : [automated(automatedDays)]),
    ...(manualDays === undefined ? [] : [manual(manualDays)]),
  ];
}

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyCluster.html */
function planPeriods(target: Target, { automatedDays, manualDays }: CopyPeriods): BackupStep {
  const { request, cluster } = target;
  const command = new ModifyClusterCommand({
    ...nameOf(cluster),
    ...(automatedDays !== undefined && { AutomatedSnapshotRetentionPeriod: automatedDays }),
    ...(manualDays !== undefined && { ManualSnapshotRetentionPeriod: manualDays }),
  });
  const isDone = (aws: Cluster) =>
    (automatedDays ?? automatedDaysOf(aws)) === automatedDaysOf(aws) &&
    (manualDays ?? aws.ManualSnapshotRetentionPeriod) === aws.ManualSnapshotRetentionPeriod;
  const deletes = automatedDays === undefined ? null : 'SNAPSHOTS';
  return planCall(target, request.sender.call(cluster.source, command), isDone, deletes);
}

/** Plans a call that returns the cluster. */
function planCall(
  target: Target,
  call: Call<{ readonly Cluster?: Cluster | undefined }>,
  isDone: (aws: Cluster) => boolean,
  deletes: DeletedBackups | null = null,
): BackupStep {
  const plan = planOne(call, {
    fromAnswer: ({ Cluster: changed }) => changed && true,
    readBack: readBack(target, isDone),
  });
  return { plan, deletes, needsAvailable: true };
}

function readBack({ request, cluster }: Target, isDone: (aws: Cluster) => boolean): () => Promise<true | undefined> {
  return async () => {
    const found = await request.afresh().clusters.load(cluster.source, cluster.aws.ClusterIdentifier ?? '');
    return found && isDone(found.aws) ? true : undefined;
  };
}

function nameOf({ aws }: RedshiftCluster) {
  return { ClusterIdentifier: aws.ClusterIdentifier };
}
