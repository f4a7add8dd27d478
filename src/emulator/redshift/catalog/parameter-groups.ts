import type {
  CreateClusterParameterGroupMessage,
  CreateClusterParameterGroupResult,
  DeleteClusterParameterGroupMessage,
  DescribeClusterParametersMessage,
  ClusterParameterGroupDetails,
  DescribeDefaultClusterParametersMessage,
  DescribeDefaultClusterParametersResult,
  Parameter,
} from '@aws-sdk/client-redshift';

import { invalidValue } from '../../fault.ts';
import { readPage, type PageRequest } from '../../paging.ts';
import type { Call } from '../../service.ts';
import { redshiftFault } from '../faults.ts';
import { mergeTags } from '../rules.ts';
import { isThere } from '../store.ts';
import { hasParameterGroup, requireParameterGroup } from './groups.ts';

const families = ['redshift-1.0', 'redshift-2.0'];

/**
 * Creates a parameter group. Its parameters are the defaults of its family, which cannot be changed here.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateClusterParameterGroup.html
 */
export function createClusterParameterGroup(
  input: CreateClusterParameterGroupMessage,
  { here }: Call,
): CreateClusterParameterGroupResult {
  const { ParameterGroupName = '', ParameterGroupFamily = '', Description = '', Tags = [] } = input;
  const name = ParameterGroupName.toLowerCase();
  if (name.length > 255 || !/^[a-z](-?[a-z0-9])*$/.test(name)) {
    throw invalidValue(`Invalid value '${ParameterGroupName}' for ParameterGroupName`);
  }
  checkFamily(ParameterGroupFamily);
  const group = { ParameterGroupName: name, ParameterGroupFamily, Description, Tags: mergeTags([], Tags) };
  if (hasParameterGroup(name, here)) {
    throw redshiftFault('ClusterParameterGroupAlreadyExists', `Parameter group ${name} already exists`);
  }
  here.redshift.parameterGroups.put(group);
  return { ClusterParameterGroup: group };
}

/**
 * Deletes a parameter group that no cluster has.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DeleteClusterParameterGroup.html
 */
export function deleteClusterParameterGroup(
  { ParameterGroupName: name = '' }: DeleteClusterParameterGroupMessage,
  { here, now }: Call,
): object {
  requireParameterGroup(name, here);
  const isUsed = [...here.redshift.clusters.values()].some(
    (cluster) =>
      isThere(cluster, now) &&
      cluster.ClusterParameterGroups?.some(({ ParameterGroupName }) => ParameterGroupName === name),
  );
  if (isUsed || !here.redshift.parameterGroups.get(name)) {
    throw redshiftFault(
      'InvalidClusterParameterGroupState',
      `The parameter group ${name} is in use or a default group.`,
    );
  }
  here.redshift.parameterGroups.delete(name);
  return {};
}

/**
 * Lists the parameters of a parameter group.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusterParameters.html
 */
export function describeClusterParameters(
  input: DescribeClusterParametersMessage,
  { here }: Call,
): ClusterParameterGroupDetails {
  requireParameterGroup(input.ParameterGroupName ?? '', here);
  const { items, marker } = pageOf(input, (parameter) => (input.Source ?? parameter.Source) === parameter.Source);
  return { Parameters: items, Marker: marker };
}

/**
 * Lists the parameters of a family with their defaults.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeDefaultClusterParameters.html
 */
export function describeDefaultClusterParameters(
  input: DescribeDefaultClusterParametersMessage,
): DescribeDefaultClusterParametersResult {
  const { ParameterGroupFamily = '' } = input;
  checkFamily(ParameterGroupFamily);
  const { items, marker } = pageOf(input, () => true);
  return { DefaultClusterParameters: { ParameterGroupFamily, Parameters: items, Marker: marker } };
}

function checkFamily(name: string): void {
  if (!families.includes(name)) throw invalidValue(`Invalid value '${name}' for ParameterGroupFamily`);
}

function pageOf(input: PageRequest, matches: (parameter: Parameter) => boolean) {
  const entries = parameters.map((item) => ({ key: [item.ParameterName ?? ''], item }));
  return readPage(entries, input, matches);
}

/** https://docs.aws.amazon.com/redshift/latest/mgmt/workload-mgmt-config.html and the AWS CLI example of the defaults. */
const parameters: readonly Parameter[] = [
  parameter('auto_analyze', 'true', 'boolean', 'Use auto analyze', 'true,false'),
  parameter('datestyle', 'ISO, MDY', 'string', 'Sets the display format for date and time values.'),
  parameter('enable_user_activity_logging', 'false', 'boolean', 'parameter for audit logging purpose', 'true,false'),
  parameter(
    'extra_float_digits',
    '0',
    'integer',
    'Sets the number of digits displayed for floating-point values',
    '-15-2',
  ),
  parameter(
    'max_concurrency_scaling_clusters',
    '1',
    'integer',
    'The maximum concurrency scaling clusters can be used.',
    '0-10',
  ),
  parameter('query_group', 'default', 'string', 'This parameter applies a user-defined label to a group of queries.'),
  parameter('require_ssl', 'false', 'boolean', 'require ssl for all databaseconnections', 'true,false'),
  parameter(
    'search_path',
    '$user, public',
    'string',
    'Sets the schema search order for names that are not schema-qualified.',
  ),
  parameter(
    'statement_timeout',
    '0',
    'integer',
    'Aborts any statement that takes over the specified number of milliseconds.',
    '0,100-2147483647',
  ),
  parameter('use_fips_ssl', 'false', 'boolean', 'Use fips ssl library', 'true,false'),
  parameter('wlm_json_configuration', '[{"auto_wlm":true}]', 'string', 'wlm json configuration'),
];

function parameter(name: string, value: string, type: string, description: string, allowed?: string): Parameter {
  return {
    ParameterName: name,
    ParameterValue: value,
    Description: description,
    Source: 'engine-default',
    DataType: type,
    ...(allowed === undefined ? {} : { AllowedValues: allowed }),
    ApplyType: 'static',
    IsModifiable: true,
  };
}
