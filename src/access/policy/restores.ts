import * as z from 'zod';
import { ForbiddenError } from '../../errors.ts';
import type { StrictRedis } from '../../replicas/strict-redis.ts';
import type { Source } from '../../snapshots/source.ts';
import { accountId } from '../account-id.ts';
import { createHourlyLimit, type Refund } from './hourly-limit.ts';
import { type AllowedKey, allowKey, type KeyUse, requireKeyIn } from './keys.ts';
import { hasParts } from './pattern.ts';

const names = z.array(z.string().min(1)).default([]);
const inNetworks =
  '`*` in a name matches any text, and `default` is also what AWS uses if a restore gives none. If omitted, none, so that nothing can be restored.';

/** The `restore` of the configuration file. */
export const restoreSettings = z
  .strictObject({
    perHour: z.int().min(0).default(10).meta({
      description:
        'The maximum number of clusters that one principal can restore per hour. Tables and instances are not counted.',
    }),
    subnetGroups: names.meta({ description: `The subnet groups in which clusters can be restored. ${inNetworks}` }),
    securityGroups: names.meta({
      description: `The IDs of the security groups that restored clusters can have. ${inNetworks}`,
    }),
    publicAccess: z.boolean().default(false).meta({
      description: 'Whether restored Amazon Redshift clusters can be publicly accessible.',
    }),
    elasticIps: names.meta({ description: 'The Elastic IP addresses that restored clusters can have.' }),
    iamRoles: names.meta({
      description:
        'The ARNs of the IAM roles that restored Amazon Redshift clusters can have. The gateway passes the role with its own credentials, so each caller with CLUSTER_RESTORE gains the rights of the role.',
    }),
    kmsKeys: names.meta({
      description:
        'The AWS KMS keys that a restore can choose for the cluster or its secret, by id, alias or ARN, as in `sharing.kmsKeys`. The key of the snapshot itself is always allowed.',
    }),
    nodeTypes: names.meta({
      description:
        'The node types that a restore can choose; `*` matches any text. Without a choice, a cluster has the nodes of the snapshot, which are always allowed.',
    }),
    maximumNodes: z.int().min(0).max(128).default(0).meta({
      description:
        'The maximum number of nodes that a restore can choose, in both Availability Zones together for a cluster that runs in two. If omitted, it can choose neither the number nor two zones.',
    }),
    reservedNodes: z.boolean().default(false).meta({
      description:
        'Whether a restore can exchange a reserved node of the account for one of another offering, which changes what the account has committed to pay.',
    }),
    instanceClasses: names.meta({
      description:
        'The classes of the instances that a restored Amazon DocumentDB cluster can get; `*` matches any text.',
    }),
    maximumInstances: z.int().min(0).max(16).default(0).meta({
      description: 'The maximum number of instances that a restored Amazon DocumentDB cluster can get.',
    }),
    exportRegions: names.meta({
      description:
        'The regions to which snapshots can be copied from another region: by copySnapshot, and by the cross-region copy of a cluster.',
    }),
    exportAccounts: z.array(accountId).default([]).meta({
      description:
        'The accounts to which copySnapshot can copy snapshots of another configured account, including snapshots that this account shares.',
    }),
  })
  .meta({
    description:
      'What restores and copies can use, regardless of grants. Everything that is omitted is denied; with the command dev, an absent restore allows everything.',
  });

export type RestoreSettings = Readonly<z.output<typeof restoreSettings>>;

/** What a restored cluster gains; an undefined value is left to AWS or to the snapshot. */
export interface RestoreGains {
  /** `default` if AWS chooses. */
  readonly subnetGroup: string;
  /** `default` alone if AWS chooses. */
  readonly securityGroups: readonly string[];
  readonly publiclyAccessible?: boolean | undefined;
  readonly elasticIp?: string | undefined;
  readonly iamRoles?: readonly string[] | undefined;
  readonly nodeType?: string | undefined;
  /** The number of all nodes, in every Availability Zone. */
  readonly nodeCount?: number | undefined;
  /** The reserved node that is exchanged for another. */
  readonly reservedNode?: string | undefined;
  readonly instances?: InstanceGains | undefined;
}

/** The class and the total number of the instances of a cluster. */
export interface InstanceGains {
  readonly class: string;
  readonly count: number;
}

/** One part of a restore that the policy forbids. */
export interface RestoreProblem {
  readonly part: keyof RestoreGains | 'instanceClass' | 'instanceCount';
  readonly message: string;
}

/** Restricts what restores and copies can use. */
export interface RestorePolicy {
  /** Returns everything that the policy forbids. */
  problems(gains: RestoreGains): readonly RestoreProblem[];
  /** The same for the instances of a cluster alone. */
  instanceProblems(instances: InstanceGains): readonly RestoreProblem[];
  /**
   * Returns a key that a restore can choose: a listed one, or one of `own`, the keys of what is restored. Throws FORBIDDEN
   * for another key, and the failure if it depends on an alias, and AWS KMS cannot be read.
   */
  requireKey(kmsKeyId: string, use: KeyUse, own: readonly string[]): Promise<AllowedKey>;
  /**
   * Counts a restore for the hourly limit, and returns the function that undoes the count. Throws RATE_LIMITED above the
   * limit. A dry run counts nothing.
   */
  count(subject: string, source: Source, isDryRun: boolean): Promise<Refund>;
  /** Throws FORBIDDEN if data must not be copied from `from` to `to`: to another region or account that is not listed. */
  requireExport(from: Place, to: Place): void;
}

type Place = Pick<Source, 'account' | 'region'>;

/** Creates the policy; without settings, no restore and no export is allowed. */
export function createRestorePolicy(settings: RestoreSettings | undefined, redis?: StrictRedis): RestorePolicy {
  const allowed = settings ?? restoreSettings.parse({});
  const limit = createHourlyLimit([allowed], () => [allowed], {
    name: 'restores',
    what: 'Restore',
    advice: 'Restore fewer clusters',
    redis,
  });
  return {
    problems: (gains) => problemsOf(allowed, gains),
    instanceProblems: (instances) => instanceProblems(allowed, instances),
    requireKey: async (kmsKeyId, use, own) =>
      requireKeyIn([...allowed.kmsKeys, ...own], kmsKeyId, use, { verb: 'restore', setting: 'restore.kmsKeys' }),
    count: async (subject, source, isDryRun) => limit(subject, isDryRun)(source, 1),
    requireExport: (from, to) => requireExport(allowed, from, to),
  };
}

/** A policy that allows everything, for use with the emulator only. */
export const unrestrictedRestores: RestorePolicy = {
  problems: () => [],
  instanceProblems: () => [],
  requireKey: async (kmsKeyId) => allowKey(kmsKeyId),
  count: async () => async () => {},
  requireExport: () => {},
};

function problemsOf(allowed: RestoreSettings, gains: RestoreGains): RestoreProblem[] {
  const { nodeType, nodeCount, reservedNode, instances, elasticIp, publiclyAccessible, iamRoles = [] } = gains;
  const others = gains.securityGroups.filter((group) => !isListed(allowed.securityGroups, group));
  const roles = iamRoles.filter((role) => !allowed.iamRoles.includes(role));
  return [
    ...problemIf(!isListed(allowed.subnetGroups, gains.subnetGroup), 'subnetGroup', 'subnetGroups', gains.subnetGroup),
    ...problemIf(others.length > 0, 'securityGroups', 'securityGroups', others.join(', ')),
    ...problemIf(publiclyAccessible === true && !allowed.publicAccess, 'publiclyAccessible', 'publicAccess', 'true'),
    ...problemIf(
      elasticIp !== undefined && !allowed.elasticIps.includes(elasticIp),
      'elasticIp',
      'elasticIps',
      elasticIp,
    ),
    ...problemIf(roles.length > 0, 'iamRoles', 'iamRoles', roles.join(', ')),
    ...problemIf(nodeType !== undefined && !isListed(allowed.nodeTypes, nodeType), 'nodeType', 'nodeTypes', nodeType),
    ...problemIf(
      nodeCount !== undefined && nodeCount > allowed.maximumNodes,
      'nodeCount',
      `maximumNodes, which is ${allowed.maximumNodes},`,
      nodeCount,
    ),
    ...problemIf(reservedNode !== undefined && !allowed.reservedNodes, 'reservedNode', 'reservedNodes', reservedNode),
    ...(instances ? instanceProblems(allowed, instances) : []),
  ];
}

function instanceProblems(allowed: RestoreSettings, { class: name, count }: InstanceGains): RestoreProblem[] {
  const { instanceClasses, maximumInstances } = allowed;
  return [
    ...problemIf(!isListed(instanceClasses, name), 'instanceClass', 'instanceClasses', name),
    ...problemIf(count > maximumInstances, 'instanceCount', `maximumInstances, which is ${maximumInstances},`, count),
  ];
}

function problemIf(
  isForbidden: boolean,
  part: RestoreProblem['part'],
  setting: string,
  value: string | number | undefined,
): RestoreProblem[] {
  if (!isForbidden) return [];
  const given = value === 'default' ? `${part} is left to AWS, or is "default"` : `${part} is ${JSON.stringify(value)}`;
  return [
    {
      part,
      message: `${given}, which the policy of this gateway does not allow. Use another value, or ask the operator to change restore.${setting} in the configuration.`,
    },
  ];
}

/** Whether a name is in a list, in which `*` matches any text. */
function isListed(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => hasParts(name, pattern.split('*')));
}

function requireExport({ exportRegions, exportAccounts }: RestoreSettings, from: Place, to: Place): void {
  const problems = [
    ...(to.region !== from.region && !exportRegions.includes(to.region)
      ? [`to region ${to.region}: restore.exportRegions does not list it`]
      : []),
    ...(to.account !== from.account && !exportAccounts.includes(to.account)
      ? [`to account ${to.account}: restore.exportAccounts does not list it`]
      : []),
  ];
  if (problems.length === 0) return;
  throw new ForbiddenError(
    `The policy of this gateway does not allow copies of snapshots of account ${from.account}, region ${from.region} ${problems.join(', nor ')}. Choose another target, or ask the operator to change the configuration.`,
  );
}
