import type { ServiceName } from '../service.ts';

/** An authorized call, with its decoded input. */
export interface AuthorizedCall {
  readonly service: ServiceName;
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The first parts of the caller's ARNs: `arn:aws:rds:us-east-1:123456789012`. */
  readonly prefix: string;
}

/** Returns the ARN that AWS's error shows for a denied call; a list of all resources has `*` as their name. */
export function resourceOf(call: AuthorizedCall): string {
  const { service, prefix } = call;
  const name = resources[service](call);
  if (name === undefined || name === '*') return '*';
  return name.startsWith('arn:') ? name : `${prefix}:${name}`;
}

const resources = { redshift: ofRedshift, rds: ofRds, kms: ofKms, sts: ofArn, iam: ofArn };

/** The actions of AWS STS and AWS IAM name their resource in the input. */
function ofArn({ input }: AuthorizedCall): string | undefined {
  return firstText(input, 'RoleArn', 'PolicySourceArn');
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshift.html */
function ofRedshift({ action, input }: AuthorizedCall): string | undefined {
  const arn = firstText(input, 'ResourceName', 'SnapshotArn');
  if (arn !== undefined) return arn;
  const cluster = firstText(input, 'ClusterIdentifier');
  if (action === 'GetClusterCredentials') return `dbuser:${cluster}/${firstText(input, 'DbUser')}`;
  if (action === 'GetClusterCredentialsWithIAM') return `dbname:${cluster}/${firstText(input, 'DbName') ?? '*'}`;
  if (isOfSnapshot(action) || action.endsWith('SnapshotAccess')) {
    const source = { ...firstOfBatch(input), ...input };
    const owner = firstText(source, 'SnapshotClusterIdentifier', 'SourceSnapshotClusterIdentifier') ?? cluster ?? '*';
    const names = ['SnapshotIdentifier', 'SourceSnapshotIdentifier'] as const;
    return `snapshot:${owner}/${firstText(source, ...names) ?? '*'}`;
  }
  if (cluster !== undefined) return `cluster:${cluster}`;
  const schedule = firstText(input, 'ScheduleIdentifier');
  if (schedule !== undefined) return `snapshotschedule:${schedule}`;
  const grant = firstText(input, 'SnapshotCopyGrantName');
  if (grant !== undefined) return `snapshotcopygrant:${grant}`;
  return action === 'DescribeClusters' ? 'cluster:*' : undefined;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html */
function ofRds({ action, input }: AuthorizedCall): string | undefined {
  const arn = firstText(input, 'ResourceName');
  if (arn !== undefined) return arn;
  if (isOfSnapshot(action)) {
    const snapshot = firstText(input, 'TargetDBClusterSnapshotIdentifier', 'DBClusterSnapshotIdentifier') ?? '*';
    return snapshot.startsWith('arn:') ? snapshot : `cluster-snapshot:${snapshot}`;
  }
  const instance = firstText(input, 'DBInstanceIdentifier');
  if (instance !== undefined) return `db:${instance}`;
  const cluster = firstText(input, 'DBClusterIdentifier');
  if (cluster !== undefined) return cluster.startsWith('arn:') ? cluster : `cluster:${cluster}`;
  const kind = rdsKinds.get(action);
  return kind && `${kind}:${firstText(input, 'DBSubnetGroupName', 'DBClusterParameterGroupName') ?? '*'}`;
}

/** Whether an action is authorized for a cluster snapshot. A restore is authorized for the new cluster. */
function isOfSnapshot(action: string): boolean {
  return /ClusterSnapshot(s|Attributes?)?$/.test(action) && !action.startsWith('Restore');
}

/** The kinds of resources that lists without an identifier are authorized for. */
const rdsKinds: ReadonlyMap<string, string> = new Map([
  ['DescribeDBClusters', 'cluster'],
  ['DescribeDBClusterParameterGroups', 'cluster-pg'],
  ['DescribeDBInstances', 'db'],
  ['DescribeDBSubnetGroups', 'subgrp'],
]);

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html */
function ofKms({ input }: AuthorizedCall): string | undefined {
  const key = firstText(input, 'KeyId');
  return key === undefined || /^(arn:|alias\/)/.test(key) ? key : `key/${key}`;
}

/** Returns the members of the first entry of a batch: a name, or an object with the members. */
function firstOfBatch({ Identifiers, SnapshotIdentifierList }: Readonly<Record<string, unknown>>): object {
  const [first]: unknown[] = [Identifiers, SnapshotIdentifierList].find(Array.isArray) ?? [];
  return typeof first === 'object' && first !== null ? first : { SnapshotIdentifier: first };
}

function firstText(input: Readonly<Record<string, unknown>>, ...names: readonly string[]): string | undefined {
  return names.map((name) => input[name]).find((value) => typeof value === 'string');
}
