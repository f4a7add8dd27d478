import type { DescribeClusterSnapshotsCommandInput } from '@aws-sdk/client-redshift';
import type { AwsQuery } from '../../fleet/backend.ts';
import type { SnapshotConditions } from '../../fleet/lists/conditions.ts';
import type { Source } from '../../snapshots/source.ts';
import { foldClusters } from './clusters.ts';

type Input = DescribeClusterSnapshotsCommandInput;
type Condition = keyof SnapshotConditions;
type Part = readonly [input: Input, ...pushed: Condition[]];

/** Names that are asked for one by one in every source; for more, a list of everything is mostly fewer calls. */
const maximumLookups = 5;

/**
 * The AWS queries of the conditions; `accounts` are those that may share with the source.
 * Amazon Redshift takes one name, one cluster or one owner in a call, so several become several queries.
 * A name and a cluster must not meet in one call.
 */
export function snapshotQueries(
  source: Source,
  conditions: SnapshotConditions,
  accounts: readonly string[],
): AwsQuery<SnapshotConditions>[] {
  // Amazon Redshift shares with accounts only.
  if (conditions.exposure === 'PUBLIC') return [];
  return ownerParts(source, conditions, accounts).flatMap((owner) => {
    const isOwn = owner[0].OwnerAccount === undefined;
    const parts = isOwn
      ? [owner, typePart(conditions), timePart(conditions), tagPart(conditions)]
      : [owner, timePart(conditions)];
    return nameParts(conditions, isOwn).map((name) => join([...parts, name]));
  });
}

function join(parts: readonly Part[]): AwsQuery<SnapshotConditions> {
  return {
    input: Object.assign({}, ...parts.map(([input]) => input)) as Input,
    pushed: new Set(parts.flatMap(([, ...pushed]) => pushed)),
  };
}

/**
 * Own snapshots are listed without an owner, those of another account by its id. AWS has no list of all that are
 * shared with an account, so without owners the other configured accounts are asked about.
 */
function ownerParts(source: Source, { types, ownerAccounts }: SnapshotConditions, accounts: readonly string[]): Part[] {
  const isOwnWanted = types?.some((type) => type !== 'SHARED' && type !== 'PUBLIC') ?? true;
  const isSharedWanted = types?.includes('SHARED') ?? true;
  const others = types?.includes('SHARED') ? accounts : [];
  return (ownerAccounts ?? [...new Set([source.account, ...others])]).flatMap((owner): Part[] => {
    if (owner === source.account) return isOwnWanted ? [[{}, 'ownerAccounts']] : [];
    return isSharedWanted ? [[{ OwnerAccount: owner }, 'ownerAccounts', 'types']] : [];
  });
}

function typePart({ types }: SnapshotConditions): Part {
  const isManual = types?.includes('MANUAL');
  const isAutomated = types?.includes('AUTOMATED');
  if (isManual && isAutomated) return [{}, 'types'];
  if (types === undefined || types.includes('UNKNOWN')) return [{}];
  return [{ SnapshotType: isManual ? 'manual' : 'automated' }, 'types'];
}

function timePart({ createdAfter, createdBefore }: SnapshotConditions): Part {
  return [
    { ...(createdAfter && { StartTime: createdAfter }), ...(createdBefore && { EndTime: createdBefore }) },
    'createdAfter',
    'createdBefore',
  ];
}

/** AWS means any key and any value; only a single key with at most its own values says the same in both. */
function tagPart({ tags }: SnapshotConditions): Part {
  const [tag] = tags ?? [];
  if (!tag) return [{}];
  const input = { TagKeys: [tag.key], ...(tag.values && { TagValues: [...tag.values] }) };
  return [input];
}

function nameParts({ identifiers, clusterIdentifiers, orphaned }: SnapshotConditions, isOwn: boolean): Part[] {
  if (identifiers && identifiers.length <= maximumLookups && areUnlike(identifiers)) {
    return identifiers.map((identifier) => [{ SnapshotIdentifier: identifier }, 'identifiers']);
  }
  const exists: Part = isOwn && orphaned !== undefined ? [{ ClusterExists: !orphaned }, 'orphaned'] : [{}];
  if (clusterIdentifiers && clusterIdentifiers.length <= maximumLookups) {
    return foldClusters(clusterIdentifiers).map((cluster) => [
      { ClusterIdentifier: cluster, ...exists[0] },
      'clusterIdentifiers',
      ...(exists.slice(1) as Condition[]),
    ]);
  }
  return [orphaned ? exists : [{}]];
}

/** Names that differ in case alone may be one snapshot: AWS does not say whether it minds the case. */
function areUnlike(names: readonly string[]): boolean {
  return new Set(names.map((name) => name.toLowerCase())).size === names.length;
}
