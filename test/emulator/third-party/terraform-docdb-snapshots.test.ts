// The calls of https://github.com/hashicorp/terraform-provider-aws, internal/service/docdb, in our own words.
import {
  CreateDBClusterSnapshotCommand,
  DeleteDBClusterSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  type DBClusterSnapshot,
} from '@aws-sdk/client-docdb';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator } from '../../support/emulator.ts';
import { onlyOne, unlessRefused, waitForState } from '../../support/terraform.ts';

const place = { service: 'rds', account: home, region: 'us-east-1' } as const;
const DBClusterIdentifier = 'tf-cluster';
const DBClusterSnapshotIdentifier = 'tf-snapshot';

const emulator = await useEmulator();
const client = emulator.docdb();
beforeEach(() =>
  emulator.load({ now: '2026-06-01T12:00:00Z', frozen: true, clusters: [{ ...place, DBClusterIdentifier }] }),
);

describe('aws_docdb_cluster_snapshot', () => {
  async function find(): Promise<DBClusterSnapshot | null> {
    const answer = await unlessRefused(
      client.send(new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier })),
      'DBClusterSnapshotNotFoundFault',
    );
    const snapshot = onlyOne(answer?.DBClusterSnapshots);
    return snapshot?.DBClusterSnapshotIdentifier === DBClusterSnapshotIdentifier ? snapshot : null;
  }

  async function create(): Promise<void> {
    await client.send(new CreateDBClusterSnapshotCommand({ DBClusterIdentifier, DBClusterSnapshotIdentifier }));
    const status = async () => (await find())?.Status ?? null;
    await waitForState(emulator, status, { pending: ['creating'], target: 'available', minutes: 20 });
  }

  it('is created and read', async () => {
    await create();
    expect(await find()).toMatchObject({
      AvailabilityZones: expect.arrayContaining([expect.stringMatching(/^us-east-1[a-f]$/)]),
      DBClusterIdentifier,
      DBClusterSnapshotArn: `arn:aws:rds:us-east-1:${home}:cluster-snapshot:${DBClusterSnapshotIdentifier}`,
      DBClusterSnapshotIdentifier,
      Engine: 'docdb',
      EngineVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      Port: expect.any(Number),
      SnapshotType: 'manual',
      Status: 'available',
      StorageEncrypted: expect.any(Boolean),
      VpcId: expect.stringMatching(/^vpc-/),
    });
  });

  it('is deleted without a wait, also if it is gone already', async () => {
    await create();
    const destroy = () => client.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier }));
    await destroy();
    expect(await find()).toBeNull();
    expect(await unlessRefused(destroy(), 'DBClusterSnapshotNotFoundFault')).toBeNull();
  });
});
