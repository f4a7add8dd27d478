import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** What can be set, as `workerData` of a thread, or in JSON as the argument of a process. */
interface Settings {
  readonly perSource?: number;
  readonly latency?: number;
}

/**
 * Emulates Amazon Redshift in its own thread or process, so that benchmarks measure only the gateway: 500 complete
 * snapshots of 7 clusters in each region, and 50 ms per call, unless the settings say otherwise. Posts its port when it
 * listens; a GET request returns the number of calls so far.
 */
const { perSource = 500, latency = 50 }: Settings = workerData ?? JSON.parse(process.argv[2] ?? '{}');
const perPage = 100;
const clustersPerSource = 7;
let calls = 0;
const pages = new Map<string, string>();

const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Account>123456789012</Account>
  </GetCallerIdentityResult>
</GetCallerIdentityResponse>
`;

const server = createServer((request, response) => {
  const region = /\/([a-z]+-[a-z]+-\d+)\/redshift\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const parameters = new URLSearchParams(Buffer.concat(chunks).toString());
    if (parameters.get('Action') === 'GetCallerIdentity') {
      response.writeHead(200, { 'content-type': 'text/xml' }).end(identity);
      return;
    }
    if (request.method === 'GET') {
      response.end(String(calls));
      return;
    }
    calls += 1;
    const key = `${region} ${['Action', 'Marker', 'MaxRecords', 'SnapshotIdentifier'].map((name) => parameters.get(name)).join(' ')}`;
    const page = pages.get(key) ?? answerTo(region, parameters);
    // The pages of a larger fleet do not fit in memory.
    if (perSource <= 1000) pages.set(key, page);
    const send = () => response.writeHead(200, { 'content-type': 'text/xml' }).end(page);
    if (latency === 0) send();
    else setTimeout(send, latency);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  parentPort?.postMessage(port);
  process.send?.({ port });
});

function answerTo(region: string, parameters: URLSearchParams): string {
  if (parameters.get('Action') === 'DescribeClusters') return clustersOf(region);
  const limit = Number(parameters.get('MaxRecords') ?? perPage);
  const named = parameters.get('SnapshotIdentifier');
  if (named === null) return pageOf(region, Number(parameters.get('Marker') ?? 0), limit);
  const index = Array.from({ length: perSource }, (_, index) => nameOf(region, index)).indexOf(named);
  return index === -1 ? pageOf(region, perSource, limit) : pageOf(region, index, 1, false);
}

function clustersOf(region: string): string {
  const clusters = Array.from({ length: clustersPerSource }, (_, index) => clusterOf(region, `warehouse-${index}`));
  return `<DescribeClustersResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/">
  <DescribeClustersResult>
    <Clusters>${clusters.join('')}
    </Clusters>
  </DescribeClustersResult>
</DescribeClustersResponse>
`;
}

function pageOf(region: string, from: number, perPage: number, hasNext = from + perPage < perSource): string {
  const next = hasNext ? `<Marker>${from + perPage}</Marker>` : '';
  const snapshots = Array.from({ length: Math.min(perPage, perSource - from) }, (_, index) =>
    snapshotOf(region, from + index),
  );
  return `<DescribeClusterSnapshotsResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/">
  <DescribeClusterSnapshotsResult>
    ${next}
    <Snapshots>${snapshots.join('')}
    </Snapshots>
  </DescribeClusterSnapshotsResult>
  <ResponseMetadata>
    <RequestId>9e5c1d5f-0ae1-4a0e-8f6c-3c6c0d0b7a51</RequestId>
  </ResponseMetadata>
</DescribeClusterSnapshotsResponse>
`;
}

const takenOf = (region: string, index: number) =>
  new Date(Date.UTC(2026, 0, 1) + index * 3_600_000 + region.length * 1000).toISOString();

const nameOf = (region: string, index: number) =>
  `rs:warehouse-${index % clustersPerSource}-${takenOf(region, index).slice(0, 19).replaceAll(/[T:]/g, '-')}`;

function snapshotOf(region: string, index: number): string {
  const cluster = `warehouse-${index % clustersPerSource}`;
  const taken = takenOf(region, index);
  const name = nameOf(region, index);
  const members = {
    SnapshotIdentifier: name,
    ClusterIdentifier: cluster,
    SnapshotCreateTime: taken,
    Status: 'available',
    Port: 5439,
    AvailabilityZone: `${region}a`,
    ClusterCreateTime: '2024-05-06T07:08:09.123Z',
    MasterUsername: 'awsuser',
    ClusterVersion: '1.0',
    EngineFullVersion: '1.0.78125',
    SnapshotType: 'automated',
    NodeType: 'ra3.4xlarge',
    NumberOfNodes: 4,
    DBName: 'analytics',
    VpcId: 'vpc-0a1b2c3d4e5f',
    Encrypted: true,
    KmsKeyId: `arn:aws:kms:${region}:123456789012:key/813e6baa-5eed-4000-8000-123456789012`,
    EncryptedWithHSM: false,
    AccountsWithRestoreAccess: '',
    OwnerAccount: '123456789012',
    TotalBackupSizeInMegaBytes: 370_944.5 + index,
    ActualIncrementalBackupSizeInMegaBytes: 7419.25 + index,
    BackupProgressInMegaBytes: 7419.25 + index,
    CurrentBackupRateInMegaBytesPerSecond: 60.5,
    EstimatedSecondsToCompletion: 0,
    ElapsedTimeInSeconds: 185 + index,
    SourceRegion: region,
    Tags: '<Tag><Key>team</Key><Value>sales</Value></Tag><Tag><Key>environment</Key><Value>production</Value></Tag>',
    RestorableNodeTypes: '<NodeType>ra3.4xlarge</NodeType><NodeType>ra3.16xlarge</NodeType>',
    EnhancedVpcRouting: false,
    MaintenanceTrackName: 'current',
    ManualSnapshotRetentionPeriod: -1,
    ManualSnapshotRemainingDays: -1,
    SnapshotRetentionStartTime: taken,
    MasterPasswordSecretArn: `arn:aws:secretsmanager:${region}:123456789012:secret:redshift!${cluster}`,
    MasterPasswordSecretKmsKeyId: `arn:aws:kms:${region}:123456789012:key/113e6baa-5eed-4000-8000-123456789012`,
    SnapshotArn: `arn:aws:redshift:${region}:123456789012:snapshot:${cluster}/${name}`,
  };
  return recordOf('Snapshot', members);
}

function clusterOf(region: string, name: string): string {
  const members = {
    ClusterIdentifier: name,
    NodeType: 'ra3.4xlarge',
    ClusterStatus: 'available',
    ClusterAvailabilityStatus: 'Available',
    MasterUsername: 'awsuser',
    DBName: 'analytics',
    Endpoint: `<Address>${name}.c1abcdefghij.${region}.redshift.amazonaws.com</Address><Port>5439</Port>`,
    ClusterCreateTime: '2024-05-06T07:08:09.123Z',
    AutomatedSnapshotRetentionPeriod: 7,
    ManualSnapshotRetentionPeriod: -1,
    VpcId: 'vpc-0a1b2c3d4e5f',
    AvailabilityZone: `${region}a`,
    ClusterVersion: '1.0',
    AllowVersionUpgrade: true,
    NumberOfNodes: 4,
    PubliclyAccessible: false,
    Encrypted: true,
    KmsKeyId: `arn:aws:kms:${region}:123456789012:key/813e6baa-5eed-4000-8000-123456789012`,
    EnhancedVpcRouting: false,
    MaintenanceTrackName: 'current',
    MultiAZ: 'Disabled',
    Tags: '<Tag><Key>team</Key><Value>sales</Value></Tag>',
    ClusterNamespaceArn: `arn:aws:redshift:${region}:123456789012:namespace:0a1b2c3d-5eed-4000-8000-123456789012`,
  };
  return recordOf('Cluster', members);
}

function recordOf(name: string, members: object): string {
  const elements = Object.entries(members).map(([key, value]) => `\n        <${key}>${value}</${key}>`);
  return `\n      <${name}>${elements.join('')}\n      </${name}>`;
}
