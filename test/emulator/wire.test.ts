import * as sdk from '@aws-sdk/client-redshift';
import { NormalizedSchema } from '@smithy/core/schema';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { redshiftFaults } from '../../src/emulator/redshift/faults.ts';
import { home, useEmulator } from '../support/emulator.ts';

const here = { service: 'redshift', account: home, region: 'us-east-2' } as const;
const scope = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20190817/us-east-2/${service}/aws4_request, SignedHeaders=host, Signature=00`;

const emulator = await useEmulator();
beforeAll(async () => {
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
        RestorableNodeTypes: ['dc2.large'],
        SnapshotCreateTime: '2019-12-26T22:38:38.944Z',
        SnapshotArn: 'arn:aws:redshift:us-east-2:123456789012:snapshot:mycluster/mysnapshotid',
      },
    ],
  });
});

async function post(body: string, authorization = scope('redshift')) {
  const response = await fetch(emulator.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization },
    body,
  });
  return { response, text: await response.text() };
}

const call = (action: string, parameters = '') => post(`Action=${action}&Version=2012-12-01${parameters}`);

/** Returns XML as AWS's documentation prints it, on one line and without the request id. */
const line = (xml: string) =>
  xml
    .replaceAll(/>\s+</g, '><')
    .replace(/<RequestId>[^<]*/, '<RequestId>')
    .trim();
/** Returns XML in AWS's layout: indented by two spaces. */
const anonymous = (xml: string) => xml.replace(/<RequestId>[^<]*/, '<RequestId>').trim();
const code = (xml: string) => /<Code>([^<]*)<\/Code>/.exec(xml)?.[1];

// The sample responses of https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusterSnapshots.html and of
// the other operations: indented, with a fraction for doubles, and with one tag for an empty list.
describe('responses have the form that AWS documents', () => {
  it('for DescribeClusterSnapshots, with lists, dates and an empty tag list', async () => {
    const { response, text } = await call('DescribeClusterSnapshots');
    expect(anonymous(text)).toBe(
      anonymous(`
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
        <EngineFullVersion>1.0.78125</EngineFullVersion>
        <SnapshotType>manual</SnapshotType>
        <NodeType>dc2.large</NodeType>
        <NumberOfNodes>2</NumberOfNodes>
        <DBName>dev</DBName>
        <VpcId>vpc-a1abc1a1</VpcId>
        <Encrypted>false</Encrypted>
        <EncryptedWithHSM>false</EncryptedWithHSM>
        <OwnerAccount>123456789012</OwnerAccount>
        <TotalBackupSizeInMegaBytes>55.0</TotalBackupSizeInMegaBytes>
        <ActualIncrementalBackupSizeInMegaBytes>31.0</ActualIncrementalBackupSizeInMegaBytes>
        <BackupProgressInMegaBytes>31.0</BackupProgressInMegaBytes>
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
    expect(text.endsWith('>\n')).toBe(true);
    expect(response.headers.get('content-type')).toBe('text/xml');
    expect(response.headers.get('vary')).toBe('Accept-Encoding');
    expect(text).toContain(`<RequestId>${response.headers.get('x-amzn-requestid')}</RequestId>`);
  });

  it('for an empty list: an empty element', async () => {
    const { text } = await call('DescribeClusterSnapshots', '&SnapshotType=automated');
    expect(line(text)).toContain('<DescribeClusterSnapshotsResult><Snapshots/></DescribeClusterSnapshotsResult>');
  });

  it('for an operation without output: only metadata', async () => {
    const arn = 'arn:aws:redshift:us-east-2:123456789012:cluster:mycluster';
    const { text } = await call('DeleteTags', `&ResourceName=${arn}&TagKeys.TagKey.1=a`);
    expect(line(text)).toBe(
      '<DeleteTagsResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/">' +
        '<ResponseMetadata><RequestId></RequestId></ResponseMetadata></DeleteTagsResponse>',
    );
  });

  it('for an error: type, code, message and request id', async () => {
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

  it('or the name member, if the model has no name', async () => {
    const { text } = await call('DescribeClusters');
    expect(line(text)).toContain('<ClusterNodes><member><NodeRole>LEADER</NodeRole><PrivateIPAddress>');
    expect(text).toContain('<IamRoles/>');
  });
});

describe('requests', () => {
  it.each(['my.key', 'dev@local', 'team/dev', 'a+b='])('can have the access key id %s', async (id) => {
    const { text } = await post('Action=DescribeClusters', scope('redshift').replace('AKIAIOSFODNN7EXAMPLE', id));
    expect(text).toContain('<ClusterIdentifier>mycluster</ClusterIdentifier>');
  });

  it('for unsupported actions are rejected in the XML namespace of their service, and recorded', async () => {
    await emulator.control('DELETE', 'calls');
    const { text } = await post('Action=DescribeDBProxies&Version=2014-10-31', scope('rds'));
    expect(text).toContain('<ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">');
    const { content } = await emulator.control('GET', 'calls');
    expect(content['calls']).toMatchObject([
      { service: 'rds', action: 'DescribeDBProxies', account: home, region: 'us-east-2', code: 'InvalidAction' },
    ]);
  });

  it.each([
    ['a plus sign as a space', '&SnapshotIdentifier=my+snapshotid', 'ClusterSnapshotNotFound'],
    ['an empty list', '&TagKeys=', undefined],
    ['lists with the element name member', '&TagKeys.member.1=absent', undefined],
    ['a page size that is not a number', '&MaxRecords=many', 'InvalidParameterValue'],
    ['a page size with a fraction', '&MaxRecords=20.0', 'InvalidParameterValue'],
    ['an invalid boolean', '&ClusterExists=maybe', 'InvalidParameterValue'],
    ['an invalid date', '&StartTime=yesterday', 'InvalidParameterValue'],
    ['a date with an invalid month and day', '&StartTime=2026-13-45T00:00:00Z', 'InvalidParameterValue'],
    ['February 30', '&StartTime=2026-02-30T00:00:00Z', 'InvalidParameterValue'],
    ['February 29 in a leap year', '&StartTime=2024-02-29T00:00:00Z', undefined],
    ['an invalid list position', '&TagKeys.TagKey.first=a', 'MalformedQueryString'],
    ['a character that XML does not allow', '&SnapshotIdentifier=%00', 'ClusterSnapshotNotFound'],
    ['an incomplete percent escape', '&SnapshotIdentifier=%4', 'MalformedQueryString'],
    ['a repeated parameter', '&SnapshotType=manual&SnapshotType=manual', 'MalformedQueryString'],
    [
      'a list item without a required member',
      '&SortingEntities.SnapshotSortingEntity.1.SortOrder=ASC',
      'MissingParameter',
    ],
    ['an unknown sort attribute', '&SortingEntities.SnapshotSortingEntity.1.Attribute=NAME', 'InvalidParameterValue'],
    ['an unknown parameter', '&Unheard=of', 'UnknownParameter'],
    ['a list with a text', '&TagKeys=absent', 'MalformedQueryString'],
    ['a list whose items have a text', '&TagKeys.TagKey=absent', 'MalformedQueryString'],
    ['a list with another element name', '&TagKeys.Key.1=absent', 'UnknownParameter'],
    ['a list with two element names', '&TagKeys.TagKey.1=absent&TagKeys.member.1=absent', 'MalformedQueryString'],
    ['a list item with a text', '&SortingEntities.SnapshotSortingEntity.1=TOTAL_SIZE', 'MalformedQueryString'],
    ['a text with members', '&SnapshotType=manual&SnapshotType.1=manual', 'MalformedQueryString'],
    ['an action with members', '&Action.1=DescribeTags', 'UnknownParameter'],
  ])('are handled as AWS does: %s', async (_, parameters, expected) => {
    const { text } = await call('DescribeClusterSnapshots', parameters);
    expect(code(text)).toBe(expected);
  });

  it.each(['GET', 'POST'])('can be a %s that is signed in the query string', async (method) => {
    const query = 'Action=DescribeClusters&Version=2012-12-01';
    const credential = encodeURIComponent('AKIA/20190817/us-east-2/redshift/aws4_request');
    const response = await fetch(`${emulator.url}/?${query}&X-Amz-Credential=${credential}`, { method });
    expect(await response.text()).toContain('<ClusterIdentifier>mycluster</ClusterIdentifier>');
  });

  it.each([
    ['no action', '', scope('redshift'), 'MissingAction'],
    ['an unknown action', 'Action=DropEverything', scope('redshift'), 'InvalidAction'],
    ['an action of the object prototype', 'Action=constructor', scope('redshift'), 'InvalidAction'],
    ['an action of another service', 'Action=GetCallerIdentity', scope('redshift'), 'InvalidAction'],
    ['another version', 'Action=DescribeClusters&Version=2014-10-31', scope('redshift'), 'InvalidAction'],
    ['no required parameter', 'Action=CreateClusterSnapshot', scope('redshift'), 'MissingParameter'],
    ['a signature for a service that is not emulated', 'Action=DescribeClusters', scope('ec2'), undefined],
    ['no signature', 'Action=DescribeClusters', '', undefined],
  ])('with %s reach their service or return a fault', async (_, body, authorization, expected) => {
    const { response, text } = await post(body, authorization);
    expect(code(text)).toBe(expected);
    expect(response.status).toBe(expected ? 400 : 200);
  });
});

it('returns every fault with the status in the AWS model', () => {
  const modelled = new Map(Object.values(sdk).flatMap(errorOf));
  expect(modelled.size).toBeGreaterThan(100);
  for (const [wireCode, status] of redshiftFaults)
    expect([wireCode, modelled.get(wireCode)]).toEqual([wireCode, status]);
});

const errorTraits = z.object({ awsQueryError: z.tuple([z.string(), z.number()]) });

/** Returns the wire code and status of an SDK error schema, and an empty list for any other export. */
function errorOf(value: unknown): [string, number][] {
  const errorKind = -3;
  if (!Array.isArray(value) || value[0] !== errorKind) return [];
  const traits = errorTraits.safeParse(value[3]);
  return traits.success ? [traits.data.awsQueryError] : [];
}
