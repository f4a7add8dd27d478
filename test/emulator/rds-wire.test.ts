import { beforeAll, describe, expect, it } from 'vitest';

import { home, useEmulator } from '../support/emulator.ts';

const here = { service: 'rds', account: home, region: 'us-east-1' } as const;
const authorization =
  'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20200424/us-east-1/rds/aws4_request, SignedHeaders=host, Signature=00';

const emulator = await useEmulator();
beforeAll(async () => {
  await emulator.load({
    now: '2020-04-24T04:59:08.475Z',
    frozen: true,
    clusters: [
      {
        ...here,
        DBClusterIdentifier: 'sample-cluster',
        ClusterCreateTime: '2020-01-10T22:13:38.261Z',
        MasterUsername: 'master-user',
        EngineVersion: '4.0.0',
        KmsKeyId: `arn:aws:kms:us-east-1:${home}:key/sample-key`,
        DbClusterResourceId: 'cluster-RESOURCE',
      },
    ],
    snapshots: [
      {
        ...here,
        DBClusterIdentifier: 'sample-cluster',
        DBClusterSnapshotIdentifier: 'sample-shared',
        RestoreAccounts: ['111122223333'],
        Tags: [{ Key: 'note', Value: '' }],
      },
    ],
  });
});

async function call(action: string, parameters: string) {
  const body = `Action=${action}&Version=2014-10-31&${parameters}`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization };
  const response = await fetch(emulator.url, { method: 'POST', headers, body });
  return { status: response.status, xml: line(await response.text()) };
}

/** Returns XML as AWS's documentation prints it, on one line and without the request id. */
function line(xml: string): string {
  return xml
    .replaceAll(/>\s+</g, '><')
    .replace(/<RequestId>[^<]*/, '<RequestId>')
    .trim();
}

const metadata = '<ResponseMetadata><RequestId></RequestId></ResponseMetadata>';

// The sample responses of https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBClusterSnapshot.html and
// of the other operations.
describe('responses have the form that AWS documents', () => {
  it('for CreateDBClusterSnapshot, with the members that only the RDS model has', async () => {
    const parameters = 'DBClusterSnapshotIdentifier=sample-cluster-snapshot&DBClusterIdentifier=sample-cluster';
    const { status, xml } = await call('CreateDBClusterSnapshot', parameters);
    expect(status).toBe(200);
    expect(xml).toBe(
      line(`
<CreateDBClusterSnapshotResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">
  <CreateDBClusterSnapshotResult>
    <DBClusterSnapshot>
      <AvailabilityZones>
        <AvailabilityZone>us-east-1a</AvailabilityZone>
        <AvailabilityZone>us-east-1b</AvailabilityZone>
        <AvailabilityZone>us-east-1c</AvailabilityZone>
      </AvailabilityZones>
      <DBClusterSnapshotIdentifier>sample-cluster-snapshot</DBClusterSnapshotIdentifier>
      <DBClusterIdentifier>sample-cluster</DBClusterIdentifier>
      <SnapshotCreateTime>2020-04-24T04:59:08.475Z</SnapshotCreateTime>
      <Engine>docdb</Engine>
      <EngineMode>provisioned</EngineMode>
      <AllocatedStorage>0</AllocatedStorage>
      <Status>creating</Status>
      <Port>0</Port>
      <VpcId>vpc-0a1b2c3d</VpcId>
      <ClusterCreateTime>2020-01-10T22:13:38.261Z</ClusterCreateTime>
      <MasterUsername>master-user</MasterUsername>
      <EngineVersion>4.0.0</EngineVersion>
      <LicenseModel>docdb</LicenseModel>
      <SnapshotType>manual</SnapshotType>
      <PercentProgress>0</PercentProgress>
      <StorageEncrypted>true</StorageEncrypted>
      <KmsKeyId>arn:aws:kms:us-east-1:123456789012:key/sample-key</KmsKeyId>
      <DBClusterSnapshotArn>arn:aws:rds:us-east-1:123456789012:cluster-snapshot:sample-cluster-snapshot</DBClusterSnapshotArn>
      <IAMDatabaseAuthenticationEnabled>false</IAMDatabaseAuthenticationEnabled>
      <TagList/>
      <StorageType>standard</StorageType>
      <DbClusterResourceId>cluster-RESOURCE</DbClusterResourceId>
    </DBClusterSnapshot>
  </CreateDBClusterSnapshotResult>
  ${metadata}
</CreateDBClusterSnapshotResponse>`),
    );
  });

  it('for an empty list: an empty element', async () => {
    const { xml } = await call('DescribeDBClusterSnapshots', 'SnapshotType=automated');
    expect(xml).toContain('<DescribeDBClusterSnapshotsResult><DBClusterSnapshots/></DescribeDBClusterSnapshotsResult>');
  });

  it('for DescribeDBClusterSnapshotAttributes, with a result inside a result of a similar name', async () => {
    const { xml } = await call('DescribeDBClusterSnapshotAttributes', 'DBClusterSnapshotIdentifier=sample-shared');
    expect(xml).toBe(
      line(`
<DescribeDBClusterSnapshotAttributesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">
  <DescribeDBClusterSnapshotAttributesResult>
    <DBClusterSnapshotAttributesResult>
      <DBClusterSnapshotIdentifier>sample-shared</DBClusterSnapshotIdentifier>
      <DBClusterSnapshotAttributes>
        <DBClusterSnapshotAttribute>
          <AttributeName>restore</AttributeName>
          <AttributeValues>
            <AttributeValue>111122223333</AttributeValue>
          </AttributeValues>
        </DBClusterSnapshotAttribute>
      </DBClusterSnapshotAttributes>
    </DBClusterSnapshotAttributesResult>
  </DescribeDBClusterSnapshotAttributesResult>
  ${metadata}
</DescribeDBClusterSnapshotAttributesResponse>`),
    );
  });

  it('for ListTagsForResource with an empty value, and for RemoveTagsFromResource: only metadata', async () => {
    const resource = `ResourceName=arn:aws:rds:us-east-1:${home}:cluster-snapshot:sample-shared`;
    expect((await call('ListTagsForResource', resource)).xml).toContain(
      '<ListTagsForResourceResult><TagList><Tag><Key>note</Key><Value/></Tag></TagList></ListTagsForResourceResult>',
    );
    expect((await call('RemoveTagsFromResource', `${resource}&TagKeys.member.1=note`)).xml).toBe(
      `<RemoveTagsFromResourceResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">${metadata}</RemoveTagsFromResourceResponse>`,
    );
  });

  it('for the capacities of serverless clusters: integers in version 1, doubles in version 2', async () => {
    const cluster =
      'DBClusterIdentifier=serverless&MasterUsername=master&MasterUserPassword=secret99&Engine=aurora-mysql';
    const capacities = 'ServerlessV2ScalingConfiguration.MinCapacity=2&ServerlessV2ScalingConfiguration.MaxCapacity=4';
    const { xml } = await call('CreateDBCluster', `${cluster}&EngineMode=serverless&${capacities}`);
    expect(xml).toContain('<MinCapacity>1</MinCapacity><MaxCapacity>16</MaxCapacity>');
    expect(xml).toContain('<MinCapacity>2.0</MinCapacity><MaxCapacity>4.0</MaxCapacity>');
  });

  it('for an error: type Sender, code, message and request id', async () => {
    const { status, xml } = await call('DeleteDBClusterSnapshot', 'DBClusterSnapshotIdentifier=absent');
    expect(status).toBe(404);
    expect(xml).toBe(
      line(`
<ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">
  <Error>
    <Type>Sender</Type>
    <Code>DBClusterSnapshotNotFoundFault</Code>
    <Message>DBClusterSnapshot not found: absent</Message>
  </Error>
  <RequestId></RequestId>
</ErrorResponse>`),
    );
  });
});
