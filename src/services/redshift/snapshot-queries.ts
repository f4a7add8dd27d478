import type { DescribeClusterSnapshotsCommandInput } from '@aws-sdk/client-redshift';
import { NotSupportedError } from '../../errors.ts';
import type { AwsQuery } from '../../fleet/backend.ts';
import type { SnapshotConditions } from '../../fleet/lists/conditions.ts';
import type { Source } from '../../snapshots/source.ts';
import { foldClusters } from './clusters.ts';

type Input = DescribeClusterSnapshotsCommandInput;
type Condition = keyof SnapshotConditions;
type Part = readonly [input: Input, ...pushed: Condition[]];

/** The maximum number of names to look up one by one per source; for more, listing all usually takes fewer calls. */
const maximumLookups = 5;

/**
 * Returns the AWS queries for the conditions; `accounts` are the accounts that may share with the source.
 * Amazon Redshift accepts one name, one cluster and one owner per call, so several values become several queries.
 * A name and a cluster cannot be combined in one call.
 */
export function snapshotQueries(
  source: Source,
  conditions: SnapshotConditions,
  accounts: readonly string[],
): AwsQuery<SnapshotConditions>[] {
  // Amazon Redshift has no public snapshots.
  if (conditions.exposure === 'PUBLIC') return [];
  return ownerParts(source, conditions, accounts).flatMap((owner) => {
    const isOwn = owner[0].OwnerAccount === undefined;
    const parts = isOwn
      ? [owner, typePart(conditions), timePart(conditions), tagPart(conditions)]
      : [owner, timePart(conditions)];
    return nameParts(conditions).map((name) => join([...parts, name]));
  });
}

/**
 * Returns an error if snapshots of other accounts are requested without their owners: AWS lists the snapshots that one
 * account shares, and cannot list all shared snapshots.
 */
export function unseenShares({ types, ownerAccounts }: SnapshotConditions): NotSupportedError | undefined {
  if (ownerAccounts !== undefined || !types?.some((type) => type === 'SHARED' || type === 'PUBLIC')) return undefined;
  return new NotSupportedError(
    'Amazon Redshift lists shared snapshots only by their owner, so snapshots that accounts outside the configuration share are missing. Set filter.ownerAccounts to the owners whose snapshots to list.',
  );
}

function join(parts: readonly Part[]): AwsQuery<SnapshotConditions> {
  return {
    input: Object.assign({}, ...parts.map(([input]) => input)) as Input,
    pushed: new Set(parts.flatMap(([, ...pushed]) => pushed)),
  };
}

/**
 * Own snapshots are listed without an owner, snapshots of another account by its id. AWS cannot list all snapshots that
 * are shared with an account, so without `ownerAccounts`, one list is read per other configured account.
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

/** A time of creation and an age exclude each other. */
function timePart({ createdAfter, createdBefore, createdOn }: SnapshotConditions): Part {
  const [StartTime, EndTime] = [createdAfter ?? createdOn?.from, createdBefore ?? createdOn?.until];
  return [
    { ...(StartTime && { StartTime }), ...(EndTime && { EndTime }) },
    'createdAfter',
    'createdBefore',
    'createdOn',
  ];
}

/** AWS matches any of the keys and any of the values; this API means the same only for a single key and its values. */
function tagPart({ tags }: SnapshotConditions): Part {
  const [tag] = tags ?? [];
  if (!tag) return [{}];
  const input = { TagKeys: [tag.key], ...(tag.values && { TagValues: [...tag.values] }) };
  return [input];
}

function nameParts({ identifiers, clusterIdentifiers }: SnapshotConditions): Part[] {
  if (identifiers && identifiers.length <= maximumLookups && areUnlike(identifiers)) {
    return identifiers.map((identifier) => [{ SnapshotIdentifier: identifier }, 'identifiers']);
  }
  if (clusterIdentifiers && clusterIdentifiers.length <= maximumLookups) {
    return foldClusters(clusterIdentifiers).map((cluster) => [{ ClusterIdentifier: cluster }, 'clusterIdentifiers']);
  }
  return [[{}]];
}

/** Names that differ only in case are the same name, so that their lists can have the same snapshots. */
function areUnlike(names: readonly string[]): boolean {
  return new Set(names.map((name) => name.toLowerCase())).size === names.length;
}
