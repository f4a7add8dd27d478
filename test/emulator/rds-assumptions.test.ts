import {
  CopyDBClusterSnapshotCommand,
  CreateDBClusterSnapshotCommand,
  DeleteDBClusterSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  ListTagsForResourceCommand,
  ModifyDBClusterCommand,
  ModifyDBClusterSnapshotAttributeCommand,
} from '@aws-sdk/client-docdb';
import { expect, it } from 'vitest';

import type { Assumptions } from '../../src/emulator/world/assumptions.ts';
import { home, useEmulator } from '../support/emulator.ts';

const here = { service: 'rds', account: home, region: 'us-east-1' } as const;
const receiver = '012345678901';
const mine = { DBClusterSnapshotIdentifier: 'mine' };
const change = { ...mine, AttributeName: 'restore' };

const emulator = await useEmulator();
const client = emulator.docdb();

/** Makes calls under an assumption; resolves to their outcome or rejects with the fault. */
type Attempt = () => Promise<unknown>;

const list: Attempt = async () => {
  const engine = { Filters: [{ Name: 'engine', Values: ['neptune'] }] };
  return (await client.send(new DescribeDBClusterSnapshotsCommand(engine))).DBClusterSnapshots?.length;
};
const listOrphans: Attempt = async () =>
  (await client.send(new DescribeDBClusterSnapshotsCommand({ DBClusterIdentifier: 'gone' }))).DBClusterSnapshots
    ?.length;
const createTwo: Attempt = async () => {
  for (const DBClusterSnapshotIdentifier of ['one', 'two']) {
    // oxlint-disable-next-line no-await-in-loop -- the second snapshot requires the first to exist
    await client.send(
      new CreateDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier, DBClusterIdentifier: 'orders' }),
    );
  }
  return 'two';
};
const copyTags: Attempt = async () => {
  const target = { TargetDBClusterSnapshotIdentifier: 'twin', CopyTags: true, Tags: [{ Key: 'b', Value: '2' }] };
  const copied = await client.send(
    new CopyDBClusterSnapshotCommand({ SourceDBClusterSnapshotIdentifier: 'mine', ...target }),
  );
  const ResourceName = copied.DBClusterSnapshot?.DBClusterSnapshotArn;
  const { TagList } = await client.send(new ListTagsForResourceCommand({ ResourceName }));
  return TagList?.map(({ Key }) => Key).join();
};
const tagsOfNothing: Attempt = () => {
  const ResourceName = `arn:aws:rds:us-east-1:${home}:cluster-snapshot:absent`;
  return client.send(new ListTagsForResourceCommand({ ResourceName }));
};
const rename: Attempt = async () => {
  const renaming = { DBClusterIdentifier: 'orders', NewDBClusterIdentifier: 'sales', ApplyImmediately: true };
  await client.send(new ModifyDBClusterCommand(renaming));
  const { DBClusterSnapshots } = await client.send(new DescribeDBClusterSnapshotsCommand(mine));
  return DBClusterSnapshots?.[0]?.DBClusterIdentifier;
};
const shareAgain: Attempt = async () => {
  await client.send(new ModifyDBClusterSnapshotAttributeCommand({ ...change, ValuesToAdd: [receiver] }));
  return 'shared';
};
const unshareAbsent: Attempt = async () => {
  await client.send(new ModifyDBClusterSnapshotAttributeCommand({ ...change, ValuesToRemove: ['all'] }));
  return 'unshared';
};
const removeShared: Attempt = async () =>
  (await client.send(new DeleteDBClusterSnapshotCommand(mine))).DBClusterSnapshot?.Status;

const listBadly: Attempt = () => client.send(new DescribeDBClusterSnapshotsCommand({ MaxRecords: 19 }));
const listAfterDeletion: Attempt = async () => {
  const Marker = Buffer.from(JSON.stringify(['n'])).toString('base64');
  return (await client.send(new DescribeDBClusterSnapshotsCommand({ Marker }))).DBClusterSnapshots?.length;
};
const removeFailed: Attempt = async () =>
  (await client.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: 'broken' }))).DBClusterSnapshot
    ?.Status;

it.each<[keyof Assumptions, boolean, Attempt, unknown]>([
  ['snapshotPagingIsValidated', false, listBadly, 'InvalidParameterValue'],
  ['snapshotPagingIsValidated', true, listBadly, 'ValidationError'],
  ['snapshotMarkersSurviveDeletion', true, listAfterDeletion, 1],
  ['snapshotMarkersSurviveDeletion', false, listAfterDeletion, 'InvalidParameterValue'],
  ['rdsFiltersSnapshotsByEngine', true, list, 0],
  ['rdsFiltersSnapshotsByEngine', false, list, 3],
  ['rdsRefusesGoneClusters', false, listOrphans, 1],
  ['rdsRefusesGoneClusters', true, listOrphans, 'DBClusterNotFoundFault'],
  ['rdsOneSnapshotAtATime', true, createTwo, 'InvalidDBClusterStateFault'],
  ['rdsOneSnapshotAtATime', false, createTwo, 'two'],
  ['rdsCopyMergesTags', true, copyTags, 'a,b'],
  ['rdsCopyMergesTags', false, copyTags, 'b'],
  ['rdsRenamesManualSnapshots', false, rename, 'orders'],
  ['rdsRenamesManualSnapshots', true, rename, 'sales'],
  ['rdsTagsSayDbSnapshotNotFound', true, tagsOfNothing, 'DBSnapshotNotFoundFault'],
  ['rdsTagsSayDbSnapshotNotFound', false, tagsOfNothing, 'DBClusterSnapshotNotFoundFault'],
  ['rdsRefusesRepeatedShares', false, shareAgain, 'shared'],
  ['rdsRefusesRepeatedShares', true, shareAgain, 'InvalidParameterValue'],
  ['rdsRefusesAbsentShares', false, unshareAbsent, 'unshared'],
  ['rdsRefusesAbsentShares', true, unshareAbsent, 'InvalidParameterValue'],
  // https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DeleteDBClusterSnapshot.html
  ['rdsDeletesFailed', true, removeFailed, 'failed'],
  ['rdsDeletesFailed', false, removeFailed, 'InvalidDBClusterSnapshotStateFault'],
  ['rdsRefusesToDeleteShared', false, removeShared, 'available'],
  ['rdsRefusesToDeleteShared', true, removeShared, 'InvalidDBClusterSnapshotStateFault'],
])('behaves as assumed with %s: %s', async (name, value, attempt, expected) => {
  await emulator.load({
    assumptions: { [name]: value },
    clusters: [{ ...here, DBClusterIdentifier: 'orders' }],
    snapshots: [
      {
        ...here,
        ...mine,
        DBClusterIdentifier: 'orders',
        RestoreAccounts: [receiver],
        Tags: [{ Key: 'a', Value: '1' }],
      },
      { ...here, DBClusterSnapshotIdentifier: 'orphan', DBClusterIdentifier: 'gone' },
      { ...here, DBClusterSnapshotIdentifier: 'broken', DBClusterIdentifier: 'orders', Status: 'failed' },
    ],
  });
  const outcome = await attempt().catch((error: unknown) => (error instanceof Error ? error.name : error));
  expect(outcome).toBe(expected);
});
