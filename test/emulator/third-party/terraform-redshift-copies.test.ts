// The calls of https://github.com/hashicorp/terraform-provider-aws, internal/service/redshift, in our own words.
import {
  CreateSnapshotCopyGrantCommand,
  CreateTagsCommand,
  DeleteSnapshotCopyGrantCommand,
  DeleteTagsCommand,
  DescribeClustersCommand,
  DescribeSnapshotCopyGrantsCommand,
  DisableSnapshotCopyCommand,
  EnableSnapshotCopyCommand,
  ModifySnapshotCopyRetentionPeriodCommand,
  type ClusterSnapshotCopyStatus,
  type SnapshotCopyGrant,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator } from '../../support/emulator.ts';
import { onlyOne, unlessRefused, waitForState } from '../../support/terraform.ts';

const place = { service: 'redshift', account: home, region: 'us-east-1' } as const;
const DestinationRegion = 'eu-west-1';
const SnapshotCopyGrantName = 'tf-grant';
const KeyId = '11111111-2222-3333-4444-555555555555';
const key = `arn:aws:kms:${DestinationRegion}:${home}:key/${KeyId}`;

const emulator = await useEmulator();
const client = emulator.redshift();
beforeEach(() =>
  emulator.load({
    now: '2026-06-01T12:00:00Z',
    frozen: true,
    clusters: [
      { ...place, ClusterIdentifier: 'tf-plain' },
      { ...place, ClusterIdentifier: 'tf-encrypted', Encrypted: true },
    ],
    keys: [{ service: 'kms', account: home, region: DestinationRegion, KeyId }],
  }),
);

const destination = () => emulator.redshift({ region: DestinationRegion });

const createGrant = (input: { readonly KmsKeyId?: string } = {}) =>
  destination().send(
    new CreateSnapshotCopyGrantCommand({
      SnapshotCopyGrantName,
      ...input,
      Tags: [{ Key: 'team', Value: 'data' }],
    }),
  );

describe('aws_redshift_snapshot_copy', () => {
  async function find(ClusterIdentifier: string): Promise<ClusterSnapshotCopyStatus | null> {
    const answer = await unlessRefused(
      client.send(new DescribeClustersCommand({ ClusterIdentifier })),
      'ClusterNotFoundFault',
    );
    return onlyOne(answer?.Clusters)?.ClusterSnapshotCopyStatus ?? null;
  }
  const enable = (ClusterIdentifier: string, input: object = {}) =>
    client.send(new EnableSnapshotCopyCommand({ ClusterIdentifier, DestinationRegion, ...input }));
  const destroy = (ClusterIdentifier: string) => client.send(new DisableSnapshotCopyCommand({ ClusterIdentifier }));

  it('is created with the defaults of AWS and read', async () => {
    const expected = { DestinationRegion, RetentionPeriod: 7, ManualSnapshotRetentionPeriod: -1 };
    expect((await enable('tf-plain')).Cluster?.ClusterSnapshotCopyStatus).toEqual(expected);
    expect(await find('tf-plain')).toEqual(expected);
  });

  it('gets another retention period', async () => {
    await enable('tf-plain', { RetentionPeriod: 3, ManualSnapshotRetentionPeriod: 30 });
    const input = { ClusterIdentifier: 'tf-plain', RetentionPeriod: 5 };
    const changed = await client.send(new ModifySnapshotCopyRetentionPeriodCommand(input));
    const expected = { DestinationRegion, RetentionPeriod: 5, ManualSnapshotRetentionPeriod: 30 };
    expect(changed.Cluster?.ClusterSnapshotCopyStatus).toEqual(expected);
    expect(await find('tf-plain')).toEqual(expected);
  });

  it('is replaced by a deletion and a creation, because it cannot be enabled twice', async () => {
    await enable('tf-plain');
    const again = () => enable('tf-plain', { DestinationRegion: 'us-west-2' });
    expect(await unlessRefused(again(), 'SnapshotCopyAlreadyEnabledFault')).toBeNull();
    await destroy('tf-plain');
    expect(await find('tf-plain')).toBeNull();
    await again();
    expect(await find('tf-plain')).toMatchObject({ DestinationRegion: 'us-west-2' });
  });

  it('is deleted, also if it is gone already or its cluster is', async () => {
    await enable('tf-plain');
    await destroy('tf-plain');
    expect(await find('tf-plain')).toBeNull();
    expect(await unlessRefused(destroy('tf-plain'), 'SnapshotCopyAlreadyDisabledFault')).toBeNull();
    expect(await unlessRefused(destroy('absent'), 'ClusterNotFoundFault')).toBeNull();
    expect(await find('absent')).toBeNull();
  });

  it('uses a grant of the destination region for an encrypted cluster', async () => {
    const withGrant = () => enable('tf-encrypted', { SnapshotCopyGrantName });
    expect(await unlessRefused(withGrant(), 'SnapshotCopyGrantNotFoundFault')).toBeNull();
    await createGrant({ KmsKeyId: key });
    await withGrant();
    expect(await find('tf-encrypted')).toMatchObject({ DestinationRegion, SnapshotCopyGrantName });
  });
});

describe('aws_redshift_snapshot_copy_grant', () => {
  const ResourceName = `arn:aws:redshift:${DestinationRegion}:${home}:snapshotcopygrant:${SnapshotCopyGrantName}`;

  async function find(): Promise<SnapshotCopyGrant | null> {
    const answer = await unlessRefused(
      destination().send(new DescribeSnapshotCopyGrantsCommand({ SnapshotCopyGrantName })),
      'SnapshotCopyGrantNotFoundFault',
    );
    return onlyOne(answer?.SnapshotCopyGrants);
  }
  const state = async () => ((await find()) ? 'there' : null);
  const untilFound = () => waitForState(emulator, state, { pending: [], target: 'there', minutes: 3 });

  it('is created and read', async () => {
    await createGrant({ KmsKeyId: key });
    await untilFound();
    expect(await find()).toEqual({ SnapshotCopyGrantName, KmsKeyId: key, Tags: [{ Key: 'team', Value: 'data' }] });
  });

  it('has the default key of the region if none is given', async () => {
    await createGrant();
    const KmsKeyId = (await find())?.KmsKeyId;
    expect(KmsKeyId).toMatch(/^arn:aws:kms:eu-west-1:123456789012:(key\/|alias\/aws\/redshift$)/);
  });

  it('gets other tags', async () => {
    await createGrant();
    await destination().send(new DeleteTagsCommand({ ResourceName, TagKeys: ['team'] }));
    await destination().send(new CreateTagsCommand({ ResourceName, Tags: [{ Key: 'purpose', Value: 'test' }] }));
    expect((await find())?.Tags).toEqual([{ Key: 'purpose', Value: 'test' }]);
  });

  it('is deleted, also if it is gone already', async () => {
    await createGrant();
    const destroy = () => destination().send(new DeleteSnapshotCopyGrantCommand({ SnapshotCopyGrantName }));
    await destroy();
    await waitForState(emulator, state, { pending: ['there'], target: null, minutes: 3 });
    expect(await unlessRefused(destroy(), 'SnapshotCopyGrantNotFoundFault')).toBeNull();
  });
});
