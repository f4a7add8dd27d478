import type { DBClusterSnapshotMessage, DescribeDBClusterSnapshotsMessage } from '@aws-sdk/client-rds';

import { invalidCombination, invalidValue } from '../../fault.ts';
import { readPage, snapshotPages } from '../../paging.ts';
import type { Call } from '../../service.ts';
import { compareKeys, type Entry } from '../../world/sorted.ts';
import { clusterArn } from '../arns.ts';
import { filterTest, type FilterFields } from '../filters.ts';
import { identifierSeen, readSnapshot, type Relation } from '../readings.ts';
import { isListed, requireCluster, snapshotNotFound } from '../store.ts';
import type { StoredSnapshot } from '../stored.ts';

/** A snapshot and why the caller sees it. */
interface Seen {
  readonly snapshot: StoredSnapshot;
  readonly relation: Relation;
}

/**
 * Lists cluster snapshots of every engine: the caller's own and, if requested, shared and public snapshots.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DescribeDBClusterSnapshots.html
 */
export function describeDBClusterSnapshots(
  input: DescribeDBClusterSnapshotsMessage,
  call: Call,
): DBClusterSnapshotMessage {
  checkInput(input, call);
  const relations = relationsAsked(input);
  const matches = matcher(input, call);
  const identifier = input.DBClusterSnapshotIdentifier?.toLowerCase();
  const rules = snapshotPages(call.assumptions);
  const read = ({ snapshot, relation }: Seen) => readSnapshot(snapshot, call, relation);
  if (identifier !== undefined) {
    const found = lookUp(identifier, relations, call).filter(matches);
    if (found.length === 0) throw snapshotNotFound(input.DBClusterSnapshotIdentifier);
    const { items, marker } = readPage(
      found.map((item) => ({ key: [identifier], item })),
      input,
      () => true,
      rules,
    );
    return { DBClusterSnapshots: items.map(read), Marker: marker };
  }
  const own = call.here.rds.snapshots.inOrder();
  if (!relations.includes('shared') && !relations.includes('public')) {
    const { items, marker } = readPage(own, input, (snapshot) => matches({ snapshot, relation: 'own' }), rules);
    return { DBClusterSnapshots: items.map((snapshot) => readSnapshot(snapshot, call)), Marker: marker };
  }
  const { items, marker } = readPage(visibleTo(relations, call), input, matches, rules);
  return { DBClusterSnapshots: items.map(read), Marker: marker };
}

/** Returns why an account sees another account's snapshot: `shared` takes precedence over `public`. */
export function relationTo(
  { RestoreAccounts }: StoredSnapshot,
  account: string,
  asked: readonly Relation[] = ['shared', 'public'],
): Relation | undefined {
  if (asked.includes('shared') && RestoreAccounts.includes(account)) return 'shared';
  return asked.includes('public') && RestoreAccounts.includes('all') ? 'public' : undefined;
}

function checkInput(input: DescribeDBClusterSnapshotsMessage, { here, now, assumptions }: Call): void {
  const { DBClusterIdentifier, DBClusterSnapshotIdentifier, SnapshotType } = input;
  if (DBClusterIdentifier !== undefined && DBClusterSnapshotIdentifier !== undefined) {
    throw invalidCombination('DBClusterIdentifier and DBClusterSnapshotIdentifier cannot be specified together.');
  }
  if (SnapshotType !== undefined && !['automated', 'manual', 'shared', 'public'].includes(SnapshotType)) {
    throw invalidValue(`Invalid snapshot type: ${SnapshotType}`);
  }
  if (assumptions.rdsRefusesGoneClusters && DBClusterIdentifier !== undefined) {
    requireCluster(here, DBClusterIdentifier, now);
  }
}

/** Returns the relations to list. IncludeShared and IncludePublic have no effect if SnapshotType is set. */
function relationsAsked({ SnapshotType, IncludeShared, IncludePublic }: DescribeDBClusterSnapshotsMessage): Relation[] {
  if (SnapshotType === 'shared') return ['shared'];
  // The list of public snapshots includes the account's own.
  if (SnapshotType === 'public') return ['own', 'public'];
  if (SnapshotType !== undefined) return ['own'];
  return ['own', ...(IncludeShared ? (['shared'] as const) : []), ...(IncludePublic ? (['public'] as const) : [])];
}

function matcher(input: DescribeDBClusterSnapshotsMessage, call: Call): (seen: Seen) => boolean {
  const { SnapshotType, DBClusterSnapshotIdentifier, Filters = [] } = input;
  const cluster = input.DBClusterIdentifier?.toLowerCase();
  const resource = input.DbClusterResourceId;
  const honored = Filters.filter(({ Name }) => Name !== 'engine' || call.assumptions.rdsFiltersSnapshotsByEngine);
  const isFiltered = filterTest(honored, filterFields(call));
  return (seen) => {
    const { snapshot, relation } = seen;
    if (!isListed(snapshot, call.now)) return false;
    if (cluster !== undefined && snapshot.DBClusterIdentifier !== cluster) return false;
    if (resource !== undefined && snapshot.DbClusterResourceId !== resource) return false;
    if (relation === 'own' && !hasType(snapshot, SnapshotType, DBClusterSnapshotIdentifier !== undefined)) return false;
    return isFiltered(seen);
  };
}

function hasType({ SnapshotType, RestoreAccounts }: StoredSnapshot, asked: string | undefined, isNamed: boolean) {
  if (asked === 'public') return RestoreAccounts.includes('all');
  // AWS finds an automated snapshot by name only if SnapshotType is given too.
  if (asked === undefined) return !isNamed || SnapshotType !== 'automated';
  return SnapshotType === asked;
}

function filterFields({ here }: Call): FilterFields<Seen> {
  return {
    'db-cluster-id': ({ snapshot: { DBClusterIdentifier: id } }) => [id, clusterArn(here, id)],
    'db-cluster-snapshot-id': ({ snapshot, relation }) => [identifierSeen(snapshot, relation)],
    'snapshot-type': ({ snapshot, relation }) => [relation === 'own' ? snapshot.SnapshotType : relation],
    engine: ({ snapshot }) => [snapshot.Engine],
  };
}

function lookUp(identifier: string, relations: readonly Relation[], call: Call): Seen[] {
  const own = call.here.rds.snapshots.get(identifier);
  if (own) return relations.includes('own') ? [{ snapshot: own, relation: 'own' }] : [];
  return visibleTo(relations, call).flatMap(({ item }) =>
    item.snapshot.DBClusterSnapshotArn === identifier ? [item] : [],
  );
}

function visibleTo(relations: readonly Relation[], { account, region, here, world }: Call): readonly Entry<Seen>[] {
  const seen: Entry<Seen>[] = relations.includes('own')
    ? here.rds.snapshots.inOrder().map(({ key, item }) => ({ key, item: { snapshot: item, relation: 'own' } }))
    : [];
  for (const place of world.regions()) {
    if (place.region !== region || place.account === account) continue;
    for (const snapshot of place.rds.snapshots.values()) {
      const relation = relationTo(snapshot, account, relations);
      if (relation) seen.push({ key: [snapshot.DBClusterSnapshotArn], item: { snapshot, relation } });
    }
  }
  return seen.sort((left, right) => compareKeys(left.key, right.key));
}
