import * as z from 'zod';
import {
  minutesOfWeekly,
  problemsAt,
  rangeRule,
  retentionRule,
  securityGroupsRule,
  textRule,
} from '../../../changes/input/options.ts';
import { keyRule, shown } from '../../../changes/input/rules.ts';
import { type InputProblem, InvalidInputError } from '../../../errors.ts';
import type { Source } from '../../../snapshots/source.ts';

const block = 'redshift';

const nodes = z.object({
  type: textRule(`${block}.nodes.type`, /^[a-z0-9]+\.[a-z0-9]+$/, 'a node type such as ra3.xlplus').nullish(),
  count: rangeRule(`${block}.nodes.count`, 1, 128).nullish(),
  reservedNodeId: z.string().nullish(),
  targetReservedNodeOfferingId: z.string().nullish(),
});

const network = z.object({
  subnetGroup: textRule(
    `${block}.network.subnetGroup`,
    /^[\w .-]{1,255}$/,
    'the name of a subnet group, of 1 to 255 characters',
  ).nullish(),
  securityGroupIds: securityGroupsRule(`${block}.network.securityGroupIds`).nullish(),
  port: rangeRule(`${block}.network.port`, 1150, 65_535).nullish(),
  publiclyAccessible: z.boolean().nullish(),
  elasticIp: textRule(`${block}.network.elasticIp`, /^\d{1,3}(\.\d{1,3}){3}$/, 'an IPv4 address').nullish(),
  availabilityZone: z.string().nullish(),
  availabilityZoneRelocation: z.boolean().nullish(),
  multiAz: z.boolean().nullish(),
  enhancedVpcRouting: z.boolean().nullish(),
  ipAddressType: z.string().nullish(),
});

const roleArn = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const security = z.object({
  kmsKeyId: keyRule(`${block}.security.kmsKeyId`).nullish(),
  iamRoles: z.array(textRule('An IAM role', roleArn, 'the ARN of an IAM role')).nullish(),
  defaultIamRole: z.string().nullish(),
  manageMasterPassword: z.boolean().nullish(),
  masterPasswordSecretKmsKeyId: keyRule(`${block}.security.masterPasswordSecretKmsKeyId`).nullish(),
});

const window = z.string().refine((text) => (minutesOfWeekly(text) ?? 0) >= 30, {
  error: ({ input }) =>
    `${block}.maintenance.window is ${shown(input)}; it must be a window of at least 30 minutes in UTC, such as sat:06:00-sat:06:30.`,
});

const maintenance = z.object({
  parameterGroup: textRule(
    `${block}.maintenance.parameterGroup`,
    /^[a-zA-Z][\w.-]{0,254}$/,
    'the name of a parameter group: 1 to 255 letters, digits, hyphens and periods, starting with a letter',
  ).nullish(),
  window: window.nullish(),
  track: z.string().min(1).nullish(),
  allowVersionUpgrade: z.boolean().nullish(),
});

const backups = z.object({
  automatedRetentionDays: rangeRule(`${block}.backups.automatedRetentionDays`, 0, 35).nullish(),
  manualRetention: retentionRule(`${block}.backups.manualRetention`).nullish(),
  schedule: z.string().min(1).nullish(),
});

const optionsRule = z.object({
  nodes: nodes.nullish(),
  network: network.nullish(),
  security: security.nullish(),
  maintenance: maintenance.nullish(),
  backups: backups.nullish(),
});

/** The options of a restore, without nulls. */
export interface RedshiftOptions {
  readonly nodes: z.output<typeof nodes>;
  readonly network: z.output<typeof network>;
  readonly security: z.output<typeof security>;
  readonly maintenance: z.output<typeof maintenance>;
  readonly backups: z.output<typeof backups>;
}

/** Returns every way in which the options are invalid, alone or in combination. */
export function optionProblems(options: unknown): InputProblem[] {
  const problems = problemsAt(['input', block], optionsRule, options);
  return problems.length > 0 ? problems : combinationProblems(readOptions(options));
}

/** Reads options that have no problems. */
export function readOptions(options: unknown): RedshiftOptions {
  const read = optionsRule.parse(options);
  return {
    nodes: read.nodes ?? {},
    network: read.network ?? {},
    security: read.security ?? {},
    maintenance: read.maintenance ?? {},
    backups: read.backups ?? {},
  };
}

function combinationProblems({ nodes: node, network: net, security: safe }: RedshiftOptions): InputProblem[] {
  const hasBoth = (node.reservedNodeId == null) === (node.targetReservedNodeOfferingId == null);
  const isDefaultGiven = safe.defaultIamRole == null || (safe.iamRoles ?? []).includes(safe.defaultIamRole);
  return [
    ...problemIf(
      !hasBoth,
      ['nodes'],
      'nodes has only one of reservedNodeId and targetReservedNodeOfferingId; give both, or none.',
    ),
    ...problemIf(
      net.elasticIp != null && net.publiclyAccessible !== true,
      ['network', 'elasticIp'],
      'elasticIp requires publiclyAccessible: true.',
    ),
    ...problemIf(
      net.elasticIp != null && net.availabilityZoneRelocation === true,
      ['network', 'elasticIp'],
      'elasticIp cannot be used together with availabilityZoneRelocation.',
    ),
    ...problemIf(
      net.availabilityZone != null && net.multiAz === true,
      ['network', 'availabilityZone'],
      'availabilityZone cannot be used together with multiAz: AWS chooses both zones.',
    ),
    ...problemIf(
      !isDefaultGiven,
      ['security', 'defaultIamRole'],
      'defaultIamRole is not one of iamRoles; add it to iamRoles.',
    ),
    ...problemIf(
      safe.masterPasswordSecretKmsKeyId != null && safe.manageMasterPassword !== true,
      ['security', 'masterPasswordSecretKmsKeyId'],
      'masterPasswordSecretKmsKeyId requires manageMasterPassword: true.',
    ),
  ];
}

function problemIf(isWrong: boolean, path: readonly string[], message: string): InputProblem[] {
  return isWrong ? [{ field: ['input', block, ...path], message }] : [];
}

const managedPorts = [
  [5431, 5455],
  [8191, 8215],
] as const;

/** Whether the storage of nodes of a type is managed by AWS: RA3 and RG. */
export function isManaged(nodeType: string | undefined): boolean {
  return /^(ra3|rg)\./.test(nodeType ?? '');
}

/** Throws INVALID_INPUT for options that the resulting node type, or the source, does not allow. */
export function requireFitting(
  { network: net, security: safe, backups: kept }: RedshiftOptions,
  { nodeType, port, portField }: { nodeType: string | undefined; port: number | undefined; portField: string[] },
  { account, region }: Source,
): void {
  const isPortAllowed =
    port === undefined || !isManaged(nodeType) || managedPorts.some(([from, to]) => port >= from && port <= to);
  const others = (safe.iamRoles ?? []).filter((role) => role.split(':')[4] !== account);
  const problems = [
    ...(isPortAllowed
      ? []
      : [
          {
            field: portField,
            message: `The port is ${port}; for ${nodeType} nodes it must be 5431 to 5455 or 8191 to 8215. Set redshift.network.port.`,
          },
        ]),
    ...problemIf(
      isManaged(nodeType) && kept.automatedRetentionDays === 0,
      ['backups', 'automatedRetentionDays'],
      `automatedRetentionDays is 0; for ${nodeType} nodes it must be 1 to 35.`,
    ),
    ...problemIf(
      net.availabilityZone != null && !isZoneOf(net.availabilityZone, region),
      ['network', 'availabilityZone'],
      `availabilityZone is ${shown(net.availabilityZone)}; it must be a zone of the region ${region}.`,
    ),
    ...problemIf(
      others.length > 0,
      ['security', 'iamRoles'],
      `iamRoles has ${others.join(', ')}; the roles must belong to the account that restores, ${account}.`,
    ),
  ];
  const [first] = problems;
  if (first === undefined) return;
  throw new InvalidInputError(problems.map(({ message }) => message).join(' '), first.field, { problems });
}

function isZoneOf(zone: string, region: string): boolean {
  return zone.startsWith(region) && /^(-[a-z0-9-]+)?[a-z]$/.test(zone.slice(region.length));
}
