import type {
  DescribeNodeConfigurationOptionsMessage,
  DescribeOrderableClusterOptionsMessage,
  NodeConfigurationOption,
  NodeConfigurationOptionsFilter,
  NodeConfigurationOptionsMessage,
  OrderableClusterOption,
  OrderableClusterOptionsMessage,
} from '@aws-sdk/client-redshift';

import { invalidCombination, invalidValue } from '../../fault.ts';
import { readPage } from '../../paging.ts';
import type { Call } from '../../service.ts';
import { capacityOf } from '../clusters/derived.ts';
import { nodeTypes, restorableNodeTypes } from '../clusters/node-types.ts';
import { findSource, requireRestorable } from '../clusters/restores.ts';
import { requireCluster } from '../store.ts';
import { zonesOf } from './groups.ts';

/** What the options are for: the node types that are allowed, and the size of the data in megabytes. */
interface Subject {
  readonly types: readonly string[];
  readonly nodes: number;
  readonly megabytes: number;
}

/**
 * Lists the node types and numbers of nodes to which a snapshot can be restored or a cluster resized: half, equal and
 * double the current number, as far as the data fits.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeNodeConfigurationOptions.html
 */
export function describeNodeConfigurationOptions(
  input: DescribeNodeConfigurationOptionsMessage,
  call: Call,
): NodeConfigurationOptionsMessage {
  const subject = subjectOf(input, call);
  const mode = input.ActionType === 'recommend-node-config' ? { Mode: 'standard' as const } : {};
  const options = optionsOf(subject).map((option) => ({ ...option, ...mode }));
  const entries = options.map((item, index) => ({ key: [index], item }));
  const { Filters = [] } = input;
  const isAsked = (option: NodeConfigurationOption) => Filters.every((filter) => matches(option, filter));
  const { items, marker } = readPage(entries, input, isAsked, {}, { least: 100, most: 500 });
  return { NodeConfigurationOptionList: items, Marker: marker };
}

/**
 * Lists the node types that a new cluster can have, with their cluster types and zones.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeOrderableClusterOptions.html
 */
export function describeOrderableClusterOptions(
  input: DescribeOrderableClusterOptionsMessage,
  { region }: Call,
): OrderableClusterOptionsMessage {
  const AvailabilityZones = zonesOf(region).map((Name) => ({ Name }));
  const options: OrderableClusterOption[] = nodeTypes.flatMap(({ name, nodes: [least] }) =>
    (least === 1 ? ['multi-node', 'single-node'] : ['multi-node']).map((ClusterType) => ({
      ClusterVersion: '1.0',
      ClusterType,
      NodeType: name,
      AvailabilityZones,
    })),
  );
  const { ClusterVersion: version = '1.0', NodeType: type } = input;
  const entries = options.map((item, index) => ({ key: [index], item }));
  const isAsked = ({ ClusterVersion, NodeType }: OrderableClusterOption) =>
    ClusterVersion === version && (type ?? NodeType) === NodeType;
  const { items, marker } = readPage(entries, input, isAsked);
  return { OrderableClusterOptions: items, Marker: marker };
}

function subjectOf(input: DescribeNodeConfigurationOptionsMessage, call: Call): Subject {
  const { ActionType, ClusterIdentifier, SnapshotIdentifier, SnapshotArn, OwnerAccount } = input;
  const isOfSnapshot = SnapshotIdentifier !== undefined || SnapshotArn !== undefined;
  if (ActionType !== 'restore-cluster' && ActionType !== 'resize-cluster' && ActionType !== 'recommend-node-config') {
    throw invalidValue(`Invalid value '${ActionType}' for ActionType`);
  }
  if (isOfSnapshot && ActionType !== 'resize-cluster' && ClusterIdentifier === undefined) {
    const snapshot = findSource({ SnapshotIdentifier, SnapshotArn, OwnerAccount, ClusterIdentifier: '' }, call);
    requireRestorable(snapshot, call.now);
    const { NumberOfNodes: nodes = 2, TotalBackupSizeInMegaBytes: megabytes = 0 } = snapshot;
    return { types: restorableNodeTypes(snapshot), nodes, megabytes };
  }
  if (ActionType === 'restore-cluster') {
    throw invalidCombination('restore-cluster requires SnapshotIdentifier or SnapshotArn, without ClusterIdentifier.');
  }
  if (isOfSnapshot || OwnerAccount !== undefined || ClusterIdentifier === undefined) {
    throw invalidCombination(`${ActionType} requires ClusterIdentifier, without a snapshot.`);
  }
  const { NodeType, NumberOfNodes = 1 } = requireCluster(call.here, ClusterIdentifier, call.now);
  return { types: restorableNodeTypes({ NodeType }), nodes: NumberOfNodes, megabytes: usedBy(ClusterIdentifier, call) };
}

/** Returns the size of a cluster's newest measured snapshot, or zero. */
function usedBy(cluster: string, { here }: Call): number {
  const own = [...here.redshift.snapshots.values()]
    .filter(({ ClusterIdentifier, SourceRegion }) => ClusterIdentifier === cluster && SourceRegion === undefined)
    .toSorted((left, right) => right.SnapshotCreateTime.getTime() - left.SnapshotCreateTime.getTime());
  return Math.max(0, own[0]?.TotalBackupSizeInMegaBytes ?? 0);
}

function optionsOf({ types, nodes, megabytes }: Subject): NodeConfigurationOption[] {
  return nodeTypes
    .filter(({ name }) => types.includes(name))
    .flatMap(({ name, nodes: [least, most] }) => {
      const counts = [Math.ceil(nodes / 2), nodes, nodes * 2].map((count) => Math.min(most, Math.max(least, count)));
      return [...new Set(counts)].map((NumberOfNodes) => {
        const share = (megabytes / (capacityOf(name, NumberOfNodes) ?? 1)) * 100;
        return { NodeType: name, NumberOfNodes, EstimatedDiskUtilizationPercent: Math.round(share * 100) / 100 };
      });
    })
    .filter(({ EstimatedDiskUtilizationPercent: percent }) => percent <= 100);
}

const comparisons: Readonly<Record<string, (value: number, asked: readonly number[]) => boolean>> = {
  eq: (value, [asked = NaN]) => value === asked,
  lt: (value, [asked = NaN]) => value < asked,
  gt: (value, [asked = NaN]) => value > asked,
  le: (value, [asked = NaN]) => value <= asked,
  ge: (value, [asked = NaN]) => value >= asked,
  in: (value, asked) => asked.includes(value),
  between: (value, [from = NaN, to = NaN]) => value >= from && value <= to,
};

function matches(option: NodeConfigurationOption, filter: NodeConfigurationOptionsFilter): boolean {
  const { Name, Operator = 'eq', Values = [] } = filter;
  if (Name === 'NodeType' || Name === 'Mode') {
    if (Name === 'NodeType' && Operator !== 'in')
      throw invalidValue('NodeType can only be filtered with the operator in');
    return Values.includes(option[Name] ?? '');
  }
  if (Name !== 'NumberOfNodes' && Name !== 'EstimatedDiskUtilizationPercent') {
    throw invalidValue(`Invalid value '${Name}' for the name of a filter`);
  }
  const compare = Object.hasOwn(comparisons, Operator) ? comparisons[Operator] : undefined;
  const numbers = Values.map(Number);
  if (!compare || numbers.length === 0 || numbers.some(Number.isNaN)) throw invalidValue(`Invalid filter of ${Name}`);
  return compare(option[Name] ?? NaN, numbers);
}
