import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * Emulates Amazon Redshift in its own thread, so that benchmarks measure only the gateway: 500 complete snapshots in
 * each region, or as many as `workerData` says, and 50 ms per call. Posts its port when it listens.
 */
const { perSource = 500 } = (workerData ?? {}) as { readonly perSource?: number };
const perPage = 100;
const latency = 50;
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
    // Benchmarks only request snapshot identifiers that do not exist.
    const marker = parameters.has('SnapshotIdentifier') ? perSource : Number(parameters.get('Marker') ?? 0);
    const key = `${region} ${marker}`;
    const page = pages.get(key) ?? pageOf(region, marker);
    pages.set(key, page);
    setTimeout(() => response.writeHead(200, { 'content-type': 'text/xml' }).end(page), latency);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  parentPort?.postMessage((server.address() as AddressInfo).port);
});

function pageOf(region: string, from: number): string {
  const next = from + perPage < perSource ? `<Marker>${from + perPage}</Marker>` : '';
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

function snapshotOf(region: string, index: number): string {
  const cluster = `warehouse-${index % 7}`;
  const taken = new Date(Date.UTC(2026, 0, 1) + index * 3_600_000 + region.length * 1000).toISOString();
  const name = `rs:${cluster}-${taken.slice(0, 19).replaceAll(/[T:]/g, '-')}`;
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
  const elements = Object.entries(members).map(([key, value]) => `\n        <${key}>${value}</${key}>`);
  return `\n      <Snapshot>${elements.join('')}\n      </Snapshot>`;
}
