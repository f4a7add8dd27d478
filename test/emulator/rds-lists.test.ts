import {
  DescribeDBClustersCommand,
  DescribeDBClusterSnapshotsCommand,
  type DescribeDBClustersCommandInput,
  type DescribeDBClusterSnapshotsCommandInput,
  type DocDBClient,
} from '@aws-sdk/client-docdb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { home, refusal, startTestEmulator, type TestEmulator } from '../support/emulator.ts';

const here = { service: 'rds', account: home, region: 'us-east-1' } as const;
const other = '012345678901';
const theirs = (name: string) => `arn:aws:rds:us-east-1:${other}:cluster-snapshot:${name}`;

let emulator: TestEmulator;
let client: DocDBClient;

beforeAll(async () => {
  emulator = await startTestEmulator();
  client = emulator.docdb();
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
afterAll(() => emulator.close());

const list = async (input: DescribeDBClusterSnapshotsCommandInput = {}, from = client) =>
  (await from.send(new DescribeDBClusterSnapshotsCommand(input))).DBClusterSnapshots ?? [];
const names = async (input?: DescribeDBClusterSnapshotsCommandInput) =>
  (await list(input)).map(({ DBClusterSnapshotIdentifier }) => DBClusterSnapshotIdentifier);
const filter = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });

describe('listing snapshots', () => {
  it.each<[string, DescribeDBClusterSnapshotsCommandInput, string[]]>([
    ['the own of every engine and type', {}, ['graph-1', 'manual-1', 'open', 'orphan', 'rds:orders-1']],
    ['the automated', { SnapshotType: 'automated' }, ['rds:orders-1']],
    ['the manual', { SnapshotType: 'manual', IncludeShared: true }, ['graph-1', 'manual-1', 'open', 'orphan']],
    ['the shared, by ARN', { SnapshotType: 'shared' }, [theirs('both'), theirs('named')]],
    ['the public', { SnapshotType: 'public' }, [theirs('both'), theirs('public'), 'open']],
    [
      'the own and the shared',
      { IncludeShared: true },
      [theirs('both'), theirs('named'), 'graph-1', 'manual-1', 'open', 'orphan', 'rds:orders-1'],
    ],
    [
      'the own and the public',
      { IncludePublic: true },
      [theirs('both'), theirs('public'), 'graph-1', 'manual-1', 'open', 'orphan', 'rds:orders-1'],
    ],
    ['those of a cluster in any case', { DBClusterIdentifier: 'ORDERS' }, ['manual-1', 'open', 'rds:orders-1']],
    ['those of a cluster that is gone', { DBClusterIdentifier: 'gone' }, ['orphan']],
    ['one by name in any case', { DBClusterSnapshotIdentifier: 'Manual-1' }, ['manual-1']],
    [
      'an automated one by name and type',
      { DBClusterSnapshotIdentifier: 'rds:orders-1', SnapshotType: 'automated' },
      ['rds:orders-1'],
    ],
    ['a shared one by ARN', { DBClusterSnapshotIdentifier: theirs('named'), IncludeShared: true }, [theirs('named')]],
    ['those of an engine', filter('engine', 'neptune'), ['graph-1']],
    ['those of two clusters', filter('db-cluster-id', 'graph', 'gone'), ['graph-1', 'orphan']],
    ['those of a type', filter('snapshot-type', 'automated'), ['rds:orders-1']],
    ['those of some names', filter('db-cluster-snapshot-id', 'open', 'absent'), ['open']],
    ['nothing for a filter value in another case', filter('engine', 'DOCDB'), []],
  ])('gives %s', async (_, input, expected) => {
    expect(await names(input)).toEqual(expected);
  });

  it('types what others share as the receiver sees it', async () => {
    const types = async (input: DescribeDBClusterSnapshotsCommandInput) =>
      (await list(input)).map(({ SnapshotType }) => SnapshotType);
    expect(await types({ SnapshotType: 'shared' })).toEqual(['shared', 'shared']);
    expect(await types({ SnapshotType: 'public' })).toEqual(['public', 'public', 'manual']);
  });

  it.each([20, 37, 100])('pages by %i, each once, and a Marker outlives its snapshot', async (MaxRecords) => {
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
    ['an automated one without its type', { DBClusterSnapshotIdentifier: 'rds:orders-1' }, notFound()],
    ['a shared one unasked', { DBClusterSnapshotIdentifier: theirs('named') }, notFound()],
    ['one that is not shared', { DBClusterSnapshotIdentifier: theirs('secret'), IncludeShared: true }, notFound()],
    ['one that is not there', { DBClusterSnapshotIdentifier: 'absent' }, notFound()],
    ['an unknown type', { SnapshotType: 'awsbackup' }, 'InvalidParameterValue'],
    ['an unknown filter', filter('Engine', 'docdb'), 'InvalidParameterValue'],
    ['a filter without values', filter('engine'), 'InvalidParameterCombination'],
    ['a page of 19', { MaxRecords: 19 }, 'InvalidParameterValue'],
    ['a page of 19 by name', { DBClusterSnapshotIdentifier: 'manual-1', MaxRecords: 19 }, 'InvalidParameterValue'],
    ['a page of 101', { MaxRecords: 101 }, 'InvalidParameterValue'],
    ['a Marker of its own making', { Marker: 'next' }, 'InvalidParameterValue'],
  ])('refuses %s', async (_, input, code) => {
    expect(await refusal(list(input))).toMatchObject({ code });
  });
});

describe('listing clusters', () => {
  const clusters = async (input: DescribeDBClustersCommandInput = {}, from = client) =>
    (await from.send(new DescribeDBClustersCommand(input))).DBClusters ?? [];

  it('mixes the engines unless one is asked for', async () => {
    expect((await clusters()).map(({ Engine }) => Engine)).toEqual(['neptune', 'docdb']);
    expect(await clusters(filter('engine', 'docdb'))).toHaveLength(1);
  });

  it('looks up many by name and ARN, and leaves out what is not there', async () => {
    const arn = `arn:aws:rds:us-east-1:${home}:cluster:graph`;
    const found = await clusters(filter('db-cluster-id', 'orders', arn, 'absent'));
    expect(found.map(({ DBClusterIdentifier }) => DBClusterIdentifier)).toEqual(['graph', 'orders']);
  });

  it('pages', async () => {
    const europe = emulator.docdb({ region: 'eu-west-1' });
    const first = await europe.send(new DescribeDBClustersCommand({ MaxRecords: 20 }));
    const second = await europe.send(new DescribeDBClustersCommand({ MaxRecords: 100, Marker: first.Marker }));
    expect([first.DBClusters?.length, second.DBClusters?.length, second.Marker]).toEqual([20, 25, undefined]);
  });

  it.each<[string, DescribeDBClustersCommandInput, string]>([
    ['a cluster that is not there', { DBClusterIdentifier: 'absent' }, 'DBClusterNotFoundFault'],
    [
      'more than 100 names',
      filter('db-cluster-id', ...Array.from({ length: 101 }, (_, index) => `c${index}`)),
      'InvalidParameterCombination',
    ],
    ['an unknown filter', filter('name', 'orders'), 'InvalidParameterValue'],
    ['a page of 19 by name', { DBClusterIdentifier: 'orders', MaxRecords: 19 }, 'InvalidParameterValue'],
  ])('refuses %s', async (_, input, code) => {
    expect(await refusal(clusters(input))).toMatchObject({ code });
  });
});

function notFound(): string {
  return 'DBClusterSnapshotNotFoundFault';
}
