import {
  ModifyDBClusterCommand,
  type DBCluster,
  RestoreDBClusterFromSnapshotCommand,
  type RestoreDBClusterFromSnapshotMessage,
  RestoreDBClusterToPointInTimeCommand,
  type RestoreDBClusterToPointInTimeMessage,
} from '@aws-sdk/client-docdb';
import type { AllowedKey } from '../../../access/policy/keys.ts';
import type { Call, PlannedCall } from '../../../changes/plans/call.ts';
import { clockTolerance, planCreation } from '../../../changes/plans/creation.ts';
import type { Plan } from '../../../changes/plans/plan.ts';
import type {
  ChosenKey,
  NewCluster,
  PreparedRestore,
  RestoreBackend,
  RestoredCluster,
  RestorePoint,
} from '../../../changes/restores/backend.ts';
import { checkAvailable } from '../../../changes/restores/checks.ts';
import { InvalidInputError } from '../../../errors.ts';
import type { RestoreCheck } from '../../../errors/restore-checks.ts';
import { isOwn } from '../../../snapshots/snapshot.ts';
import { fromTags, toTags } from '../../../snapshots/tag.ts';
import { type DocumentDBCluster, documentDBCluster } from '../cluster-kind.ts';
import { documentDBEngine } from '../engine.ts';
import type { DocumentDBRequest } from '../request.ts';
import { type DocumentDBSnapshot, documentDBSnapshotKind } from '../snapshot-kind.ts';
import { createDocumentDBInstances, remainingInstances } from './instances.ts';
import {
  checkParameterGroup,
  checkPoint,
  checkSurroundings,
  checkVersion,
  type Surroundings,
} from './restore-checks.ts';
import {
  readSnapshotOptions,
  readTimeOptions,
  requireZones,
  type SnapshotOptions,
  snapshotProblems,
  type TimeOptions,
  timeProblems,
} from './restore-options.ts';

type Restore = NewCluster<DocumentDBCluster>;

/** The restores of Amazon DocumentDB. */
export function createDocumentDBRestores(
  request: DocumentDBRequest,
): RestoreBackend<DocumentDBSnapshot, DocumentDBCluster> {
  return {
    block: 'documentdb',
    foldsNames: true,
    problems: snapshotProblems,
    prepare: (restore) => prepareSnapshot(request, restore),
    toTime: { problems: timeProblems, prepare: (restore) => prepareTime(request, restore) },
    instances: createDocumentDBInstances(request),
  };
}

/** https://docs.aws.amazon.com/documentdb/latest/developerguide/API_RestoreDBClusterFromSnapshot.html */
async function prepareSnapshot(
  request: DocumentDBRequest,
  restore: Restore & { readonly snapshot: DocumentDBSnapshot },
): Promise<PreparedRestore> {
  const { source, snapshot, identifier, like } = restore;
  const options = readSnapshotOptions(restore.options);
  requireZones(options.availabilityZones, source);
  const around = surroundingsOf(options, like);
  const parameterGroup = options.parameterGroup ?? like?.aws.DBClusterParameterGroup;
  const version = options.engineVersion ?? snapshot.aws.EngineVersion;
  const checks = [
    checkAvailable(snapshot),
    checkVersion(request, snapshot, { version, isGiven: options.engineVersion != null }),
    ...checkParameterGroup(request, source, parameterGroup, version),
  ];
  const inputFor = (kmsKeyId: string | undefined): RestoreDBClusterFromSnapshotMessage => ({
    DBClusterIdentifier: identifier,
    SnapshotIdentifier: isOwn(snapshot)
      ? documentDBSnapshotKind.identifier(snapshot)
      : documentDBSnapshotKind.arn(snapshot),
    Engine: snapshot.aws.Engine ?? documentDBEngine,
    ...(options.engineVersion != null && { EngineVersion: options.engineVersion }),
    ...(options.availabilityZones != null && { AvailabilityZones: options.availabilityZones }),
    ...(parameterGroup !== undefined && { DBClusterParameterGroupName: parameterGroup }),
    ...settingsOf(restore, options, around, kmsKeyId),
  });
  const own = snapshot.aws.KmsKeyId;
  return prepare(request, restore, {
    block: 'documentdb',
    options,
    around,
    version,
    checks,
    usedKeys: own ? [{ kmsKeyId: own, field: null }] : [],
    remaining: [],
    call: (kmsKeyId) => request.sender.call(source, new RestoreDBClusterFromSnapshotCommand(inputFor(kmsKeyId))),
    masterUsername: snapshot.aws.MasterUsername,
  });
}

/** https://docs.aws.amazon.com/documentdb/latest/developerguide/API_RestoreDBClusterToPointInTime.html */
async function prepareTime(
  request: DocumentDBRequest,
  restore: Restore & { readonly cluster: DocumentDBCluster; readonly point: RestorePoint },
): Promise<PreparedRestore> {
  const { source, cluster, point, identifier, like } = restore;
  const options = readTimeOptions(restore.options);
  requireKeyFits(cluster, options, point);
  const around = surroundingsOf(options, like);
  const inputFor = (kmsKeyId: string | undefined): RestoreDBClusterToPointInTimeMessage => ({
    SourceDBClusterIdentifier: cluster.kind.identifier(cluster),
    DBClusterIdentifier: identifier,
    ...pointInput(point),
    ...settingsOf(restore, options, around, kmsKeyId),
  });
  const own = cluster.aws.KmsKeyId;
  return prepare(request, restore, {
    block: 'options',
    options,
    around,
    version: cluster.aws.EngineVersion,
    checks: [checkPoint(cluster, point)],
    usedKeys: own ? [{ kmsKeyId: own, field: null }] : [],
    remaining: remainingParameterGroup(request, restore, like),
    call: (kmsKeyId) => request.sender.call(source, new RestoreDBClusterToPointInTimeCommand(inputFor(kmsKeyId))),
    masterUsername: cluster.aws.MasterUsername,
  });
}

interface Kind {
  /** The member of the input that has the options. */
  readonly block: string;
  readonly options: TimeOptions;
  readonly around: Surroundings;
  readonly version: string | undefined;
  readonly checks: readonly Promise<RestoreCheck>[];
  readonly usedKeys: readonly ChosenKey[];
  readonly remaining: readonly PlannedCall[];
  call(kmsKeyId: string | undefined): Call<{ readonly DBCluster?: DBCluster | undefined }>;
  readonly masterUsername: string | undefined;
}

async function prepare(request: DocumentDBRequest, restore: Restore, kind: Kind): Promise<PreparedRestore> {
  const { source, identifier, tags } = restore;
  const { block, options, around } = kind;
  const { instances } = options;
  const fieldOf = (...path: string[]) => ['input', block, ...path];
  const checks = await Promise.all([
    ...kind.checks,
    ...checkSurroundings(request, restore, { around, instances, version: kind.version, fieldOf }),
  ]);
  const keys = options.kmsKeyId == null ? [] : [{ kmsKeyId: options.kmsKeyId, field: fieldOf('kmsKeyId') }];
  return {
    checks,
    gains: {
      subnetGroup: around.subnetGroup,
      securityGroups: around.securityGroups ?? ['default'],
      instances: instances == null ? undefined : { class: instances.class, count: instances.count ?? 1 },
    },
    fields: {
      subnetGroup: fieldOf('subnetGroup'),
      securityGroups: fieldOf('securityGroupIds'),
      instanceClass: fieldOf('instances', 'class'),
      instanceCount: fieldOf('instances', 'count'),
    },
    keys,
    usedKeys: [...kind.usedKeys, ...keys],
    plan: ([key]: readonly AllowedKey[]) => planRestore(request, restore, kind, key?.kmsKeyId),
    remainingCalls: [...kind.remaining, ...remainingInstances({ source, identifier, tags }, instances)],
  };
}

function surroundingsOf(options: TimeOptions, like: DocumentDBCluster | null): Surroundings {
  const { DBSubnetGroup, VpcSecurityGroups, Port } = like?.aws ?? {};
  const groups = VpcSecurityGroups?.filter(({ Status }) => Status === 'active').flatMap(
    ({ VpcSecurityGroupId: id }) => id ?? [],
  );
  return {
    // Always sent: of a restore to a time, AWS does not document whether it uses this group or that of the source.
    subnetGroup: options.subnetGroup ?? DBSubnetGroup ?? 'default',
    securityGroups: options.securityGroupIds ?? (groups?.length ? groups : undefined),
    port: options.port ?? Port,
  };
}

/** Returns the members that both restores have. */
function settingsOf(
  { tags }: Restore,
  options: SnapshotOptions | TimeOptions,
  around: Surroundings,
  kmsKeyId: string | undefined,
) {
  const { logExports, storageType, networkType, serverlessScaling: scaling } = options;
  return {
    DBSubnetGroupName: around.subnetGroup,
    ...(around.securityGroups && { VpcSecurityGroupIds: [...around.securityGroups] }),
    ...(around.port !== undefined && { Port: around.port }),
    ...(kmsKeyId !== undefined && { KmsKeyId: kmsKeyId }),
    DeletionProtection: options.deletionProtection ?? true,
    ...(logExports != null && { EnableCloudwatchLogsExports: logExports }),
    ...(storageType != null && { StorageType: storageType }),
    ...(networkType != null && { NetworkType: networkType }),
    ...(scaling != null && {
      ServerlessV2ScalingConfiguration: { MinCapacity: scaling.minimumUnits, MaxCapacity: scaling.maximumUnits },
    }),
    ...(tags.length > 0 && { Tags: fromTags(tags) }),
  };
}

function pointInput(point: RestorePoint) {
  if (point === 'clone') return { RestoreType: 'copy-on-write', UseLatestRestorableTime: true };
  if (point === 'latest') return { RestoreType: 'full-copy', UseLatestRestorableTime: true };
  return { RestoreType: 'full-copy', RestoreToTime: point.time };
}

/** Throws INVALID_INPUT for a key with which AWS, or this gateway, does not restore the cluster. */
function requireKeyFits({ aws }: DocumentDBCluster, { kmsKeyId }: TimeOptions, point: RestorePoint): void {
  if (kmsKeyId == null) return;
  const field = ['input', 'options', 'kmsKeyId'];
  if (aws.StorageEncrypted !== true) {
    throw new InvalidInputError(
      `The cluster ${aws.DBClusterIdentifier} is not encrypted, and AWS cannot encrypt it when it is restored to a time. Omit kmsKeyId.`,
      field,
    );
  }
  if (point === 'clone' && kmsKeyId !== aws.KmsKeyId) {
    throw new InvalidInputError(
      `A clone has the key of its source, ${aws.KmsKeyId}. Omit kmsKeyId, or restore to the latest time instead.`,
      field,
    );
  }
}

/** The restore to a time has no parameter group, so it is set once the cluster is available. */
function remainingParameterGroup(
  { sender }: DocumentDBRequest,
  { source, identifier }: Restore,
  like: DocumentDBCluster | null,
): PlannedCall[] {
  const group = like?.aws.DBClusterParameterGroup;
  if (group === undefined || group.startsWith('default.')) return [];
  const input = { DBClusterIdentifier: identifier, DBClusterParameterGroupName: group };
  return [sender.call(source, new ModifyDBClusterCommand(input)).planned];
}

function planRestore(
  request: DocumentDBRequest,
  { source, identifier, tags }: Restore,
  { call, masterUsername }: Kind,
  kmsKeyId: string | undefined,
): Plan<RestoredCluster> {
  const { creations, afresh } = request;
  const plan = planCreation({ creations, source, identifier, resource: 'cluster' }, call(kmsKeyId), {
    fromAnswer: ({ DBCluster: aws }) => aws && documentDBCluster(source, aws),
    readBack: async (startedAt) => {
      const reads = afresh();
      const found = await reads.clusters.load(source, identifier);
      if (found === null) return undefined;
      const now = found.aws.TagList ? toTags(found.aws.TagList) : await reads.tags.load(source, found.kind.arn(found));
      const { ClusterCreateTime: createdAt, MasterUsername: user } = found.aws;
      const isNew = createdAt === undefined || createdAt.getTime() >= startedAt.getTime() - clockTolerance;
      const isSame = user === undefined || masterUsername === undefined || user === masterUsername;
      const hasTags = tags.every(({ key, value }) => now.some((tag) => tag.key === key && tag.value === value));
      return { found, isAsSent: isNew && isSame && hasTags };
    },
  });
  return { calls: plan.calls, run: async () => ({ cluster: await plan.run(), followUpError: null }) };
}
