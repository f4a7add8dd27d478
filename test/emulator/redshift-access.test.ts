import {
  AuthorizeSnapshotAccessCommand,
  CreateSnapshotScheduleCommand,
  CreateTagsCommand,
  DeleteClusterSnapshotCommand,
  DeleteSnapshotScheduleCommand,
  DeleteTagsCommand,
  DescribeClusterSnapshotsCommand,
  DescribeSnapshotSchedulesCommand,
  DescribeTagsCommand,
  GetClusterCredentialsCommand,
  GetClusterCredentialsWithIAMCommand,
  ModifyClusterSnapshotScheduleCommand,
  RevokeSnapshotAccessCommand,
  type DescribeTagsCommandInput,
  type GetClusterCredentialsCommandInput,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, refusal, useEmulator } from '../support/emulator.ts';

const here = { service: 'redshift', account: home, region: 'us-east-1' } as const;
const other = '012345678901';
const clusterArn = `arn:aws:redshift:us-east-1:${home}:cluster:sales`;
const snapshotArn = `arn:aws:redshift:us-east-1:${home}:snapshot:sales/mine`;

const emulator = await useEmulator();
const client = emulator.redshift();
beforeEach(() =>
  emulator.load({
    now: '2026-06-01T12:00:00Z',
    frozen: true,
    clusters: [{ ...here, ClusterIdentifier: 'sales', Tags: [{ Key: 'team', Value: 'sales' }] }],
    snapshots: [
      { ...here, ClusterIdentifier: 'sales', SnapshotIdentifier: 'mine' },
      { ...here, ClusterIdentifier: 'sales', SnapshotIdentifier: 'rs:sales-2026-05-31' },
      { ...here, ClusterIdentifier: 'sales', SnapshotIdentifier: 'young', Status: 'creating' },
    ],
  }),
);

const share = (AccountWithRestoreAccess: string, SnapshotIdentifier = 'mine') =>
  client.send(new AuthorizeSnapshotAccessCommand({ SnapshotIdentifier, AccountWithRestoreAccess }));
const unshare = (AccountWithRestoreAccess: string) =>
  client.send(new RevokeSnapshotAccessCommand({ SnapshotIdentifier: 'mine', AccountWithRestoreAccess }));
const deleteMine = () => client.send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier: 'mine' }));

describe('sharing', () => {
  it('grants and revokes access for one account at a time', async () => {
    const given = await share(other);
    expect(given.Snapshot?.AccountsWithRestoreAccess).toEqual([{ AccountId: other }]);
    const support = await share('amazon-redshift-support');
    expect(support.Snapshot?.AccountsWithRestoreAccess).toContainEqual({ AccountAlias: 'amazon-redshift-support' });
    const receiver = emulator.redshift({ account: other });
    const seen = await receiver.send(new DescribeClusterSnapshotsCommand({ OwnerAccount: home }));
    expect(seen.Snapshots).toHaveLength(1);
    await unshare('amazon-redshift-support');
    const taken = await unshare(other);
    expect(taken.Snapshot).not.toHaveProperty('AccountsWithRestoreAccess');
    expect(taken.Snapshot).not.toHaveProperty('RestorableNodeTypes');
    expect(await refusal(unshare(other))).toEqual({
      name: 'AuthorizationNotFoundFault',
      code: 'AuthorizationNotFound',
      status: 404,
    });
  });

  it('also works by ARN', async () => {
    const command = new AuthorizeSnapshotAccessCommand({ SnapshotArn: snapshotArn, AccountWithRestoreAccess: other });
    expect((await client.send(command)).Snapshot?.SnapshotIdentifier).toBe('mine');
  });

  it('prevents deletion until access is revoked', async () => {
    await share(other);
    expect(await refusal(deleteMine())).toMatchObject({ code: 'InvalidClusterSnapshotState' });
    await unshare(other);
    expect((await deleteMine()).Snapshot?.Status).toBe('deleted');
  });

  it.each([
    ['the owner', home, 'mine', 'InvalidParameterValue'],
    ['an incomplete account id', '1234', 'mine', 'InvalidParameterValue'],
    ['an automated snapshot', other, 'rs:sales-2026-05-31', 'InvalidClusterSnapshotState'],
    ['a snapshot that is being created', other, 'young', 'InvalidClusterSnapshotState'],
    ['a missing snapshot', other, 'absent', 'ClusterSnapshotNotFound'],
  ])('rejects %s', async (_, account, snapshot, code) => {
    expect(await refusal(share(account, snapshot))).toMatchObject({ code });
  });

  it('rejects the same account twice, and more than 20 accounts', async () => {
    await share(other);
    expect(await refusal(share(other))).toMatchObject({ code: 'AuthorizationAlreadyExists', status: 400 });
    const accounts = Array.from({ length: 19 }, (_, index) => String(300_000_000_000 + index));
    await Promise.all(accounts.map((account) => share(account)));
    expect(await refusal(share('400000000000'))).toMatchObject({ code: 'AuthorizationQuotaExceeded', status: 400 });
  });
});

const addTags = (Tags: { Key: string; Value: string }[], ResourceName = snapshotArn) =>
  client.send(new CreateTagsCommand({ ResourceName, Tags }));
const listTags = async (input: DescribeTagsCommandInput = {}) => {
  const { TaggedResources = [], Marker } = await client.send(new DescribeTagsCommand(input));
  return {
    rows: TaggedResources.map(({ Tag, ResourceType }) => `${ResourceType} ${Tag?.Key}=${Tag?.Value}`),
    Marker,
  };
};

describe('tags', () => {
  it('are added, replaced, listed one per row and removed', async () => {
    await addTags([
      { Key: 'team', Value: 'audit' },
      { Key: 'empty', Value: '' },
    ]);
    await addTags([{ Key: 'team', Value: 'risk + more' }]);
    expect((await listTags()).rows).toEqual(['cluster team=sales', 'snapshot empty=', 'snapshot team=risk + more']);
    expect((await listTags({ ResourceName: snapshotArn, TagKeys: ['empty'] })).rows).toEqual(['snapshot empty=']);
    expect((await listTags({ ResourceName: clusterArn })).rows).toEqual(['cluster team=sales']);
    expect((await listTags({ ResourceType: 'Snapshot', TagKeys: ['team'] })).rows).toEqual([
      'snapshot team=risk + more',
    ]);
    expect((await listTags({ TagValues: ['sales'] })).rows).toEqual(['cluster team=sales']);
    await client.send(new DeleteTagsCommand({ ResourceName: snapshotArn, TagKeys: ['team', 'absent'] }));
    const { Snapshots } = await client.send(new DescribeClusterSnapshotsCommand({ SnapshotIdentifier: 'mine' }));
    expect(Snapshots?.[0]?.Tags).toEqual([{ Key: 'empty', Value: '' }]);
  });

  it('are listed in pages of 10', async () => {
    await addTags(Array.from({ length: 15 }, (_, index) => ({ Key: `k${index}`, Value: 'v' })));
    const first = await listTags({ MaxRecords: 10 });
    const second = await listTags({ MaxRecords: 10, Marker: first.Marker });
    expect([first.rows.length, second.rows.length, second.Marker]).toEqual([10, 6, undefined]);
    expect(new Set([...first.rows, ...second.rows]).size).toBe(16);
  });

  it.each<[string, DescribeTagsCommandInput, string]>([
    ['a page of 51', { MaxRecords: 51 }, 'InvalidParameterValue'],
    ['a name and a type', { ResourceName: clusterArn, ResourceType: 'Cluster' }, 'InvalidParameterValue'],
    ['a name and a page size', { ResourceName: clusterArn, MaxRecords: 20 }, 'InvalidParameterCombination'],
    ['an unknown type', { ResourceType: 'Table' }, 'InvalidParameterValue'],
    ['an invalid ARN', { ResourceName: 'sales' }, 'InvalidParameterValue'],
    ['another partition', { ResourceName: clusterArn.replace('aws', 'aws-cn') }, 'InvalidParameterValue'],
    ['a missing resource', { ResourceName: `${clusterArn}-2` }, 'ResourceNotFoundFault'],
  ])('are not listed for %s', async (_, input, code) => {
    expect(await refusal(listTags(input))).toMatchObject({ code });
  });

  it.each([
    ['a reserved key', [{ Key: 'aws:x', Value: '' }], 'InvalidTagFault'],
    ['a key that is too long', [{ Key: 'k'.repeat(129), Value: '' }], 'InvalidTagFault'],
    ['a value that is too long', [{ Key: 'k', Value: 'v'.repeat(257) }], 'InvalidTagFault'],
    ['a character that is not allowed', [{ Key: 'k', Value: '<' }], 'InvalidTagFault'],
    ['a repeated key', ['a', 'b'].map((Value) => ({ Key: 'k', Value })), 'InvalidTagFault'],
    ['more than 50 tags', Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })), 'TagLimitExceededFault'],
  ])('are rejected with %s', async (_, tags, code) => {
    expect(await refusal(addTags(tags))).toMatchObject({ code, status: 400 });
  });
});

const getCredentials = (input: Partial<GetClusterCredentialsCommandInput> = {}) =>
  client.send(new GetClusterCredentialsCommand({ DbUser: 'analyst', ClusterIdentifier: 'sales', ...input }));

describe('credentials', () => {
  it('name the user, expire, and are not in the record of calls', async () => {
    const first = await getCredentials();
    expect(first).toMatchObject({ DbUser: 'IAM:analyst', Expiration: new Date('2026-06-01T12:15:00Z') });
    expect((await getCredentials({ AutoCreate: true, DurationSeconds: 3600 })).DbUser).toBe('IAMA:analyst');
    const { content } = await emulator.control('GET', 'calls');
    expect(JSON.stringify(content)).not.toContain(first.DbPassword);
  });

  it('can be for a name that only contains a reserved word or a capital', async () => {
    const input = { DbUser: 'User1', DbName: 'Default_2', DbGroups: ['group-3'] };
    expect((await getCredentials(input)).DbUser).toBe('IAM:User1');
  });

  it('name the IAM identity for GetClusterCredentialsWithIAM', async () => {
    const answer = await client.send(new GetClusterCredentialsWithIAMCommand({ ClusterIdentifier: 'sales' }));
    expect(answer).toMatchObject({ DbUser: `IAM:${home}`, Expiration: new Date('2026-06-01T12:15:00Z') });
  });

  it.each<[string, Partial<GetClusterCredentialsCommandInput>, string]>([
    ['a user named PUBLIC', { DbUser: 'public' }, 'InvalidParameterValue'],
    ['a user with a colon', { DbUser: 'a:b' }, 'InvalidParameterValue'],
    ['a user name of 65 letters', { DbUser: 'a'.repeat(65) }, 'InvalidParameterValue'],
    // https://docs.aws.amazon.com/redshift/latest/APIReference/API_GetClusterCredentials.html and, for reserved words,
    // https://docs.aws.amazon.com/redshift/latest/dg/r_pg_keywords.html
    ['a user that is a reserved word', { DbUser: 'User' }, 'InvalidParameterValue'],
    ['a database that is a reserved word', { DbName: 'default' }, 'InvalidParameterValue'],
    ['a group that is a reserved word', { DbGroups: ['readers', 'group'] }, 'InvalidParameterValue'],
    ['a group with a capital', { DbGroups: ['Readers'] }, 'InvalidParameterValue'],
    ['a duration below 900 seconds', { DurationSeconds: 899 }, 'InvalidParameterValue'],
    ['a duration above 3600 seconds', { DurationSeconds: 3601 }, 'InvalidParameterValue'],
    ['a missing cluster', { ClusterIdentifier: 'absent' }, 'ClusterNotFound'],
    ['a cluster name in capitals', { ClusterIdentifier: 'SALES' }, 'ClusterNotFound'],
    ['no cluster', { ClusterIdentifier: undefined }, 'MissingParameter'],
  ])('are rejected for %s', async (_, input, code) => {
    expect(await refusal(getCredentials(input))).toMatchObject({ code });
  });
});

describe('snapshot schedules', () => {
  it('are created, and cannot be deleted while a cluster is associated', async () => {
    const schedule = { ScheduleIdentifier: 'nightly' };
    const made = await client.send(
      new CreateSnapshotScheduleCommand({ ...schedule, ScheduleDefinitions: ['rate(12 hours)', 'cron(30 12 *)'] }),
    );
    expect(made).toMatchObject({ ...schedule, ScheduleDefinitions: ['rate(12 hours)', 'cron(30 12 *)'] });
    await client.send(new ModifyClusterSnapshotScheduleCommand({ ...schedule, ClusterIdentifier: 'sales' }));
    const { SnapshotSchedules } = await client.send(new DescribeSnapshotSchedulesCommand({}));
    expect(SnapshotSchedules?.[0]?.AssociatedClusters).toEqual([
      { ClusterIdentifier: 'sales', ScheduleAssociationState: 'ACTIVE' },
    ]);
    const remove = () => client.send(new DeleteSnapshotScheduleCommand(schedule));
    expect(await refusal(remove())).toMatchObject({ code: 'InvalidClusterSnapshotScheduleState' });
    await client.send(
      new ModifyClusterSnapshotScheduleCommand({ ClusterIdentifier: 'sales', DisassociateSchedule: true }),
    );
    await remove();
    expect(await refusal(remove())).toMatchObject({ code: 'SnapshotScheduleNotFound', status: 400 });
  });

  it.each([
    ['once a day', 'ScheduleDefinitionTypeUnsupported'],
    ['rate(often)', 'InvalidSchedule'],
  ])('reject the definition %s', async (definition, code) => {
    const command = new CreateSnapshotScheduleCommand({ ScheduleDefinitions: [definition] });
    expect(await refusal(client.send(command))).toMatchObject({ code, status: 400 });
  });
});
