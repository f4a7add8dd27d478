import {
  DescribeDBClustersCommand,
  DescribeDBClusterSnapshotsCommand,
  type DescribeDBClustersCommandInput,
  type DescribeDBClusterSnapshotsCommandInput,
} from '@aws-sdk/client-docdb';
import { beforeAll, describe, expect, it } from 'vitest';

import { home, refusal, useEmulator } from '../support/emulator.ts';

const here = { service: 'rds', account: home, region: 'us-east-1' } as const;
const other = '012345678901';
const theirs = (name: string) => `arn:aws:rds:us-east-1:${other}:cluster-snapshot:${name}`;

const emulator = await useEmulator();
const client = emulator.docdb();
beforeAll(async () => {
  await emulator.load({
    clusters: [
      { ...here, DBClusterIdentifier: 'orders' },
      { ...here, DBClusterIdentifier: 'graph', Engine: 'neptune' },
      ...Array.from({ length: 45 }, (_, index) => ({ ...here, region: 'eu-west-1', DBClusterIdentifier: `c${index}` })),
    ],
    snapshots: [
      { ...here, DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'manual-1' },
      { ...here, DBClusterIdentifier: 'gone', DBClusterSnapshotIdentifier: 'orphan' },
      { ...here, DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'rds:orders-1' },
      { ...here, DBClusterIdentifier: 'graph', DBClusterSnapshotIdentifier: 'graph-1' },
      { ...here, DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'open', RestoreAccounts: ['all'] },
      ...[
        { DBClusterSnapshotIdentifier: 'named', RestoreAccounts: [home] },
        { DBClusterSnapshotIdentifier: 'both', RestoreAccounts: ['all', home] },
        { DBClusterSnapshotIdentifier: 'public', RestoreAccounts: ['all'] },
        { DBClusterSnapshotIdentifier: 'secret' },
      ].map((members) => ({ ...here, account: other, DBClusterIdentifier: 'theirs', ...members })),
      ...Array.from({ length: 250 }, (_, index) => ({
        ...here,
        region: 'eu-west-1',
        DBClusterIdentifier: 'c1',
        DBClusterSnapshotIdentifier: `s${index}`,
        Engine: index % 5 === 0 ? 'neptune' : 'docdb',
      })),
    ],
  });
});

const list = async (input: DescribeDBClusterSnapshotsCommandInput = {}, from = client) =>
  (await from.send(new DescribeDBClusterSnapshotsCommand(input))).DBClusterSnapshots ?? [];
const names = async (input?: DescribeDBClusterSnapshotsCommandInput) =>
  (await list(input)).map(({ DBClusterSnapshotIdentifier }) => DBClusterSnapshotIdentifier);
const filter = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });

describe('listing snapshots', () => {
  it.each<[string, DescribeDBClusterSnapshotsCommandInput, string[]]>([
    ['own snapshots of every engine and type', {}, ['graph-1', 'manual-1', 'open', 'orphan', 'rds:orders-1']],
    ['automated snapshots', { SnapshotType: 'automated' }, ['rds:orders-1']],
    ['manual snapshots', { SnapshotType: 'manual', IncludeShared: true }, ['graph-1', 'manual-1', 'open', 'orphan']],
    ['shared snapshots, by ARN', { SnapshotType: 'shared' }, [theirs('both'), theirs('named')]],
    ['public snapshots', { SnapshotType: 'public' }, [theirs('both'), theirs('public'), 'open']],
    [
      'own and shared snapshots',
      { IncludeShared: true },
      [theirs('both'), theirs('named'), 'graph-1', 'manual-1', 'open', 'orphan', 'rds:orders-1'],
    ],
    [
      'own and public snapshots',
      { IncludePublic: true },
      [theirs('both'), theirs('public'), 'graph-1', 'manual-1', 'open', 'orphan', 'rds:orders-1'],
    ],
    ['the snapshots of a cluster in any case', { DBClusterIdentifier: 'ORDERS' }, ['manual-1', 'open', 'rds:orders-1']],
    ['the snapshots of a deleted cluster', { DBClusterIdentifier: 'gone' }, ['orphan']],
    ['a snapshot by name in any case', { DBClusterSnapshotIdentifier: 'Manual-1' }, ['manual-1']],
    [
      'an automated snapshot by name and type',
      { DBClusterSnapshotIdentifier: 'rds:orders-1', SnapshotType: 'automated' },
      ['rds:orders-1'],
    ],
    [
      'a shared snapshot by ARN',
      { DBClusterSnapshotIdentifier: theirs('named'), IncludeShared: true },
      [theirs('named')],
    ],
    ['the snapshots of an engine', filter('engine', 'neptune'), ['graph-1']],
    ['the snapshots of two clusters', filter('db-cluster-id', 'graph', 'gone'), ['graph-1', 'orphan']],
    ['the snapshots of a type', filter('snapshot-type', 'automated'), ['rds:orders-1']],
    ['snapshots by name', filter('db-cluster-snapshot-id', 'open', 'absent'), ['open']],
    ['nothing for a filter value in another case', filter('engine', 'DOCDB'), []],
  ])('returns %s', async (_, input, expected) => {
    expect(await names(input)).toEqual(expected);
  });

  it('returns shared and public as the type of the snapshots of other accounts', async () => {
    const types = async (input: DescribeDBClusterSnapshotsCommandInput) =>
      (await list(input)).map(({ SnapshotType }) => SnapshotType);
    expect(await types({ SnapshotType: 'shared' })).toEqual(['shared', 'shared']);
    expect(await types({ SnapshotType: 'public' })).toEqual(['public', 'public', 'manual']);
  });

  it.each([20, 37, 100])('returns every snapshot once with a page size of %i', async (MaxRecords) => {
    const europe = emulator.docdb({ region: 'eu-west-1' });
    const seen: (string | undefined)[] = [];
    let calls = 0;
    let Marker: string | undefined;
    do {
      const page = await europe.send(
        new DescribeDBClusterSnapshotsCommand({ ...filter('engine', 'docdb'), MaxRecords, Marker }),
      );
      seen.push(
        ...(page.DBClusterSnapshots ?? []).map(({ DBClusterSnapshotIdentifier }) => DBClusterSnapshotIdentifier),
      );
      Marker = page.Marker;
      calls += 1;
    } while (Marker);
    expect([seen.length, new Set(seen).size, calls]).toEqual([200, 200, Math.ceil(200 / MaxRecords)]);
  });

  it.each<[string, DescribeDBClusterSnapshotsCommandInput, string]>([
    [
      'a cluster and a snapshot together',
      { DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'manual-1' },
      'InvalidParameterCombination',
    ],
    ['an automated snapshot without its type', { DBClusterSnapshotIdentifier: 'rds:orders-1' }, notFound()],
    ['a shared snapshot without IncludeShared', { DBClusterSnapshotIdentifier: theirs('named') }, notFound()],
    [
      'a snapshot that is not shared',
      { DBClusterSnapshotIdentifier: theirs('secret'), IncludeShared: true },
      notFound(),
    ],
    ['a missing snapshot', { DBClusterSnapshotIdentifier: 'absent' }, notFound()],
    ['an unknown type', { SnapshotType: 'awsbackup' }, 'InvalidParameterValue'],
    ['an unknown filter', filter('Engine', 'docdb'), 'InvalidParameterValue'],
    ['a filter without values', filter('engine'), 'InvalidParameterCombination'],
    ['a page of 19', { MaxRecords: 19 }, 'InvalidParameterValue'],
    ['a page of 19 by name', { DBClusterSnapshotIdentifier: 'manual-1', MaxRecords: 19 }, 'InvalidParameterValue'],
    ['a page of 101', { MaxRecords: 101 }, 'InvalidParameterValue'],
    ['an invalid Marker', { Marker: 'next' }, 'InvalidParameterValue'],
  ])('rejects %s', async (_, input, code) => {
    expect(await refusal(list(input))).toMatchObject({ code });
  });
});

describe('listing clusters', () => {
  const clusters = async (input: DescribeDBClustersCommandInput = {}, from = client) =>
    (await from.send(new DescribeDBClustersCommand(input))).DBClusters ?? [];

  it('returns every engine unless an engine filter is given', async () => {
    expect((await clusters()).map(({ Engine }) => Engine)).toEqual(['neptune', 'docdb']);
    expect(await clusters(filter('engine', 'docdb'))).toHaveLength(1);
  });

  it('finds several clusters by name and ARN, and omits missing clusters', async () => {
    const arn = `arn:aws:rds:us-east-1:${home}:cluster:graph`;
    const found = await clusters(filter('db-cluster-id', 'orders', arn, 'absent'));
    expect(found.map(({ DBClusterIdentifier }) => DBClusterIdentifier)).toEqual(['graph', 'orders']);
  });

  it('returns the next page for a Marker, with another page size', async () => {
    const europe = emulator.docdb({ region: 'eu-west-1' });
    const first = await europe.send(new DescribeDBClustersCommand({ MaxRecords: 20 }));
    const second = await europe.send(new DescribeDBClustersCommand({ MaxRecords: 100, Marker: first.Marker }));
    expect([first.DBClusters?.length, second.DBClusters?.length, second.Marker]).toEqual([20, 25, undefined]);
  });

  it.each<[string, DescribeDBClustersCommandInput, string]>([
    ['a missing cluster', { DBClusterIdentifier: 'absent' }, 'DBClusterNotFoundFault'],
    [
      'more than 100 names',
      filter('db-cluster-id', ...Array.from({ length: 101 }, (_, index) => `c${index}`)),
      'InvalidParameterCombination',
    ],
    ['an unknown filter', filter('name', 'orders'), 'InvalidParameterValue'],
    ['a page of 19 by name', { DBClusterIdentifier: 'orders', MaxRecords: 19 }, 'InvalidParameterValue'],
  ])('rejects %s', async (_, input, code) => {
    expect(await refusal(clusters(input))).toMatchObject({ code });
  });
});

function notFound(): string {
  return 'DBClusterSnapshotNotFoundFault';
}
