import { DescribeClusterSnapshotsCommand, type DescribeClusterSnapshotsCommandInput } from '@aws-sdk/client-redshift';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { home, refusal, startTestEmulator, useEmulator, type Caller } from '../support/emulator.ts';
import { runs } from '../support/runs.ts';

const region = 'us-east-1';
const other = '012345678901';
const here = { service: 'redshift', account: home, region } as const;
const tagged = (Key: string, Value: string) => ({ Tags: [{ Key, Value }] });

const emulator = await useEmulator();

async function list(input: DescribeClusterSnapshotsCommandInput = {}, caller: Caller = {}): Promise<string[]> {
  const { Snapshots = [] } = await emulator.redshift(caller).send(new DescribeClusterSnapshotsCommand(input));
  return Snapshots.map(({ SnapshotIdentifier = '' }) => SnapshotIdentifier);
}

describe('listing snapshots', () => {
  beforeAll(() =>
    emulator.load({
      now: '2026-06-01T12:00:00Z',
      frozen: true,
      clusters: [{ ...here, ClusterIdentifier: 'live' }],
      snapshots: [
        {
          ...here,
          ClusterIdentifier: 'live',
          SnapshotIdentifier: 'a-new',
          SnapshotCreateTime: '2026-05-01T00:00:00Z',
          TotalBackupSizeInMegaBytes: 300,
          ...tagged('team', 'sales'),
        },
        {
          ...here,
          ClusterIdentifier: 'live',
          SnapshotIdentifier: 'b-old',
          SnapshotCreateTime: '2026-01-01T00:00:00Z',
          TotalBackupSizeInMegaBytes: 100,
          ...tagged('team', 'audit'),
          AccountsWithRestoreAccess: [{ AccountId: other }],
        },
        {
          ...here,
          ClusterIdentifier: 'gone',
          SnapshotIdentifier: 'c-orphan',
          SnapshotCreateTime: '2026-03-01T00:00:00Z',
          TotalBackupSizeInMegaBytes: 200,
          ...tagged('stage', 'sales'),
        },
        {
          ...here,
          ClusterIdentifier: 'live',
          SnapshotIdentifier: 'rs:live-2026-05-31-00-00-00',
          SnapshotCreateTime: '2026-05-31T00:00:00Z',
          TotalBackupSizeInMegaBytes: 400,
        },
        { ...here, region: 'eu-west-1', ClusterIdentifier: 'live', SnapshotIdentifier: 'elsewhere' },
      ],
    }),
  );

  it.each<[string, DescribeClusterSnapshotsCommandInput, string[]]>([
    [
      "all of the caller's snapshots, the newest first",
      {},
      ['rs:live-2026-05-31-00-00-00', 'a-new', 'c-orphan', 'b-old'],
    ],
    ['a snapshot by name', { SnapshotIdentifier: 'b-old' }, ['b-old']],
    ['nothing for a name that a time excludes', { SnapshotIdentifier: 'b-old', StartTime: new Date('2100-01-01') }, []],
    [
      'a snapshot by an ARN with a colon in its name',
      { SnapshotArn: `arn:aws:redshift:${region}:${home}:snapshot:live/rs:live-2026-05-31-00-00-00` },
      ['rs:live-2026-05-31-00-00-00'],
    ],
    ['the snapshots of a cluster', { ClusterIdentifier: 'gone' }, ['c-orphan']],
    ['nothing for a cluster that never existed', { ClusterIdentifier: 'never' }, []],
    ['automated snapshots', { SnapshotType: 'automated' }, ['rs:live-2026-05-31-00-00-00']],
    [
      'snapshots from an inclusive start time',
      { StartTime: new Date('2026-05-01') },
      ['rs:live-2026-05-31-00-00-00', 'a-new'],
    ],
    ['snapshots up to an inclusive end time', { EndTime: new Date('2026-03-01') }, ['c-orphan', 'b-old']],
    ['orphaned snapshots', { ClusterExists: false }, ['c-orphan']],
    ['the orphaned snapshots of a deleted cluster', { ClusterExists: false, ClusterIdentifier: 'gone' }, ['c-orphan']],
    ['no orphaned snapshots of an existing cluster', { ClusterExists: false, ClusterIdentifier: 'live' }, []],
    [
      'the snapshots of a cluster that must exist',
      { ClusterExists: true, ClusterIdentifier: 'live', SnapshotType: 'manual' },
      ['a-new', 'b-old'],
    ],
    ['snapshots with any of several tag keys', { TagKeys: ['team', 'stage'] }, ['a-new', 'c-orphan', 'b-old']],
    ['snapshots with a tag value', { TagValues: ['sales'] }, ['a-new', 'c-orphan']],
    ['snapshots with a tag key and value', { TagKeys: ['team'], TagValues: ['sales'] }, ['a-new']],
    [
      'all snapshots for an empty list of tag keys',
      { TagKeys: [], SnapshotType: 'manual' },
      ['a-new', 'c-orphan', 'b-old'],
    ],
    [
      'the largest snapshots first',
      { SortingEntities: [{ Attribute: 'TOTAL_SIZE', SortOrder: 'DESC' }] },
      ['rs:live-2026-05-31-00-00-00', 'a-new', 'c-orphan', 'b-old'],
    ],
    [
      'manual before automated snapshots, then the newest first',
      {
        SortingEntities: [
          { Attribute: 'SOURCE_TYPE', SortOrder: 'DESC' },
          { Attribute: 'CREATE_TIME', SortOrder: 'DESC' },
        ],
      },
      ['a-new', 'c-orphan', 'b-old', 'rs:live-2026-05-31-00-00-00'],
    ],
    [
      'the oldest first if no sort order is given',
      { SortingEntities: [{ Attribute: 'CREATE_TIME' }], TagKeys: ['team'] },
      ['b-old', 'a-new'],
    ],
  ])('returns %s', async (_, input, expected) => {
    expect(await list(input)).toEqual(expected);
  });

  // OwnerAccount in https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusterSnapshots.html: only with
  // it are snapshots of another account returned.
  it('returns a shared snapshot to a receiver that names the owner, without the other receivers', async () => {
    const receiver = emulator.redshift({ account: other });
    const { Snapshots } = await receiver.send(new DescribeClusterSnapshotsCommand({ OwnerAccount: home }));
    expect(Snapshots).toMatchObject([{ SnapshotIdentifier: 'b-old', OwnerAccount: home }]);
    expect(Snapshots?.[0]).not.toHaveProperty('AccountsWithRestoreAccess');
    expect(await list({}, { account: other })).toEqual([]);
    expect(await list({ OwnerAccount: home, TagKeys: ['team'] }, { account: other })).toEqual([]);
  });

  it('returns the accounts with access to the owner', async () => {
    const { Snapshots } = await emulator
      .redshift()
      .send(new DescribeClusterSnapshotsCommand({ SnapshotIdentifier: 'b-old' }));
    expect(Snapshots?.[0]?.AccountsWithRestoreAccess).toEqual([{ AccountId: other }]);
  });

  it.each<[string, DescribeClusterSnapshotsCommandInput, Caller, string]>([
    [
      'a page of 19 for a snapshot by name',
      { MaxRecords: 19, SnapshotIdentifier: 'b-old' },
      {},
      'InvalidParameterValue',
    ],
    ['a page of 19', { MaxRecords: 19 }, {}, 'InvalidParameterValue'],
    ['a page of 101', { MaxRecords: 101 }, {}, 'InvalidParameterValue'],
    ['an invalid Marker', { Marker: 'nonsense' }, {}, 'InvalidParameterValue'],
    ['a Marker of another list', { Marker: 'WzEsMiwzXQ==' }, {}, 'InvalidParameterValue'],
    ['an unknown type', { SnapshotType: 'shared' }, {}, 'InvalidParameterValue'],
    ['an invalid owner', { OwnerAccount: 'me' }, {}, 'InvalidParameterValue'],
    ['an invalid ARN', { SnapshotArn: 'arn:aws:s3:::x' }, {}, 'InvalidParameterValue'],
    [
      'an ARN of another partition',
      { SnapshotArn: `arn:aws-cn:redshift:${region}:${home}:snapshot:live/rs:live-2026-05-31-00-00-00` },
      {},
      'InvalidParameterValue',
    ],
    [
      'a cluster and a snapshot together',
      { ClusterIdentifier: 'live', SnapshotIdentifier: 'b-old' },
      {},
      'InvalidParameterCombination',
    ],
    ['ClusterExists without a cluster', { ClusterExists: true }, {}, 'InvalidParameterCombination'],
    ['ClusterExists with a deleted cluster', { ClusterExists: true, ClusterIdentifier: 'gone' }, {}, 'ClusterNotFound'],
    [
      'an ARN that names another cluster',
      { SnapshotArn: `arn:aws:redshift:${region}:${home}:snapshot:gone/a-new` },
      {},
      'ClusterSnapshotNotFound',
    ],
    ['a missing snapshot', { SnapshotIdentifier: 'absent' }, {}, 'ClusterSnapshotNotFound'],
    [
      'a shared snapshot without its owner',
      { SnapshotIdentifier: 'b-old' },
      { account: other },
      'ClusterSnapshotNotFound',
    ],
    [
      'a snapshot that is not shared',
      { SnapshotIdentifier: 'a-new', OwnerAccount: home },
      { account: other },
      'ClusterSnapshotNotFound',
    ],
  ])('rejects %s', async (_, input, caller, code) => {
    expect(await refusal(list(input, caller))).toMatchObject({ code });
  });
});

describe('paging', () => {
  it('returns every snapshot once, for every page size and order', async () => {
    const worlds = fc.record({
      size: fc.integer({ min: 0, max: 130 }),
      MaxRecords: fc.integer({ min: 20, max: 100 }),
      order: fc.constantFrom(undefined, 'ASC', 'DESC'),
    });
    await fc.assert(
      fc.asyncProperty(worlds, async ({ size, MaxRecords, order }) => {
        const names = Array.from({ length: size }, (_, index) => `s${index}`);
        await emulator.load({
          snapshots: names.map((SnapshotIdentifier, index) => ({
            ...here,
            SnapshotIdentifier,
            ClusterIdentifier: 'c',
            TotalBackupSizeInMegaBytes: index % 7,
          })),
        });
        const sorting = order ? { SortingEntities: [{ Attribute: 'TOTAL_SIZE' as const, SortOrder: order }] } : {};
        const found: string[] = [];
        let pages = 0;
        let Marker: string | undefined;
        do {
          const input = { MaxRecords, ...sorting, ...(Marker ? { Marker } : {}) };
          // oxlint-disable-next-line no-await-in-loop -- each page returns the Marker of the next page
          const page = await emulator.redshift().send(new DescribeClusterSnapshotsCommand(input));
          found.push(...(page.Snapshots ?? []).map(({ SnapshotIdentifier = '' }) => SnapshotIdentifier));
          pages += 1;
          Marker = page.Marker;
        } while (Marker);
        expect(found.toSorted()).toEqual(names.toSorted());
        expect(pages).toBe(Math.max(1, Math.ceil(size / MaxRecords)));
      }),
      { numRuns: runs(8, 500) },
    );
  });

  it('continues after the Marker even if its snapshot was deleted', async () => {
    const names = Array.from({ length: 45 }, (_, index) => `s${100 + index}`);
    const snapshots = names.map((SnapshotIdentifier, index) => ({
      ...here,
      SnapshotIdentifier,
      ClusterIdentifier: 'c',
      SnapshotCreateTime: new Date(Date.UTC(2026, 0, 31) - index * 1000).toISOString(),
    }));
    await emulator.load({ snapshots });
    const client = emulator.redshift();
    const first = await client.send(new DescribeClusterSnapshotsCommand({ MaxRecords: 20 }));
    await emulator.load({ snapshots: snapshots.toSpliced(19, 1) });
    const rest = await list({ Marker: first.Marker });
    expect(rest).toEqual(names.slice(20));
    await emulator.load({
      snapshots: snapshots.toSpliced(19, 1),
      assumptions: { snapshotMarkersSurviveDeletion: false },
    });
    expect(await refusal(list({ Marker: first.Marker }))).toMatchObject({ code: 'InvalidParameterValue' });
    await emulator.load({ snapshots, assumptions: { snapshotMarkersSurviveDeletion: false } });
    expect(await list({ Marker: first.Marker })).toEqual(names.slice(20));
  });

  it.each([{ MaxRecords: 19 }, { MaxRecords: 101 }, { Marker: 'x' }])(
    'rejects %j as InvalidParameterValue, or as ValidationError by an option',
    async (input) => {
      await emulator.load({});
      expect(await refusal(list(input))).toMatchObject({ code: 'InvalidParameterValue', status: 400 });
      await emulator.load({ assumptions: { snapshotPagingIsValidated: true } });
      expect(await refusal(list(input))).toMatchObject({ code: 'ValidationError', status: 400 });
    },
  );

  it('lists 100,000 snapshots without delay', async () => {
    const big = await startTestEmulator({
      populate(place) {
        for (let index = 0; index < 100_000; index += 1) {
          const name = `s${index}`;
          place.redshift.snapshots.put({
            SnapshotIdentifier: name,
            ClusterIdentifier: 'c',
            SnapshotCreateTime: new Date(index * 1000),
            SnapshotType: 'manual',
            Status: 'available',
            OwnerAccount: place.account,
            SnapshotArn: `arn:aws:redshift:${place.region}:${place.account}:snapshot:c/${name}`,
          });
        }
      },
    });
    const client = big.redshift();
    const first = await client.send(new DescribeClusterSnapshotsCommand({}));
    const second = await client.send(new DescribeClusterSnapshotsCommand({ Marker: first.Marker }));
    expect(second.Snapshots).toHaveLength(100);
    await big.close();
  });
});
