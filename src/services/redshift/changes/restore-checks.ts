import {
  DescribeNodeConfigurationOptionsCommand,
  type DescribeNodeConfigurationOptionsMessage,
  type NodeConfigurationOption,
} from '@aws-sdk/client-redshift';
import { check } from '../../../changes/restores/checks.ts';
import type { Judgment } from '../../../fleet/questions/restore-checks.ts';
import type { RestoreCheck } from '../../../errors/restore-checks.ts';
import { readRows } from '../../../fleet/backend.ts';
import { after, type MaybePromise } from '../../../snapshots/maybe.ts';
import type { RedshiftRequest } from '../request.ts';
import { isOwn } from '../../../snapshots/snapshot.ts';
import { type RedshiftSnapshot, redshiftSnapshotKind } from '../snapshot-kind.ts';
import type { RedshiftOptions } from './restore-options.ts';

const nodes = ['input', 'redshift', 'nodes'];

/** Checks the node type and, if the input chooses the size, the number of nodes. */
export function checkNodes(
  request: RedshiftRequest,
  snapshot: RedshiftSnapshot,
  { type, count }: RedshiftOptions['nodes'],
): Promise<RestoreCheck>[] {
  const nodeType = type ?? snapshot.aws.NodeType;
  const ofType = check('NODE_TYPE_RESTORABLE', type == null ? null : [...nodes, 'type'], () =>
    findType(snapshot, nodeType),
  );
  if (type == null && count == null) return [ofType];
  const nodeCount = count ?? snapshot.aws.NumberOfNodes;
  return [
    ofType,
    check('NODE_COUNT_SUFFICIENT', [...nodes, count == null ? 'type' : 'count'], () =>
      findSize(request, snapshot, nodeType, nodeCount),
    ),
  ];
}

/** Finds whether a snapshot can be restored to a node type. AWS lists the types only when it lists the snapshot. */
export function findType({ aws }: RedshiftSnapshot, nodeType: string | undefined): Judgment {
  const { RestorableNodeTypes: types, SnapshotIdentifier: name } = aws;
  if (nodeType === undefined) return ['UNKNOWN', `AWS does not report the node type of the snapshot ${name}.`];
  if (types === undefined || types.length === 0) {
    return ['UNKNOWN', `AWS does not report to which node types the snapshot ${name} can be restored.`];
  }
  if (types.includes(nodeType)) return ['YES', `The snapshot ${name} can be restored to ${nodeType}.`];
  return ['NO', `The snapshot ${name} cannot be restored to ${nodeType}. Use one of: ${types.join(', ')}.`];
}

/**
 * Finds whether AWS lists a number of nodes for a restore. AWS lists only some sizes, so another size is only known to be
 * too small if all listed sizes of the type are larger.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeNodeConfigurationOptions.html
 */
async function findSize(
  request: RedshiftRequest,
  snapshot: RedshiftSnapshot,
  nodeType: string | undefined,
  count: number | undefined,
): Promise<Judgment> {
  if (nodeType === undefined || count === undefined)
    return ['UNKNOWN', 'AWS does not report the size of the snapshot.'];
  const options = await readOptions(request, snapshot, nodeType);
  const counts = options.flatMap(({ NodeType, NumberOfNodes }) => (NodeType === nodeType ? (NumberOfNodes ?? []) : []));
  if (counts.includes(count)) return ['YES', `AWS offers a restore to ${count} nodes of ${nodeType}.`];
  const listed = `AWS lists ${counts.join(', ') || 'no number'} nodes of ${nodeType} for this snapshot`;
  if (counts.length === 0 || count > Math.min(...counts))
    return ['UNKNOWN', `${listed}, and not ${count}; AWS decides.`];
  return ['NO', `${listed}, and not ${count}. Choose another number or type of nodes.`];
}

async function readOptions(
  { connect, usage }: RedshiftRequest,
  snapshot: RedshiftSnapshot,
  nodeType: string,
): Promise<readonly NodeConfigurationOption[]> {
  const { SnapshotClusterIdentifier: _cluster, ...named } = { SnapshotClusterIdentifier: '', ...sourceOf(snapshot) };
  const input: DescribeNodeConfigurationOptionsMessage = {
    ActionType: 'restore-cluster',
    ...named,
    Filters: [{ Name: 'NodeType', Operator: 'in', Values: [nodeType] }],
  };
  const { rows, failure } = await readRows((marker) =>
    after(
      connect(snapshot.source).read(
        DescribeNodeConfigurationOptionsCommand,
        { ...input, ...(marker && { Marker: marker }) },
        usage,
      ),
      ({ output, fetchedAt }) => ({ rows: output.NodeConfigurationOptionList ?? [], marker: output.Marker, fetchedAt }),
    ),
  );
  if (failure) throw failure;
  return rows;
}

/** Checks that a parameter group exists, if there is one to use. */
export function checkParameterGroup(
  name: string | undefined,
  exists: (name: string) => MaybePromise<boolean>,
): Promise<RestoreCheck>[] {
  if (name === undefined) return [];
  return [
    check('PARAMETER_GROUP_FITS', ['input', 'redshift', 'maintenance', 'parameterGroup'], async () =>
      (await exists(name))
        ? ['YES', `The parameter group ${name} exists.`]
        : ['NO', `The parameter group ${name} does not exist. Give the name of an existing parameter group.`],
    ),
  ];
}

/** Names a snapshot: AWS refuses its identifier and its ARN together. */
export function sourceOf(snapshot: RedshiftSnapshot) {
  const { SnapshotArn, SnapshotIdentifier, ClusterIdentifier } = snapshot.aws;
  const owner = isOwn(snapshot) ? undefined : redshiftSnapshotKind.ownerAccountId(snapshot);
  return {
    ...(SnapshotArn === undefined
      ? { SnapshotIdentifier, SnapshotClusterIdentifier: ClusterIdentifier }
      : { SnapshotArn }),
    ...(owner != null && { OwnerAccount: owner }),
  };
}
