import * as sdk from '@aws-sdk/client-redshift';
import { NormalizedSchema } from '@smithy/core/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { redshiftFaults } from '../../src/emulator/redshift/faults.ts';
import { home, startTestEmulator, type TestEmulator } from '../support/emulator.ts';

const here = { service: 'redshift', account: home, region: 'us-east-2' } as const;
const scope = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20190817/us-east-2/${service}/aws4_request, SignedHeaders=host, Signature=00`;

let emulator: TestEmulator;

beforeAll(async () => {
  emulator = await startTestEmulator();
  await emulator.load({
    now: '2019-12-27T00:00:00Z',
    frozen: true,
    clusters: [{ ...here, ClusterIdentifier: 'mycluster', ClusterNodes: [{ NodeRole: 'LEADER' }], IamRoles: [] }],
    snapshots: [
      {
        ...here,
        SnapshotRetentionStartTime: '2019-12-26T22:38:40.158Z',
        ClusterIdentifier: 'mycluster',
        EncryptedWithHSM: false,
        NumberOfNodes: 2,
        AvailabilityZone: 'us-east-2a',
        ClusterVersion: '1.0',
        TotalBackupSizeInMegaBytes: 55,
        VpcId: 'vpc-a1abc1a1',
        BackupProgressInMegaBytes: 31,
        CurrentBackupRateInMegaBytesPerSecond: 25.5354,
        ElapsedTimeInSeconds: 1,
        ClusterCreateTime: '2019-12-26T20:25:38.716Z',
        MasterUsername: 'adminuser',
        DBName: 'dev',
        ActualIncrementalBackupSizeInMegaBytes: 31,
        SnapshotIdentifier: 'mysnapshotid',
        NodeType: 'dc2.large',
        SnapshotCreateTime: '2019-12-26T22:38:38.944Z',
        SnapshotArn: 'arn:aws:redshift:us-east-2:123456789012:snapshot:mycluster/mysnapshotid',
      },
    ],
  });
});
afterAll(() => emulator.close());

async function post(body: string, authorization = scope('redshift')) {
  const response = await fetch(emulator.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization },
    body,
  });
  return { response, text: await response.text() };
}

const call = (action: string, parameters = '') => post(`Action=${action}&Version=2012-12-01${parameters}`);

/** XML as AWS's pages print it, on one line and without the request id. */
const line = (xml: string) =>
  xml
    .replaceAll(/>\s+</g, '><')
    .replace(/<RequestId>[^<]*/, '<RequestId>')
    .trim();
const code = (xml: string) => /<Code>([^<]*)<\/Code>/.exec(xml)?.[1];

describe('answers in the form that AWS documents', () => {
  it('are DescribeClusterSnapshots with its lists, dates and an empty tag list', async () => {
    const { response, text } = await call('DescribeClusterSnapshots');
    expect(line(text)).toBe(
      line(`
<DescribeClusterSnapshotsResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/">
  <DescribeClusterSnapshotsResult>
    <Snapshots>
      <Snapshot>
        <SnapshotIdentifier>mysnapshotid</SnapshotIdentifier>
        <ClusterIdentifier>mycluster</ClusterIdentifier>
        <SnapshotCreateTime>2019-12-26T22:38:38.944Z</SnapshotCreateTime>
        <Status>available</Status>
        <Port>5439</Port>
        <AvailabilityZone>us-east-2a</AvailabilityZone>
        <ClusterCreateTime>2019-12-26T20:25:38.716Z</ClusterCreateTime>
        <MasterUsername>adminuser</MasterUsername>
        <ClusterVersion>1.0</ClusterVersion>
        <SnapshotType>manual</SnapshotType>
        <NodeType>dc2.large</NodeType>
        <NumberOfNodes>2</NumberOfNodes>
        <DBName>dev</DBName>
        <VpcId>vpc-a1abc1a1</VpcId>
        <Encrypted>false</Encrypted>
        <EncryptedWithHSM>false</EncryptedWithHSM>
        <OwnerAccount>123456789012</OwnerAccount>
        <TotalBackupSizeInMegaBytes>55</TotalBackupSizeInMegaBytes>
        <ActualIncrementalBackupSizeInMegaBytes>31</ActualIncrementalBackupSizeInMegaBytes>
        <BackupProgressInMegaBytes>31</BackupProgressInMegaBytes>
        <CurrentBackupRateInMegaBytesPerSecond>25.5354</CurrentBackupRateInMegaBytesPerSecond>
        <EstimatedSecondsToCompletion>0</EstimatedSecondsToCompletion>
        <ElapsedTimeInSeconds>1</ElapsedTimeInSeconds>
        <Tags/>
        <RestorableNodeTypes>
          <NodeType>dc2.large</NodeType>
        </RestorableNodeTypes>
        <EnhancedVpcRouting>false</EnhancedVpcRouting>
        <MaintenanceTrackName>current</MaintenanceTrackName>
        <ManualSnapshotRetentionPeriod>-1</ManualSnapshotRetentionPeriod>
        <ManualSnapshotRemainingDays>-1</ManualSnapshotRemainingDays>
        <SnapshotRetentionStartTime>2019-12-26T22:38:40.158Z</SnapshotRetentionStartTime>
        <SnapshotArn>arn:aws:redshift:us-east-2:123456789012:snapshot:mycluster/mysnapshotid</SnapshotArn>
      </Snapshot>
    </Snapshots>
  </DescribeClusterSnapshotsResult>
  <ResponseMetadata>
    <RequestId></RequestId>
  </ResponseMetadata>
</DescribeClusterSnapshotsResponse>`),
    );
    expect(response.headers.get('content-type')).toBe('text/xml');
    expect(text).toContain(`<RequestId>${response.headers.get('x-amzn-requestid')}</RequestId>`);
  });

  it('are an empty element for an empty list', async () => {
    const { text } = await call('DescribeClusterSnapshots', '&SnapshotType=automated');
    expect(text).toContain('<DescribeClusterSnapshotsResult><Snapshots/></DescribeClusterSnapshotsResult>');
  });

  it('are only metadata for an operation without output', async () => {
    const arn = 'arn:aws:redshift:us-east-2:123456789012:cluster:mycluster';
    const { text } = await call('DeleteTags', `&ResourceName=${arn}&TagKeys.TagKey.1=a`);
    expect(line(text)).toBe(
      '<DeleteTagsResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/">' +
        '<ResponseMetadata><RequestId></RequestId></ResponseMetadata></DeleteTagsResponse>',
    );
  });

  it('are an error with its type, code and message beside the request id', async () => {
    const { response, text } = await call('DescribeClusterSnapshots', '&SnapshotIdentifier=absent');
    expect(response.status).toBe(404);
    expect(line(text)).toBe(
      '<ErrorResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/">' +
        '<Error><Type>Sender</Type><Code>ClusterSnapshotNotFound</Code>' +
        '<Message>Snapshot absent not found.</Message></Error><RequestId></RequestId></ErrorResponse>',
    );
  });
});

describe('list elements have the names that AWS documents', () => {
  it.each([
    ['Snapshots', sdk.SnapshotMessage$, 'Snapshot'],
    ['Clusters', sdk.ClustersMessage$, 'Cluster'],
    ['TaggedResources', sdk.TaggedResourceListMessage$, 'TaggedResource'],
    ['SnapshotSchedules', sdk.DescribeSnapshotSchedulesOutputMessage$, 'SnapshotSchedule'],
    ['AccountsWithRestoreAccess', sdk.Snapshot$, 'AccountWithRestoreAccess'],
    ['RestorableNodeTypes', sdk.Snapshot$, 'NodeType'],
    ['Tags', sdk.Snapshot$, 'Tag'],
    ['Resources', sdk.BatchDeleteClusterSnapshotsResult$, 'String'],
    ['Errors', sdk.BatchDeleteClusterSnapshotsResult$, 'SnapshotErrorMessage'],
    ['ScheduleDefinitions', sdk.SnapshotSchedule$, 'ScheduleDefinition'],
    ['NextInvocations', sdk.SnapshotSchedule$, 'SnapshotTime'],
    ['AssociatedClusters', sdk.SnapshotSchedule$, 'ClusterAssociatedToSchedule'],
    ['ClusterNodes', sdk.Cluster$, undefined],
    ['VpcSecurityGroups', sdk.Cluster$, 'VpcSecurityGroup'],
    ['IamRoles', sdk.Cluster$, 'ClusterIamRole'],
  ])('%s', (member, structure, element) => {
    const list = NormalizedSchema.of(structure).getMemberSchema(member);
    expect(list.getValueSchema().getMergedTraits().xmlName).toBe(element);
  });

  it('and member where the model names none', async () => {
    const { text } = await call('DescribeClusters');
    expect(text).toContain('<ClusterNodes><member><NodeRole>LEADER</NodeRole></member></ClusterNodes>');
    expect(text).toContain('<IamRoles/>');
  });
});

describe('requests', () => {
  it.each(['my.key', 'dev@local', 'team/dev', 'a+b='])('may come with the access key id %s', async (id) => {
    const { text } = await post('Action=DescribeClusters', scope('redshift').replace('AKIAIOSFODNN7EXAMPLE', id));
    expect(text).toContain('<ClusterIdentifier>mycluster</ClusterIdentifier>');
  });

  it('for what the emulator has not are refused in the words of their service, and recorded', async () => {
    await emulator.control('DELETE', 'calls');
    const { text } = await post('Action=DescribeDBInstances&Version=2014-10-31', scope('rds'));
    expect(text).toContain('<ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">');
    const { content } = await emulator.control('GET', 'calls');
    expect(content['calls']).toMatchObject([
      { service: 'rds', action: 'DescribeDBInstances', account: home, region: 'us-east-2', code: 'InvalidAction' },
    ]);
  });

  it.each([
    ['a plus sign for a space', '&SnapshotIdentifier=my+snapshotid', 'ClusterSnapshotNotFound'],
    ['an empty list', '&TagKeys=', undefined],
    ['lists by the name member', '&TagKeys.member.1=absent', undefined],
    ['a page size that is no number', '&MaxRecords=many', 'InvalidParameterValue'],
    ['a page size with a fraction', '&MaxRecords=20.0', 'InvalidParameterValue'],
    ['a truth that is none', '&ClusterExists=maybe', 'InvalidParameterValue'],
    ['a date that is none', '&StartTime=yesterday', 'InvalidParameterValue'],
    ['a date of the calendar that is none', '&StartTime=2026-13-45T00:00:00Z', 'InvalidParameterValue'],
    ['a thirtieth of February', '&StartTime=2026-02-30T00:00:00Z', 'InvalidParameterValue'],
    ['a twenty-ninth of February in a leap year', '&StartTime=2024-02-29T00:00:00Z', undefined],
    ['a list position that is none', '&TagKeys.TagKey.first=a', 'MalformedQueryString'],
    ['what XML cannot write', '&SnapshotIdentifier=%00', 'ClusterSnapshotNotFound'],
    ['half an escape', '&SnapshotIdentifier=%4', 'MalformedQueryString'],
    ['a parameter twice', '&SnapshotType=manual&SnapshotType=manual', 'MalformedQueryString'],
    [
      'a required member of a list item that is missing',
      '&SortingEntities.SnapshotSortingEntity.1.SortOrder=ASC',
      'MissingParameter',
    ],
    [
      'an attribute to sort by that AWS has not',
      '&SortingEntities.SnapshotSortingEntity.1.Attribute=NAME',
      'InvalidParameterValue',
    ],
    ['a parameter of another version', '&Unheard=of', undefined],
  ])('may have %s', async (_, parameters, expected) => {
    const { text } = await call('DescribeClusterSnapshots', parameters);
    expect(code(text)).toBe(expected);
  });

  it.each(['GET', 'POST'])('may be a %s, signed in the query', async (method) => {
    const query = 'Action=DescribeClusters&Version=2012-12-01';
    const credential = encodeURIComponent('AKIA/20190817/us-east-2/redshift/aws4_request');
    const response = await fetch(`${emulator.url}/?${query}&X-Amz-Credential=${credential}`, { method });
    expect(await response.text()).toContain('<ClusterIdentifier>mycluster</ClusterIdentifier>');
  });

  it.each([
    ['no action', '', scope('redshift'), 'MissingAction'],
    ['an action that there is not', 'Action=DropEverything', scope('redshift'), 'InvalidAction'],
    ['an action of the object prototype', 'Action=constructor', scope('redshift'), 'InvalidAction'],
    ['an action of another service', 'Action=GetCallerIdentity', scope('redshift'), 'InvalidAction'],
    ['another version', 'Action=DescribeClusters&Version=2014-10-31', scope('redshift'), 'InvalidAction'],
    ['no required parameter', 'Action=CreateClusterSnapshot', scope('redshift'), 'MissingParameter'],
    ['a signature for no service here', 'Action=DescribeClusters', scope('ec2'), undefined],
    ['no signature at all', 'Action=DescribeClusters', '', undefined],
  ])('with %s find their service or their fault', async (_, body, authorization, expected) => {
    const { response, text } = await post(body, authorization);
    expect(code(text)).toBe(expected);
    expect(response.status).toBe(expected ? 400 : 200);
  });
});

it('every fault has the status that AWS models', () => {
  const modelled = new Map(Object.values(sdk).flatMap(errorOf));
  expect(modelled.size).toBeGreaterThan(100);
  for (const [wireCode, status] of redshiftFaults)
    expect([wireCode, modelled.get(wireCode)]).toEqual([wireCode, status]);
});

const errorTraits = z.object({ awsQueryError: z.tuple([z.string(), z.number()]) });

/** The wire code and the status of an SDK error schema; nothing for any other export. */
function errorOf(value: unknown): [string, number][] {
  const errorKind = -3;
  if (!Array.isArray(value) || value[0] !== errorKind) return [];
  const traits = errorTraits.safeParse(value[3]);
  return traits.success ? [traits.data.awsQueryError] : [];
}
