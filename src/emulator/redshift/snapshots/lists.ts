import type { DescribeClusterSnapshotsMessage, SnapshotMessage, SnapshotSortingEntity } from '@aws-sdk/client-redshift';

import type { Assumptions } from '../../world/assumptions.ts';
import { invalidCombination, invalidValue } from '../../fault.ts';
import { readPage, snapshotPages } from '../../paging.ts';
import type { Call } from '../../service.ts';
import { createSorted, type Key, type Order, type Sorted } from '../../world/sorted.ts';
import { createTimeOf, readSnapshot } from '../readings.ts';
import { checkAccount, hasTags } from '../rules.ts';
import { findCluster, foldIdentifier, isListed, parseArn, requireCluster, snapshotNotFound } from '../store.ts';
import type { StoredSnapshot } from '../stored.ts';

/**
 * Lists the caller's own snapshots, or the snapshots that `OwnerAccount` shares with the caller.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusterSnapshots.html
 */
export function describeClusterSnapshots(input: DescribeClusterSnapshotsMessage, call: Call): SnapshotMessage {
  checkCombinations(input, call);
  const asked = readAsked(input, call);
  checkAccount(asked.owner, 'OwnerAccount');
  const order = listOrder(input.SortingEntities ?? [], call);
  const entries =
    asked.identifier === undefined
      ? candidates(asked.owner, call).inOrder(order)
      : [{ key: [asked.identifier], item: requireOfType(input.SnapshotType, requireVisible(asked, call), call) }];
  const { items, marker } = readPage(entries, input, matcher(input, call), {
    ...order,
    ...snapshotPages(call.assumptions),
  });
  return { Snapshots: items.map((snapshot) => readSnapshot(snapshot, call)), Marker: marker };
}

function checkCombinations(input: DescribeClusterSnapshotsMessage, call: Call): void {
  const { ClusterIdentifier, SnapshotIdentifier, SnapshotType, ClusterExists } = input;
  if (ClusterIdentifier !== undefined && SnapshotIdentifier !== undefined) {
    throw invalidCombination('ClusterIdentifier and SnapshotIdentifier cannot be specified together.');
  }
  if (SnapshotType !== undefined && SnapshotType !== 'automated' && SnapshotType !== 'manual') {
    throw invalidValue(`Invalid value '${SnapshotType}' for SnapshotType. Must be automated or manual`);
  }
  if (ClusterExists === true) {
    if (ClusterIdentifier === undefined) {
      throw invalidCombination('ClusterIdentifier is required when ClusterExists is true.');
    }
    requireCluster(call.here, ClusterIdentifier, call.now);
  }
}

/** The snapshots that SnapshotIdentifier, SnapshotArn and OwnerAccount select together. */
interface Asked {
  readonly owner: string;
  readonly cluster?: string;
  readonly identifier: string | undefined;
}

function readAsked(
  { SnapshotArn, SnapshotIdentifier, OwnerAccount }: DescribeClusterSnapshotsMessage,
  { account, region, assumptions }: Call,
): Asked {
  const named = SnapshotIdentifier === undefined ? undefined : foldIdentifier(SnapshotIdentifier, assumptions);
  if (SnapshotArn === undefined) return { owner: OwnerAccount ?? account, identifier: named };
  const parts = parseSnapshotArn(SnapshotArn, assumptions);
  const { identifier } = parts;
  if (parts.region !== region) throw snapshotNotFound(SnapshotArn);
  if ((named ?? identifier) !== identifier || (OwnerAccount ?? parts.account) !== parts.account) {
    throw invalidCombination('SnapshotArn does not match SnapshotIdentifier and OwnerAccount.');
  }
  return { owner: parts.account, cluster: parts.cluster, identifier };
}

/**
 * Returns the parts of a snapshot ARN, with the identifier as it is stored. Throws InvalidParameterValue.
 * Names of automated snapshots contain a colon.
 */
export function parseSnapshotArn(
  arn: string,
  assumptions: Assumptions,
): {
  readonly region: string;
  readonly account: string;
  readonly cluster: string;
  readonly identifier: string;
} {
  const { region, account, kind, name } = parseArn(arn, 'SnapshotArn');
  const [, cluster, identifier] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
  if (kind !== 'snapshot' || !cluster || !identifier) throw invalidValue(`Invalid ARN '${arn}' for SnapshotArn`);
  return { region, account, cluster, identifier: foldIdentifier(identifier, assumptions) };
}

function matcher(input: DescribeClusterSnapshotsMessage, call: Call): (snapshot: StoredSnapshot) => boolean {
  const { ClusterIdentifier, SnapshotType, StartTime, EndTime, ClusterExists, TagKeys, TagValues } = input;
  const isTagged = (TagKeys ?? []).length > 0 || (TagValues ?? []).length > 0;
  return (snapshot) =>
    (ClusterIdentifier === undefined || snapshot.ClusterIdentifier === ClusterIdentifier) &&
    (SnapshotType === undefined || snapshot.SnapshotType === SnapshotType) &&
    (StartTime === undefined || createTimeOf(snapshot, call.now) >= StartTime) &&
    (EndTime === undefined || createTimeOf(snapshot, call.now) <= EndTime) &&
    (ClusterExists !== false || !findCluster(call.here, snapshot.ClusterIdentifier, call.now)) &&
    // With a tag filter, AWS lists only the caller's own snapshots.
    (!isTagged || (snapshot.OwnerAccount === call.account && hasTags(snapshot.Tags ?? [], input))) &&
    isVisible(snapshot, call);
}

function requireVisible({ owner, cluster, identifier = '' }: Asked, call: Call): StoredSnapshot {
  const snapshot = call.world.region(owner, call.region).redshift.snapshots.get(identifier);
  const isMeant = snapshot && (cluster ?? snapshot.ClusterIdentifier) === snapshot.ClusterIdentifier;
  if (isMeant && isVisible(snapshot, call)) return snapshot;
  throw snapshotNotFound(identifier);
}

function requireOfType(type: string | undefined, snapshot: StoredSnapshot, { assumptions }: Call): StoredSnapshot {
  const { SnapshotType, SnapshotIdentifier } = snapshot;
  if (!assumptions.redshiftRefusesOtherTypes || (type ?? SnapshotType) === SnapshotType) return snapshot;
  throw snapshotNotFound(SnapshotIdentifier);
}

function isVisible(snapshot: StoredSnapshot, { account, now }: Call): boolean {
  const shares = snapshot.AccountsWithRestoreAccess ?? [];
  return (
    isListed(snapshot, now) &&
    (snapshot.OwnerAccount === account || shares.some(({ AccountId }) => AccountId === account))
  );
}

function candidates(owner: string, { account, region, world, assumptions }: Call): Sorted<StoredSnapshot> {
  const own = world.region(owner, region).redshift.snapshots;
  if (owner !== account || !assumptions.redshiftListsSharedUnasked) return own;
  const all = createSorted<StoredSnapshot>(
    ({ SnapshotIdentifier, OwnerAccount }) => `${SnapshotIdentifier} ${OwnerAccount}`,
  );
  for (const place of [...world.regions()].filter((other) => other.region === region)) {
    for (const snapshot of place.redshift.snapshots.values()) all.put(snapshot);
  }
  return all;
}

const attributes: Readonly<Record<string, (snapshot: StoredSnapshot) => string | number>> = {
  SOURCE_TYPE: ({ SnapshotType }) => SnapshotType,
  TOTAL_SIZE: ({ TotalBackupSizeInMegaBytes = 0 }) => TotalBackupSizeInMegaBytes,
  CREATE_TIME: orderTime,
};

/** The observed order of a list without SortingEntities. */
const newestFirst: Order<StoredSnapshot> = {
  name: 'newest first',
  descending: [true],
  keyOf: (snapshot) => [orderTime(snapshot), ...identity(snapshot)],
};

/** The keys of an order never change, so that a Marker stays valid when a SnapshotCreateTime moves. */
function listOrder(
  entities: readonly SnapshotSortingEntity[],
  { assumptions }: Call,
): Order<StoredSnapshot> | undefined {
  if (entities.length === 0) return assumptions.redshiftListsNewestFirst ? newestFirst : undefined;
  const columns = entities.map(({ Attribute = '', SortOrder = 'ASC' }) => {
    const value = Object.hasOwn(attributes, Attribute) ? attributes[Attribute] : undefined;
    if (!value) throw invalidValue(`Invalid value '${Attribute}' for Attribute`);
    if (!['ASC', 'DESC'].includes(SortOrder)) throw invalidValue(`Invalid value '${SortOrder}' for SortOrder`);
    return { name: `${Attribute} ${SortOrder}`, value, isDescending: SortOrder === 'DESC' };
  });
  return {
    name: columns.map(({ name }) => name).join(', '),
    descending: columns.map(({ isDescending }) => isDescending),
    keyOf: (snapshot): Key => [...columns.map(({ value }) => value(snapshot)), ...identity(snapshot)],
  };
}

/** Returns when a snapshot was created, as lists show it once the snapshot is available. */
function orderTime({ settledCreateTime, SnapshotCreateTime }: StoredSnapshot): number {
  return settledCreateTime ?? SnapshotCreateTime.getTime();
}

/** Different accounts can have snapshots with the same name. */
function identity({ SnapshotIdentifier, OwnerAccount }: StoredSnapshot): Key {
  return [SnapshotIdentifier, OwnerAccount];
}
