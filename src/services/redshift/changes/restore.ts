import { RestoreFromClusterSnapshotCommand, type RestoreFromClusterSnapshotMessage } from '@aws-sdk/client-redshift';
import type { AllowedKey } from '../../../access/policy/keys.ts';
import { clockTolerance, planCreation } from '../../../changes/plans/creation.ts';
import { asItemError, type Plan } from '../../../changes/plans/plan.ts';
import type {
  ChosenKey,
  NewCluster,
  PreparedRestore,
  RestoreBackend,
  RestoredCluster,
} from '../../../changes/restores/backend.ts';
import {
  checkAvailable,
  checkFree,
  checkQuota,
  checkSecurityGroups,
  checkSubnetGroup,
} from '../../../changes/restores/checks.ts';
import { untilDeleted } from '../../../snapshots/retention.ts';
import { type RedshiftCluster, redshiftCluster } from '../cluster-kind.ts';
import type { RedshiftRequest } from '../request.ts';
import type { RedshiftSnapshot } from '../snapshot-kind.ts';
import { checkNodes, checkParameterGroup, sourceOf } from './restore-checks.ts';
import { optionProblems, readOptions, type RedshiftOptions, requireFitting } from './restore-options.ts';
import { planClusterTags } from './tags.ts';

type Restore = NewCluster<RedshiftCluster> & { readonly snapshot: RedshiftSnapshot };

/** The network, parameter group and port that result from the options and the cluster to resemble. */
interface Surroundings {
  readonly subnetGroup: string;
  readonly securityGroups: readonly string[] | undefined;
  readonly parameterGroup: string | undefined;
  readonly port: number | undefined;
  readonly enhancedVpcRouting: boolean | undefined;
}

/** The restores of Amazon Redshift. */
export function createRedshiftRestores(request: RedshiftRequest): RestoreBackend<RedshiftSnapshot, RedshiftCluster> {
  return {
    block: 'redshift',
    foldsNames: false,
    problems: optionProblems,
    prepare: (restore) => prepare(request, restore),
  };
}

async function prepare(request: RedshiftRequest, restore: Restore): Promise<PreparedRestore> {
  const { source, snapshot, identifier, like, tags } = restore;
  const options = readOptions(restore.options);
  const { nodes, network, security } = options;
  const around = surroundingsOf(options, like);
  const nodeType = nodes.type ?? snapshot.aws.NodeType;
  const ofLike = network.port == null ? ['input', 'likeCluster'] : ['input', 'redshift', 'network', 'port'];
  requireFitting(options, { nodeType, port: around.port, portField: ofLike }, source);

  const { requirements, clusters } = request;
  const checks = await Promise.all([
    checkAvailable(snapshot),
    checkFree(identifier, async () => ((await clusters.load(source, identifier)) === null ? null : identifier)),
    ...checkNodes(request, snapshot, nodes),
    checkSubnetGroup(around.subnetGroup, fieldOf('network', 'subnetGroup'), () =>
      requirements.subnetGroups.load(source, around.subnetGroup),
    ),
    ...checkParameterGroup(around.parameterGroup, (name) => requirements.parameterGroups.load(source, name)),
    checkSecurityGroups(around.securityGroups, fieldOf('network', 'securityGroupIds')),
    checkQuota(),
  ]);
  const keys = chosenKeys(security);
  const own = snapshot.aws.KmsKeyId;
  return {
    checks,
    gains: {
      subnetGroup: around.subnetGroup,
      securityGroups: around.securityGroups ?? ['default'],
      publiclyAccessible: network.publiclyAccessible ?? undefined,
      elasticIp: network.elasticIp ?? undefined,
      iamRoles: security.iamRoles ?? undefined,
      nodeType: nodes.type ?? undefined,
      nodeCount: chosenCount(options, snapshot),
      reservedNode: nodes.reservedNodeId ?? nodes.targetReservedNodeOfferingId ?? undefined,
    },
    fields: {
      subnetGroup: fieldOf('network', 'subnetGroup'),
      securityGroups: fieldOf('network', 'securityGroupIds'),
      publiclyAccessible: fieldOf('network', 'publiclyAccessible'),
      elasticIp: fieldOf('network', 'elasticIp'),
      iamRoles: fieldOf('security', 'iamRoles'),
      nodeType: fieldOf('nodes', 'type'),
      nodeCount: nodes.count == null ? fieldOf('network', 'multiAz') : fieldOf('nodes', 'count'),
      reservedNode: fieldOf('nodes', 'reservedNodeId'),
    },
    schedule: options.backups.schedule ?? undefined,
    keys,
    usedKeys: [...(own ? [{ kmsKeyId: own, field: null }] : []), ...keys],
    plan: (allowed) => planRestore(request, restore, inputOf(restore, options, around, keyIds(keys, allowed)), tags),
    remainingCalls: [],
  };
}

/**
 * Returns the number of nodes that the input chooses; undefined if the cluster has as many as the snapshot. A cluster in
 * two Availability Zones has all of its nodes in each of them.
 */
function chosenCount({ nodes, network }: RedshiftOptions, { aws }: RedshiftSnapshot): number | undefined {
  if (network.multiAz !== true) return nodes.count ?? undefined;
  return 2 * (nodes.count ?? aws.NumberOfNodes ?? 1);
}

function fieldOf(...path: string[]): string[] {
  return ['input', 'redshift', ...path];
}

/** Returns what is given or, for what is not, that of the cluster to resemble. */
function surroundingsOf({ network, maintenance }: RedshiftOptions, like: RedshiftCluster | null): Surroundings {
  const { ClusterSubnetGroupName, VpcSecurityGroups, ClusterParameterGroups, Endpoint, EnhancedVpcRouting } =
    like?.aws ?? {};
  const groups = VpcSecurityGroups?.filter(({ Status }) => Status === 'active').flatMap(
    ({ VpcSecurityGroupId: id }) => id ?? [],
  );
  return {
    // A snapshot of a cluster in a VPC cannot be restored without a subnet group.
    subnetGroup: network.subnetGroup ?? ClusterSubnetGroupName ?? 'default',
    securityGroups: network.securityGroupIds ?? (groups?.length ? groups : undefined),
    parameterGroup: maintenance.parameterGroup ?? ClusterParameterGroups?.[0]?.ParameterGroupName,
    port: network.port ?? Endpoint?.Port,
    enhancedVpcRouting: network.enhancedVpcRouting ?? EnhancedVpcRouting,
  };
}

interface Keys {
  readonly kmsKeyId?: string | undefined;
  readonly secretKeyId?: string | undefined;
}

function chosenKeys({ kmsKeyId, masterPasswordSecretKmsKeyId }: RedshiftOptions['security']): ChosenKey[] {
  return [
    ...(kmsKeyId == null ? [] : [{ kmsKeyId, field: fieldOf('security', 'kmsKeyId') }]),
    ...(masterPasswordSecretKmsKeyId == null
      ? []
      : [{ kmsKeyId: masterPasswordSecretKmsKeyId, field: fieldOf('security', 'masterPasswordSecretKmsKeyId') }]),
  ];
}

/** Returns the keys in the form in which the policy allows them. */
function keyIds(keys: readonly ChosenKey[], allowed: readonly AllowedKey[]): Keys {
  const of = (name: string) => allowed[keys.findIndex(({ field }) => field?.at(-1) === name)]?.kmsKeyId;
  return { kmsKeyId: of('kmsKeyId'), secretKeyId: of('masterPasswordSecretKmsKeyId') };
}

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_RestoreFromClusterSnapshot.html */
function inputOf(
  { snapshot, identifier }: Restore,
  { nodes, network, security, maintenance, backups }: RedshiftOptions,
  around: Surroundings,
  { kmsKeyId, secretKeyId }: Keys,
): RestoreFromClusterSnapshotMessage {
  const { aws } = snapshot;
  const { manualRetention } = backups;
  return withoutNulls({
    ClusterIdentifier: identifier,
    ...sourceOf(snapshot),
    NodeType: nodes.type,
    NumberOfNodes: nodes.count,
    ReservedNodeId: nodes.reservedNodeId,
    TargetReservedNodeOfferingId: nodes.targetReservedNodeOfferingId,
    ClusterSubnetGroupName: around.subnetGroup,
    VpcSecurityGroupIds: around.securityGroups && [...around.securityGroups],
    Port: around.port,
    PubliclyAccessible: network.publiclyAccessible ?? false,
    ElasticIp: network.elasticIp,
    AvailabilityZone: network.availabilityZone,
    AvailabilityZoneRelocation: network.availabilityZoneRelocation,
    MultiAZ: network.multiAz,
    EnhancedVpcRouting: around.enhancedVpcRouting,
    IpAddressType: network.ipAddressType,
    KmsKeyId: kmsKeyId,
    Encrypted: kmsKeyId !== undefined && aws.Encrypted !== true ? true : undefined,
    IamRoles: security.iamRoles?.length ? [...security.iamRoles] : undefined,
    DefaultIamRoleArn: security.defaultIamRole,
    ManageMasterPassword: security.manageMasterPassword,
    MasterPasswordSecretKmsKeyId: secretKeyId,
    ClusterParameterGroupName: around.parameterGroup,
    PreferredMaintenanceWindow: maintenance.window,
    MaintenanceTrackName: maintenance.track,
    AllowVersionUpgrade: maintenance.allowVersionUpgrade,
    AutomatedSnapshotRetentionPeriod: backups.automatedRetentionDays,
    ManualSnapshotRetentionPeriod: manualRetention?.forever ? untilDeleted : manualRetention?.days,
    SnapshotScheduleIdentifier: backups.schedule,
  });
}

type WithoutNulls<Members> = { [Name in keyof Members]: Exclude<Members[Name], null> };

function withoutNulls<Members extends object>(members: Members): WithoutNulls<Members> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value != null)) as WithoutNulls<Members>;
}

/** AWS has no tags in the restore, so they require a second call, whose failure does not fail the restore. */
function planRestore(
  request: RedshiftRequest,
  { source, identifier, snapshot }: Restore,
  input: RestoreFromClusterSnapshotMessage,
  tags: Restore['tags'],
): Plan<RestoredCluster> {
  const { sender, creations, afresh } = request;
  const command = new RestoreFromClusterSnapshotCommand(input);
  const restore = planCreation({ creations, source, identifier, resource: 'cluster' }, sender.call(source, command), {
    fromAnswer: ({ Cluster: aws }) => aws && redshiftCluster(source, aws),
    readBack: async (startedAt) => {
      const found = await afresh().clusters.load(source, identifier);
      return found ? { found, isAsSent: isRestored(found, snapshot, startedAt) } : undefined;
    },
  });
  const expected = redshiftCluster(source, { ClusterIdentifier: identifier });
  const tagCalls = tags.length > 0 ? planClusterTags(request, expected, tags).calls : [];
  return {
    calls: [...restore.calls, ...tagCalls],
    run: async () => {
      const cluster = await restore.run();
      if (tags.length === 0) return { cluster, followUpError: null };
      const tagged = await planClusterTags(request, cluster, tags).run().catch(asItemError);
      return tagged instanceof Error ? { cluster, followUpError: tagged } : { cluster: tagged, followUpError: null };
    },
  };
}

/** Whether a cluster that was read back can be the restored one; a value that AWS does not report is no difference. */
function isRestored({ aws }: RedshiftCluster, snapshot: RedshiftSnapshot, startedAt: Date): boolean {
  const { ClusterCreateTime, MasterUsername, DBName } = aws;
  const isNew = ClusterCreateTime === undefined || ClusterCreateTime.getTime() >= startedAt.getTime() - clockTolerance;
  const isSame = (one: string | undefined, other: string | undefined) =>
    one === undefined || other === undefined || one === other;
  return isNew && isSame(MasterUsername, snapshot.aws.MasterUsername) && isSame(DBName, snapshot.aws.DBName);
}
