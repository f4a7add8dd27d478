import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator } from '../../support/emulator.ts';
import { cli, hasAwsCli, hasBotocore, reasons, useWitness, type WitnessCall } from '../../support/witness.ts';

const other = '012345678901';
const redshift = { service: 'redshift', account: home, region: 'us-east-1' } as const;
const rds = { service: 'rds', account: home, region: 'us-east-1' } as const;

const emulator = await useEmulator();
const witness = useWitness(emulator);

describe('the AWS CLI', () => {
  beforeEach(({ skip }) => skip(!hasAwsCli, reasons.awsCli));

  it('gets the sample output of the create-cluster-snapshot page for its sample command', async () => {
    await emulator.load({
      now: '2013-01-22T22:20:33.548Z',
      frozen: true,
      clusters: [
        {
          ...redshift,
          ClusterIdentifier: 'mycluster',
          ClusterCreateTime: '2013-01-22T21:59:29.559Z',
          AvailabilityZone: 'us-east-1a',
          MasterUsername: 'adminuser',
          NodeType: 'dw1.xlarge',
        },
      ],
    });
    const command =
      'redshift create-cluster-snapshot --cluster-identifier mycluster --snapshot-identifier my-snapshot-id';
    expect(await cli(emulator, ...command.split(' '))).toMatchObject({
      Snapshot: {
        SnapshotIdentifier: 'my-snapshot-id',
        ClusterIdentifier: 'mycluster',
        Status: 'creating',
        SnapshotCreateTime: expect.stringMatching(/^2013-01-22T22:20:33\.548/),
        AvailabilityZone: 'us-east-1a',
        ClusterVersion: '1.0',
        MasterUsername: 'adminuser',
        DBName: 'dev',
        ClusterCreateTime: expect.stringMatching(/^2013-01-22T21:59:29\.559/),
        NodeType: 'dw1.xlarge',
        SnapshotType: 'manual',
        NumberOfNodes: 2,
        Port: 5439,
        Encrypted: false,
      },
    });
    await expect(cli(emulator, ...command.split(' '))).rejects.toMatchObject({
      stderr: expect.stringContaining('An error occurred (ClusterSnapshotAlreadyExists)'),
    });
  });

  it('pages automatically, and prints an empty list', async () => {
    const snapshots = Array.from({ length: 45 }, (_, index) => ({
      ...rds,
      DBClusterIdentifier: 'orders',
      DBClusterSnapshotIdentifier: `s${index}`,
    }));
    await emulator.load({ snapshots });
    const command = ['docdb', 'describe-db-cluster-snapshots', '--query', 'length(DBClusterSnapshots)'];
    const listed = [cli(emulator, ...command, '--page-size', '20'), cli(emulator, ...command, '--region', 'eu-west-1')];
    expect(await Promise.all(listed)).toEqual([45, 0]);
  });
});

describe('botocore', () => {
  beforeEach(({ skip }) => skip(!hasBotocore, reasons.botocore));

  const world = {
    now: '2026-06-01T12:00:00Z',
    frozen: true,
    clusters: [
      { ...redshift, ClusterIdentifier: 'sales', Tags: [{ Key: 'team', Value: 'sales' }] },
      { ...rds, DBClusterIdentifier: 'orders' },
    ],
    snapshots: [
      { ...redshift, ClusterIdentifier: 'sales', SnapshotIdentifier: 'mine' },
      { ...redshift, ClusterIdentifier: 'sales', SnapshotIdentifier: 'rs:sales-2026-05-31-00-00-00' },
      { ...rds, DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'kept' },
    ],
  };
  const call = (service: string) => (operation: string, parameters: object, account?: string) => ({
    service,
    operation,
    parameters,
    ...(account ? { account } : {}),
  });
  const [onRedshift, onDocdb, onRds, onSts] = ['redshift', 'docdb', 'rds', 'sts'].map(call) as [
    ReturnType<typeof call>,
    ReturnType<typeof call>,
    ReturnType<typeof call>,
    ReturnType<typeof call>,
  ];
  const fault = (Code: string, Status: number, Class = 'ClientError') => ({
    Error: { Code, Type: 'Sender' },
    Status,
    Class,
    IsSameRequestId: true,
  });

  it('reads the responses of all common operations', async () => {
    await emulator.load(world);
    const snapshotArn = `arn:aws:redshift:us-east-1:${home}:snapshot:sales/mine`;
    const clusterSnapshotArn = `arn:aws:rds:us-east-1:${home}:cluster-snapshot:kept`;
    const kept = { DBClusterSnapshotIdentifier: 'kept' };
    const tags = [
      { Key: 'why', Value: 'a + b / ü' },
      { Key: 'empty', Value: '' },
    ];
    const cases: readonly (readonly [WitnessCall, object])[] = [
      [onRedshift('describe_cluster_snapshots', { ClusterIdentifier: 'absent' }), { Snapshots: [], Status: 200 }],
      [onRedshift('describe_cluster_snapshots', { SnapshotIdentifier: 'mine' }), { Snapshots: [{ Tags: [] }] }],
      [onRedshift('create_tags', { ResourceName: snapshotArn, Tags: tags }), { Status: 200, IsSameRequestId: true }],
      [onRedshift('describe_cluster_snapshots', { SnapshotIdentifier: 'mine' }), { Snapshots: [{ Tags: tags }] }],
      [onRedshift('describe_tags', { ResourceType: 'Cluster' }), { TaggedResources: [{ ResourceType: 'cluster' }] }],
      [
        onRedshift('authorize_snapshot_access', { SnapshotIdentifier: 'mine', AccountWithRestoreAccess: other }),
        { Snapshot: { AccountsWithRestoreAccess: [{ AccountId: other }] } },
      ],
      [
        onRedshift('batch_delete_cluster_snapshots', {
          Identifiers: [{ SnapshotIdentifier: 'mine' }, { SnapshotIdentifier: 'absent' }],
        }),
        {
          Status: 200,
          Errors: [{ SnapshotIdentifier: 'mine' }, { SnapshotIdentifier: 'absent' }],
        },
      ],
      [
        onRedshift('batch_modify_cluster_snapshots', {
          SnapshotIdentifierList: ['mine', 'absent'],
          ManualSnapshotRetentionPeriod: 9,
        }),
        { Resources: ['mine'], Errors: [{ SnapshotIdentifier: 'absent' }] },
      ],
      [onRedshift('get_cluster_credentials', { ClusterIdentifier: 'sales', DbUser: 'ann' }), { DbUser: 'IAM:ann' }],
      [onRedshift('describe_clusters', {}), { Clusters: [{ ClusterIdentifier: 'sales', ClusterStatus: 'available' }] }],
      [
        onRedshift('delete_cluster_snapshot', { SnapshotIdentifier: 'absent' }),
        fault('ClusterSnapshotNotFound', 404, 'ClusterSnapshotNotFoundFault'),
      ],
      [onRedshift('describe_clusters', { MaxRecords: 19 }), fault('InvalidParameterValue', 400)],
      [
        onRedshift('describe_cluster_snapshots', { OwnerAccount: home }, other),
        { Snapshots: [{ OwnerAccount: home }] },
      ],

      [onDocdb('describe_db_cluster_snapshots', { DBClusterIdentifier: 'absent' }), { DBClusterSnapshots: [] }],
      [
        onDocdb('create_db_cluster_snapshot', { DBClusterSnapshotIdentifier: 'New', DBClusterIdentifier: 'orders' }),
        { DBClusterSnapshot: { DBClusterSnapshotIdentifier: 'new', Status: 'creating', PercentProgress: 0, Port: 0 } },
      ],
      [onDocdb('describe_db_clusters', {}), { DBClusters: [{ Status: 'backing-up' }] }],
      [onDocdb('describe_db_cluster_snapshot_attributes', kept), sharedWith([])],
      [
        onDocdb('modify_db_cluster_snapshot_attribute', {
          ...kept,
          AttributeName: 'restore',
          ValuesToAdd: [other, 'all'],
        }),
        sharedWith([other, 'all']),
      ],
      [onDocdb('add_tags_to_resource', { ResourceName: clusterSnapshotArn, Tags: tags }), { Status: 200 }],
      [onDocdb('list_tags_for_resource', { ResourceName: clusterSnapshotArn }), { TagList: tags }],
      [onDocdb('remove_tags_from_resource', { ResourceName: clusterSnapshotArn, TagKeys: ['why'] }), { Status: 200 }],
      [
        onRds('describe_db_cluster_snapshots', kept),
        {
          DBClusterSnapshots: [{ AllocatedStorage: 0, LicenseModel: 'docdb', TagList: [{ Key: 'empty', Value: '' }] }],
        },
      ],
      [
        onDocdb('describe_db_cluster_snapshots', { SnapshotType: 'shared' }, other),
        { DBClusterSnapshots: [{ DBClusterSnapshotIdentifier: clusterSnapshotArn, SnapshotType: 'shared' }] },
      ],
      [
        onDocdb('copy_db_cluster_snapshot', {
          SourceDBClusterSnapshotIdentifier: 'kept',
          TargetDBClusterSnapshotIdentifier: 'twin',
        }),
        { DBClusterSnapshot: { Status: 'copying', SourceDBClusterSnapshotArn: clusterSnapshotArn } },
      ],
      [onDocdb('delete_db_cluster_snapshot', kept), { DBClusterSnapshot: { Status: 'available' } }],
      [
        onDocdb('delete_db_cluster_snapshot', kept),
        fault('DBClusterSnapshotNotFoundFault', 404, 'DBClusterSnapshotNotFoundFault'),
      ],
      [
        onDocdb('modify_db_cluster_snapshot_attribute', {
          DBClusterSnapshotIdentifier: 'twin',
          AttributeName: 'restore',
          ValuesToAdd: ['all'],
        }),
        fault('InvalidDBClusterSnapshotStateFault', 400, 'InvalidDBClusterSnapshotStateFault'),
      ],

      [onSts('get_caller_identity', {}), { Account: home, Status: 200 }],
      [onSts('get_caller_identity', {}, other), { Account: other, Arn: `arn:aws:iam::${other}:root` }],
      [
        onSts('assume_role', { RoleArn: `arn:aws:iam::${other}:role/reader`, RoleSessionName: 'test' }),
        { AssumedRoleUser: { Arn: `arn:aws:sts::${other}:assumed-role/reader/test` } },
      ],
    ];
    const answers = await witness(cases.map(([asked]) => asked));
    for (const [index, [asked, expected]] of cases.entries()) {
      const { operation } = asked;
      expect({ operation, ...answers[index] }).toMatchObject({ operation, ...expected, IsSameRequestId: true });
    }
  });

  it('reads the responses and errors of restores', async () => {
    await emulator.load(world);
    const again = { ClusterIdentifier: 'again', SnapshotIdentifier: 'mine' };
    const table = { SourceDatabaseName: 'dev', SourceTableName: 'a', NewTableName: 'b' };
    const dbAgain = { DBClusterIdentifier: 'again', SnapshotIdentifier: 'kept', Engine: 'docdb' };
    const cases: readonly (readonly [WitnessCall, object])[] = [
      [
        onRedshift('restore_from_cluster_snapshot', again),
        { Cluster: { ClusterStatus: 'creating', RestoreStatus: { Status: 'starting' } } },
      ],
      [
        onRedshift('restore_from_cluster_snapshot', again),
        fault('ClusterAlreadyExists', 400, 'ClusterAlreadyExistsFault'),
      ],
      [
        onRedshift('restore_from_cluster_snapshot', { ...again, NodeType: 'dc2.large' }),
        fault('InvalidRestore', 406, 'InvalidRestoreFault'),
      ],
      [
        onRedshift('restore_table_from_cluster_snapshot', { ...again, ClusterIdentifier: 'sales', ...table }),
        { TableRestoreStatus: { ...table, Status: 'PENDING' } },
      ],
      [
        onRedshift('describe_table_restore_status', {}),
        { TableRestoreStatusDetails: [{ ClusterIdentifier: 'sales' }] },
      ],
      [onDocdb('restore_db_cluster_from_snapshot', dbAgain), { DBCluster: { Status: 'creating', Engine: 'docdb' } }],
      [
        onRds('restore_db_cluster_from_snapshot', { ...dbAgain, SnapshotIdentifier: 'absent' }),
        fault('DBClusterSnapshotNotFoundFault', 404, 'DBClusterSnapshotNotFoundFault'),
      ],
    ];
    const answers = await witness(cases.map(([asked]) => asked));
    expect(answers).toMatchObject(cases.map(([, expected]) => ({ ...expected, IsSameRequestId: true })));
  });

  it('does not see members that AWS omits', async () => {
    await emulator.load(world);
    const [answer] = await witness([onRedshift('describe_cluster_snapshots', { SnapshotIdentifier: 'mine' })]);
    expect(answer).not.toHaveProperty('Marker');
    expect(answer).not.toHaveProperty(['Snapshots', 0, 'KmsKeyId']);
    expect(answer).not.toHaveProperty(['Snapshots', 0, 'AccountsWithRestoreAccess']);
  });
});

function sharedWith(AttributeValues: readonly string[]): object {
  return {
    DBClusterSnapshotAttributesResult: {
      DBClusterSnapshotIdentifier: 'kept',
      DBClusterSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues }],
    },
  };
}
