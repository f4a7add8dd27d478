import type { GraphQLEnumType, GraphQLInputObjectType } from 'graphql';
import { schema } from '../../src/schema.ts';

/** A value of each condition of a filter; a new condition needs an entry. */
const values: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  SnapshotFilter: {
    services: '[REDSHIFT, DOCUMENTDB]',
    accounts: '["ACCOUNT"]',
    regions: '["us-east-1"]',
    clusterIdentifiers: '["plain", "hidden"]',
    identifiers: '["plain-1", "hidden-1"]',
    search: '"-"',
    types: '[MANUAL, AUTOMATED]',
    statuses: '[AVAILABLE]',
    createdAfter: '"2000-01-01T00:00:00Z"',
    createdBefore: '"2999-01-01T00:00:00Z"',
    olderThanDays: '0',
    youngerThanDays: '1000000',
    ownerAccounts: '["ACCOUNT"]',
    tags: '[{ key: "team" }]',
    untagged: 'false',
    encrypted: 'false',
    orphaned: 'true',
    exposure: 'PRIVATE',
    sharedWith: '["999999999999"]',
    sharedOutside: '["999999999999"]',
    copies: 'false',
    minimumMegabytes: '0',
    kmsKeyIds: '["alias/aws/redshift", "alias/aws/rds"]',
    keptForever: 'true',
    expiringWithinDays: '0',
  },
  ClusterFilter: {
    services: '[REDSHIFT, DOCUMENTDB]',
    accounts: '["ACCOUNT"]',
    regions: '["us-east-1"]',
    identifiers: '["plain", "hidden"]',
    withoutSnapshotSince: '"2000-01-01T00:00:00Z"',
    withoutSnapshotForHours: '1',
    gapWithinDays: '1',
    timeZone: '"UTC", gapWithinDays: 2',
  },
};

/** Returns a filter for each condition that a filter of this type has, such as `filter: { copies: false }`. */
export function filtersOf(type: 'SnapshotFilter' | 'ClusterFilter', account: string): string[] {
  const names = Object.keys((schema.getType(type) as GraphQLInputObjectType).getFields());
  const own = values[type]!;
  const missing = names.filter((name) => own[name] === undefined);
  if (missing.length > 0)
    throw new Error(`${type} needs values of ${missing.join(', ')} in test/support/conditions.ts.`);
  return names.map((name) => `filter: { ${name}: ${own[name]!.replace('ACCOUNT', account)} }`);
}

/** Returns every order of a field, such as `orderBy: { field: SIZE, direction: DESC }`. */
export function ordersOf(type: 'SnapshotOrder' | 'ClusterOrder' | 'SnapshotGroupOrder'): string[] {
  const fields = schema.getType(`${type}Field`) as GraphQLEnumType;
  return fields.getValues().map(({ name }) => `orderBy: { field: ${name}, direction: DESC }`);
}
