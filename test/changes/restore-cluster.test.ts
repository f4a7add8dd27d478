import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { restoreSettings } from '../../src/access/policy/restores.ts';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import {
  clusterArn,
  clusterId,
  makeCluster,
  makeSnapshot,
  sharedSnapshotId,
  snapshotArn,
  snapshotId,
} from '../support/worlds.ts';
import { actionsOf, errorFields } from './support.ts';

const other = '210987654321';
const stranger = '555566667777';
const key = `arn:aws:kms:us-east-1:${account}:key/12345678-1234-4000-8000-123456789012`;
const disabledKey = `arn:aws:kms:us-east-1:${account}:key/22345678-1234-4000-8000-123456789012`;

const block = { REDSHIFT: 'redshift', DOCUMENTDB: 'documentdb' } as const;
const action = { REDSHIFT: 'RestoreFromClusterSnapshot', DOCUMENTDB: 'RestoreDBClusterFromSnapshot' } as const;
const automated = { REDSHIFT: 'rs:nightly', DOCUMENTDB: 'rds:nightly' } as const;

const world = {
  keys: [
    { service: 'kms', account, region: 'us-east-1', KeyId: key.slice(-36), Aliases: ['alias/ours'] },
    { service: 'kms', account, region: 'us-east-1', KeyId: disabledKey.slice(-36), KeyState: 'Disabled' },
  ],
  clusters: [
    ...serviceNames.map((service) => makeCluster(service, undefined, { tags: { team: 'bi', 'kept-by': 'cluster' } })),
    makeCluster('DOCUMENTDB', 'social', { isForeign: true }),
  ],
  snapshots: serviceNames.flatMap((service) => [
    makeSnapshot(service, 'manual'),
    makeSnapshot(service, automated[service], { type: 'automated' }),
    makeSnapshot(service, 'unfinished', { readyAt: '2099-01-01T00:00:00Z' }),
    makeSnapshot(service, 'encrypted', { isEncrypted: true, kmsKeyId: key }),
    makeSnapshot(service, 'under-disabled-key', { isEncrypted: true, kmsKeyId: disabledKey }),
    makeSnapshot(service, 'foreign', { account: stranger, shares: [account, other] }),
    makeSnapshot(service, 'copied', {
      origin: { account, region: 'eu-west-1', name: 'there' },
      cluster: 'elsewhere',
    }),
  ]),
} as Parameters<Gateway['load']>[0];

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ accounts: accounts([account, other]) });
});
afterAll(() => gateway.close());
beforeEach(async () => {
  await gateway.disturb();
  await gateway.load(world);
  await gateway.calls();
});

const checks = 'checks { requirement verdict message field }';

async function restore(input: object, from = gateway) {
  const { data, errors } = await from.query(
    `mutation ($input: RestoreClusterInput!) {
      restoreCluster(input: $input) {
        __typename
        ... on RestoreClusterPayload {
          cluster { id identifier status source { account } tags { key value } }
          plannedCalls { source { account } action parameters }
          remainingCalls { action parameters }
          followUpError { code message }
          ${checks}
        }
        ... on RestoreRefusedError { ${checks} }
        ${errorFields}
      }
    }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data.restoreCluster;
}

type Check = { requirement: string; verdict: string; field: string[] | null; message: string };
const failedIn = (answer: { checks: Check[] }) =>
  answer.checks.filter(({ verdict }) => verdict === 'NO').map(({ requirement }) => requirement);
const inputsOf = (answer: { plannedCalls: { parameters: string }[] }) =>
  answer.plannedCalls.map(({ parameters }) => JSON.parse(parameters));
const writesOf = async () => (await actionsOf(gateway)).filter((each) => !/^(Describe|List)/.test(String(each)));

describe.each(serviceNames)('restoreCluster of %s', (service) => {
  it.each([['manual'], [automated[service]], ['copied']])('restores the snapshot %s', async (name) => {
    const cluster = name === 'copied' ? 'elsewhere' : undefined;
    const answer = await restore({ snapshotId: snapshotId(service, name, { cluster }), clusterIdentifier: 'restored' });
    expect(answer).toMatchObject({
      __typename: 'RestoreClusterPayload',
      cluster: { identifier: 'restored', source: { account } },
      plannedCalls: [{ action: action[service] }],
      remainingCalls: [],
      followUpError: null,
    });
    expect(['CREATING', 'RESTORING']).toContain(answer.cluster.status);
    expect(failedIn(answer)).toEqual([]);
    expect(await writesOf()).toEqual([action[service]]);
  });

  it('shows the calls in a dry run, and makes none', async () => {
    const input = { snapshotId: snapshotArn(service, 'manual'), clusterIdentifier: 'restored', dryRun: true };
    const answer = await restore(input);
    expect(answer).toMatchObject({ cluster: null, plannedCalls: [{ action: action[service] }] });
    expect(await writesOf()).toEqual([]);
    const [sent] = inputsOf(answer);
    const made = await restore({ ...input, dryRun: false });
    expect(inputsOf(made)).toEqual([sent]);
  });

  it('restores a shared snapshot in the account of the id, or in account', async () => {
    const arn = snapshotArn(service, 'foreign', { account: stranger });
    const ambiguous = await restore({ snapshotId: arn, clusterIdentifier: 'restored' });
    expect(ambiguous).toMatchObject({ __typename: 'InvalidInputError', field: ['input', 'snapshotId'] });
    const byAccount = await restore({ snapshotId: arn, account: other, clusterIdentifier: 'restored' });
    expect(byAccount).toMatchObject({ cluster: { source: { account: other } } });
    const byId = await restore({
      snapshotId: sharedSnapshotId(account, service, 'foreign', { account: stranger }),
      clusterIdentifier: 'restored',
    });
    expect(byId).toMatchObject({ cluster: { source: { account } } });
    const [sent] = inputsOf(byId);
    expect(sent).toMatchObject(
      service === 'REDSHIFT' ? { SnapshotArn: arn, OwnerAccount: stranger } : { SnapshotIdentifier: arn },
    );
  });

  it('reports all failed checks at once, before AWS is asked', async () => {
    const taken = service === 'REDSHIFT' ? 'sales' : 'social';
    const options = {
      REDSHIFT: {
        network: { subnetGroup: 'absent' },
        maintenance: { parameterGroup: 'absent' },
        nodes: { type: 'ra3.large' },
      },
      DOCUMENTDB: {
        subnetGroup: 'absent',
        parameterGroup: 'absent',
        engineVersion: '3.6.0',
        instances: { class: 'db.x99.large' },
        kmsKeyId: disabledKey,
      },
    };
    const answer = await restore({
      snapshotId: snapshotId(service, 'unfinished'),
      clusterIdentifier: taken,
      [block[service]]: options[service],
    });
    expect(answer).toMatchObject({ __typename: 'RestoreRefusedError', code: 'PRECONDITION_FAILED' });
    const expected = ['SNAPSHOT_AVAILABLE', 'NAME_FREE', 'SUBNET_GROUP_EXISTS', 'PARAMETER_GROUP_FITS'];
    expect(failedIn(answer)).toEqual(expect.arrayContaining(expected));
    if (service === 'DOCUMENTDB') {
      expect(failedIn(answer)).toEqual(
        expect.arrayContaining(['ENGINE_VERSION_OFFERED', 'INSTANCE_CLASS_OFFERED', 'KMS_KEY_USABLE']),
      );
    }
    const subnets = answer.checks.find(({ requirement }: Check) => requirement === 'SUBNET_GROUP_EXISTS');
    expect(subnets.field.slice(0, 2)).toEqual(['input', block[service]]);
    expect(await writesOf()).toEqual([]);
  });

  it('checks the key of an encrypted snapshot', async () => {
    const refused = await restore({
      snapshotId: snapshotId(service, 'under-disabled-key'),
      clusterIdentifier: 'restored',
    });
    expect(failedIn(refused)).toEqual(['KMS_KEY_USABLE']);
    const allowed = await restore({ snapshotId: snapshotId(service, 'encrypted'), clusterIdentifier: 'restored' });
    expect(allowed.checks).toContainEqual(expect.objectContaining({ requirement: 'KMS_KEY_USABLE', verdict: 'YES' }));
  });

  it('reports a check as UNKNOWN if the gateway may not make it, and lets AWS decide', async () => {
    const denied = service === 'REDSHIFT' ? 'DescribeClusterSubnetGroups' : 'DescribeDBSubnetGroups';
    await gateway.disturb({ kind: 'error', action: denied, code: 'AccessDenied', status: 403 });
    const answer = await restore({ snapshotId: snapshotId(service, 'manual'), clusterIdentifier: 'restored' });
    expect(answer.checks).toContainEqual(
      expect.objectContaining({ requirement: 'SUBNET_GROUP_EXISTS', verdict: 'UNKNOWN' }),
    );
    expect(answer).toMatchObject({ cluster: { identifier: 'restored' } });
  });

  it('copies network, parameter group, port and tags of likeCluster, and nothing else', async () => {
    const answer = await restore({
      snapshotId: snapshotId(service, 'manual'),
      clusterIdentifier: 'restored',
      likeCluster: clusterArn(service),
      tags: [{ key: 'team', value: 'test' }],
    });
    expect(answer.cluster.tags).toEqual(
      expect.arrayContaining([
        { key: 'team', value: 'test' },
        { key: 'kept-by', value: 'cluster' },
      ]),
    );
    const [sent, ...others] = inputsOf(answer);
    const names = Object.keys(sent);
    for (const never of ['IamRoles', 'DefaultIamRoleArn', 'KmsKeyId', 'ElasticIp', 'NodeType', 'NumberOfNodes']) {
      expect(names).not.toContain(never);
    }
    expect(sent).toMatchObject(
      service === 'REDSHIFT'
        ? { ClusterSubnetGroupName: expect.any(String), Port: 5439, PubliclyAccessible: false }
        : { DBSubnetGroupName: expect.any(String), Port: 27017, VpcSecurityGroupIds: [expect.any(String)] },
    );
    expect(others).toHaveLength(service === 'REDSHIFT' ? 1 : 0);
    const elsewhere = await restore({
      snapshotId: snapshotId(service, 'manual'),
      clusterIdentifier: 'other',
      likeCluster: clusterId(service === 'REDSHIFT' ? 'DOCUMENTDB' : 'REDSHIFT'),
    });
    expect(elsewhere).toMatchObject({ __typename: 'InvalidInputError', field: ['input', 'likeCluster'] });
  });

  it.each([
    ['clusterIdentifier', { clusterIdentifier: '-x' }],
    ['clusterIdentifier', { clusterIdentifier: 'a--b' }],
    ['tags', { tags: [{ key: 'aws:x' }] }],
  ])('refuses an invalid %s', async (field, parts) => {
    const answer = await restore({
      snapshotId: snapshotId(service, 'manual'),
      clusterIdentifier: 'restored',
      ...parts,
    });
    expect(answer).toMatchObject({ __typename: 'InvalidInputError' });
    expect(answer.field.slice(0, 2)).toEqual(['input', field]);
    expect(await actionsOf(gateway)).toEqual([]);
  });

  it('refuses the options of another service', async () => {
    const wrong = service === 'REDSHIFT' ? { documentdb: {} } : { redshift: {} };
    const answer = await restore({
      snapshotId: snapshotId(service, 'manual'),
      clusterIdentifier: 'restored',
      ...wrong,
    });
    expect(answer).toMatchObject({ __typename: 'InvalidInputError', field: ['input', Object.keys(wrong)[0]] });
  });

  it('finds the cluster after a lost response, and is made once', async () => {
    await gateway.disturb({ kind: 'reset', moment: 'after', action: action[service] });
    const answer = await restore({
      snapshotId: snapshotId(service, 'manual'),
      clusterIdentifier: 'restored',
      idempotencyKey: `once ${service}`,
    });
    expect(answer).toMatchObject({ cluster: { identifier: 'restored' } });
    const again = await restore({
      snapshotId: snapshotId(service, 'manual'),
      clusterIdentifier: 'restored',
      idempotencyKey: `once ${service}`,
    });
    expect(again).toMatchObject({ cluster: { identifier: 'restored' }, checks: answer.checks });
    expect(await writesOf()).toEqual([action[service]]);
  });
});

describe('restoreCluster of REDSHIFT', () => {
  it('sends every option', async () => {
    const answer = await restore({
      snapshotId: snapshotId('REDSHIFT', 'manual'),
      clusterIdentifier: 'restored',
      redshift: {
        network: {
          subnetGroup: 'private',
          securityGroupIds: ['sg-0a1b2c3d'],
          port: 5440,
          publiclyAccessible: true,
          elasticIp: '203.0.113.10',
          availabilityZone: 'us-east-1b',
          enhancedVpcRouting: true,
          ipAddressType: 'DUALSTACK',
        },
        security: {
          kmsKeyId: 'alias/ours',
          iamRoles: [`arn:aws:iam::${account}:role/reader`],
          defaultIamRole: `arn:aws:iam::${account}:role/reader`,
          manageMasterPassword: true,
          masterPasswordSecretKmsKeyId: key,
        },
        maintenance: { window: 'sat:23:45-sun:00:15', track: 'trailing', allowVersionUpgrade: false },
        backups: { automatedRetentionDays: 3, manualRetention: { forever: true } },
      },
      dryRun: true,
    });
    expect(inputsOf(answer)).toEqual([
      {
        ClusterIdentifier: 'restored',
        SnapshotArn: snapshotArn('REDSHIFT', 'manual'),
        ClusterSubnetGroupName: 'private',
        VpcSecurityGroupIds: ['sg-0a1b2c3d'],
        Port: 5440,
        PubliclyAccessible: true,
        ElasticIp: '203.0.113.10',
        AvailabilityZone: 'us-east-1b',
        EnhancedVpcRouting: true,
        IpAddressType: 'dualstack',
        KmsKeyId: 'alias/ours',
        Encrypted: true,
        IamRoles: [`arn:aws:iam::${account}:role/reader`],
        DefaultIamRoleArn: `arn:aws:iam::${account}:role/reader`,
        ManageMasterPassword: true,
        MasterPasswordSecretKmsKeyId: key,
        PreferredMaintenanceWindow: 'sat:23:45-sun:00:15',
        MaintenanceTrackName: 'trailing',
        AllowVersionUpgrade: false,
        AutomatedSnapshotRetentionPeriod: 3,
        ManualSnapshotRetentionPeriod: -1,
      },
    ]);
  });

  it.each([
    [{ network: { port: 80 } }, ['network', 'port']],
    [{ network: { elasticIp: '203.0.113.10' } }, ['network', 'elasticIp']],
    [{ network: { availabilityZone: 'eu-west-1a' } }, ['network', 'availabilityZone']],
    [{ network: { availabilityZone: 'us-east-1a', multiAz: true } }, ['network', 'availabilityZone']],
    [{ network: { securityGroupIds: [] } }, ['network', 'securityGroupIds']],
    [{ network: { securityGroupIds: ['group'] } }, ['network', 'securityGroupIds', '0']],
    [{ nodes: { count: 0 } }, ['nodes', 'count']],
    [{ nodes: { reservedNodeId: 'x' } }, ['nodes']],
    [{ security: { kmsKeyId: 'x' } }, ['security', 'kmsKeyId']],
    [{ security: { iamRoles: ['admin'] } }, ['security', 'iamRoles', '0']],
    [{ security: { iamRoles: [`arn:aws:iam::${other}:role/theirs`] } }, ['security', 'iamRoles']],
    [{ security: { defaultIamRole: `arn:aws:iam::${account}:role/x` } }, ['security', 'defaultIamRole']],
    [{ security: { masterPasswordSecretKmsKeyId: key } }, ['security', 'masterPasswordSecretKmsKeyId']],
    [{ maintenance: { window: 'sat:06:00-sat:06:10' } }, ['maintenance', 'window']],
    [{ maintenance: { window: 'weekly' } }, ['maintenance', 'window']],
    [{ backups: { automatedRetentionDays: 36 } }, ['backups', 'automatedRetentionDays']],
    [{ backups: { automatedRetentionDays: 0 } }, ['backups', 'automatedRetentionDays']],
    [{ backups: { manualRetention: { days: 0 } } }, ['backups', 'manualRetention', 'days']],
    [{ backups: { manualRetention: { forever: false } } }, ['backups', 'manualRetention', 'forever']],
  ])('refuses %j', async (redshift, path) => {
    const answer = await restore({
      snapshotId: snapshotId('REDSHIFT', 'manual'),
      clusterIdentifier: 'restored',
      redshift,
    });
    expect(answer).toMatchObject({ __typename: 'InvalidInputError', field: ['input', 'redshift', ...path] });
    expect(await writesOf()).toEqual([]);
  });

  it('reports that the tags failed, and not that the restore did', async () => {
    await gateway.disturb({ kind: 'error', action: 'CreateTags', code: 'AccessDenied', status: 403 });
    const answer = await restore({
      snapshotId: snapshotId('REDSHIFT', 'manual'),
      clusterIdentifier: 'restored',
      tags: [{ key: 'team', value: 'bi' }],
    });
    expect(answer).toMatchObject({ cluster: { identifier: 'restored' }, followUpError: { code: 'FORBIDDEN' } });
  });

  it('needs nodes that the snapshot can be restored to', async () => {
    const answer = await restore({
      snapshotId: snapshotId('REDSHIFT', 'manual'),
      clusterIdentifier: 'restored',
      redshift: { nodes: { type: 'dc2.large', count: 4 } },
    });
    // AWS lists no sizes of this type, which does not show that four nodes are too few.
    expect(failedIn(answer)).toEqual(['NODE_TYPE_RESTORABLE']);
    const enough = await restore({
      snapshotId: snapshotId('REDSHIFT', 'manual'),
      clusterIdentifier: 'restored',
      redshift: { nodes: { count: 2 } },
    });
    expect(enough.checks).toContainEqual(
      expect.objectContaining({ requirement: 'NODE_COUNT_SUFFICIENT', verdict: 'YES' }),
    );
  });
});

describe('restoreCluster of DOCUMENTDB', () => {
  it('sends every option, and returns the calls for instances', async () => {
    const answer = await restore({
      snapshotId: snapshotId('DOCUMENTDB', 'encrypted'),
      clusterIdentifier: 'Restored',
      documentdb: {
        subnetGroup: 'private',
        securityGroupIds: ['sg-0a1b2c3d'],
        availabilityZones: ['us-east-1a', 'us-east-1b'],
        port: 27018,
        kmsKeyId: 'alias/ours',
        deletionProtection: false,
        logExports: ['AUDIT', 'PROFILER'],
        storageType: 'IOPT1',
        networkType: 'IPV4',
        serverlessScaling: { minimumUnits: 0.5, maximumUnits: 4 },
        instances: { class: 'db.r6g.large', count: 2 },
      },
      tags: [{ key: 'team', value: 'bi' }],
    });
    expect(inputsOf(answer)).toEqual([
      {
        DBClusterIdentifier: 'restored',
        SnapshotIdentifier: 'encrypted',
        Engine: 'docdb',
        AvailabilityZones: ['us-east-1a', 'us-east-1b'],
        DBSubnetGroupName: 'private',
        VpcSecurityGroupIds: ['sg-0a1b2c3d'],
        Port: 27018,
        KmsKeyId: 'alias/ours',
        DeletionProtection: false,
        EnableCloudwatchLogsExports: ['audit', 'profiler'],
        StorageType: 'iopt1',
        NetworkType: 'IPV4',
        ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 4 },
        Tags: [{ Key: 'team', Value: 'bi' }],
      },
    ]);
    expect(answer.remainingCalls.map((call: { parameters: string }) => JSON.parse(call.parameters))).toEqual(
      [1, 2].map((index) => ({
        DBInstanceIdentifier: `restored-${index}`,
        DBInstanceClass: 'db.r6g.large',
        Engine: 'docdb',
        DBClusterIdentifier: 'restored',
        Tags: [{ Key: 'team', Value: 'bi' }],
      })),
    );
  });

  it.each([
    [{ port: 80 }, ['port']],
    [{ availabilityZones: ['eu-west-1a'] }, ['availabilityZones']],
    [{ availabilityZones: [] }, ['availabilityZones']],
    [{ engineVersion: 'new' }, ['engineVersion']],
    [{ instances: { class: 'large' } }, ['instances', 'class']],
    [{ instances: { class: 'db.r6g.large', count: 17 } }, ['instances', 'count']],
    [{ instances: { class: 'db.serverless' } }, ['serverlessScaling']],
    [{ serverlessScaling: { minimumUnits: 4, maximumUnits: 1 } }, ['serverlessScaling']],
    [{ serverlessScaling: { minimumUnits: 0.3, maximumUnits: 1 } }, ['serverlessScaling']],
  ])('refuses %j', async (documentdb, path) => {
    const answer = await restore({
      snapshotId: snapshotId('DOCUMENTDB', 'manual'),
      clusterIdentifier: 'restored',
      documentdb,
    });
    expect(answer).toMatchObject({ __typename: 'InvalidInputError', field: ['input', 'documentdb', ...path] });
    expect(await writesOf()).toEqual([]);
  });
});

describe('the policy', () => {
  let limited: Gateway;
  beforeAll(async () => {
    limited = await startGateway({
      policy: {
        restore: restoreSettings.parse({
          perHour: 2,
          subnetGroups: ['private'],
          securityGroups: ['sg-0a1b2c3d'],
          kmsKeys: ['alias/ours'],
          nodeTypes: ['ra3.xlplus'],
          maximumNodes: 3,
          instanceClasses: ['db.r6g.*'],
          maximumInstances: 1,
        }),
      },
    });
  });
  afterAll(() => limited.close());
  beforeEach(() => limited.load(world));

  const allowed: Record<ServiceName, object> = {
    REDSHIFT: { redshift: { network: { subnetGroup: 'private', securityGroupIds: ['sg-0a1b2c3d'] } } },
    DOCUMENTDB: { documentdb: { subnetGroup: 'private', securityGroupIds: ['sg-0a1b2c3d'] } },
  };

  it.each(serviceNames)('allows only what is listed: %s', async (service) => {
    const snapshot = snapshotId(service, 'manual');
    const denied = await restore({ snapshotId: snapshot, clusterIdentifier: 'restored', dryRun: true }, limited);
    expect(failedIn(denied)).toEqual(['POLICY', 'POLICY']);
    const given = await restore(
      { snapshotId: snapshot, clusterIdentifier: 'restored', dryRun: true, ...allowed[service] },
      limited,
    );
    expect(given).toMatchObject({ __typename: 'RestoreClusterPayload' });
  });

  it.each([
    [{ security: { iamRoles: [`arn:aws:iam::${account}:role/admin`] } }],
    [{ security: { kmsKeyId: key.replace('1234', '9234') } }],
    [{ nodes: { type: 'ra3.4xlarge' } }],
    [{ nodes: { count: 4 } }],
    [{ nodes: { count: 2 }, network: { multiAz: true } }],
    [{ network: { multiAz: true } }],
    [{ nodes: { reservedNodeId: 'node', targetReservedNodeOfferingId: 'offering' } }],
    [{ network: { publiclyAccessible: true } }],
    [{ network: { publiclyAccessible: true, elasticIp: '203.0.113.10' } }],
  ])('refuses %j', async (options: { network?: object; [name: string]: object | undefined }) => {
    const network = { subnetGroup: 'private', securityGroupIds: ['sg-0a1b2c3d'], ...options.network };
    const answer = await restore(
      {
        snapshotId: snapshotId('REDSHIFT', 'manual'),
        clusterIdentifier: 'restored',
        redshift: { ...options, network },
      },
      limited,
    );
    expect(failedIn(answer)).toContain('POLICY');
  });

  it.each(serviceNames)('allows the key of the snapshot itself, and no other: %s', async (service) => {
    await limited.load({ ...world, keys: world.keys?.map((each) => ({ ...each, Aliases: [] })) });
    const chosen = async (snapshot: string, kmsKeyId: string) => {
      const options =
        service === 'REDSHIFT'
          ? { redshift: { network: (allowed.REDSHIFT as any).redshift.network, security: { kmsKeyId } } }
          : { documentdb: { ...(allowed.DOCUMENTDB as any).documentdb, kmsKeyId } };
      const input = { snapshotId: snapshotId(service, snapshot), clusterIdentifier: 'restored', dryRun: true };
      return restore({ ...input, ...options }, limited);
    };
    expect(await chosen('encrypted', key.slice(-36))).toMatchObject({ __typename: 'RestoreClusterPayload' });
    expect(failedIn(await chosen('manual', key.slice(-36)))).toContain('POLICY');
  });

  it('allows nodes up to the maximum in all zones together', async () => {
    const input = { snapshotId: snapshotId('REDSHIFT', 'manual'), clusterIdentifier: 'restored', dryRun: true };
    const network = { subnetGroup: 'private', securityGroupIds: ['sg-0a1b2c3d'] };
    const options = [
      { nodes: { type: 'ra3.xlplus', count: 3 }, network },
      { nodes: { count: 1 }, network: { ...network, multiAz: true } },
    ];
    const answers = await Promise.all(options.map((redshift) => restore({ ...input, redshift }, limited)));
    expect(answers.map((answer) => failedIn(answer).filter((each) => each === 'POLICY'))).toEqual([[], []]);
  });

  it('limits the restores per hour, without those that were refused', async () => {
    const input = (name: string) => ({
      snapshotId: snapshotId('REDSHIFT', 'manual'),
      clusterIdentifier: name,
      ...allowed.REDSHIFT,
    });
    await limited.disturb({ kind: 'error', action: action.REDSHIFT, code: 'ClusterQuotaExceeded', status: 400 });
    expect(await restore(input('a'), limited)).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    await limited.disturb();
    expect(await restore(input('a'), limited)).toMatchObject({ cluster: { identifier: 'a' } });
    expect(await restore(input('b'), limited)).toMatchObject({ cluster: { identifier: 'b' } });
    expect(await restore(input('c'), limited)).toMatchObject({ __typename: 'RateLimitedError', code: 'RATE_LIMITED' });
  });

  it('denies every restore without settings', async () => {
    const strict = await startGateway({ policy: {} });
    try {
      await strict.load(world);
      const answer = await restore({ snapshotId: snapshotId('REDSHIFT', 'manual'), clusterIdentifier: 'x' }, strict);
      expect(failedIn(answer)).toEqual(['POLICY', 'POLICY']);
    } finally {
      await strict.close();
    }
  });
});
