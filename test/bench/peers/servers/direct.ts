import { createServer, type ServerResponse } from 'node:http';
import {
  DescribeClustersCommand,
  DescribeClusterSnapshotsCommand,
  type DescribeClusterSnapshotsMessage,
  RedshiftClient,
} from '@aws-sdk/client-redshift';
import { answers, reportPort } from './listen.ts';

/** Calls AWS for every request and sends the response of the SDK as JSON: what a service without a gateway does. */
const credentials = { accessKeyId: '123456789012', secretAccessKey: 'any' };
const clientOf = (region: string) =>
  new RedshiftClient({ region, endpoint: process.argv[3] ?? answers.upstream, credentials });
const client = clientOf('us-east-1');
const list = (input: DescribeClusterSnapshotsMessage) => client.send(new DescribeClusterSnapshotsCommand(input));

const { identifier } = answers.snapshots[0]!;
const fleet = Array.from({ length: 200 }, (_, index) => `us-east-${index + 1}`);
let clients: RedshiftClient[] | undefined;

/** Reads a page of each of 200 regions at once, with a client for each. */
async function readFleet() {
  clients ??= fleet.map(clientOf);
  const pages = await Promise.all(clients.map((each) => each.send(new DescribeClusterSnapshotsCommand({}))));
  return { total: pages.reduce((sum, { Snapshots = [] }) => sum + Snapshots.length, 0) };
}

const reads: Readonly<Record<string, () => Promise<object>>> = {
  '/a': async () => ({
    SnapshotIdentifier: (await list({ SnapshotIdentifier: identifier })).Snapshots?.[0]?.SnapshotIdentifier,
  }),
  '/b': async () => (await list({ MaxRecords: 20 })).Snapshots ?? [],
  '/c': async () => {
    const [{ Snapshots }, { Clusters }] = await Promise.all([
      list({ MaxRecords: 100 }),
      client.send(new DescribeClustersCommand({})),
    ]);
    return { Snapshots, Clusters };
  },
  '/fleet': readFleet,
};

async function answer(path: string, response: ServerResponse): Promise<void> {
  const body = JSON.stringify(await reads[path]?.());
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

const server = createServer((request, response) => {
  request.resume().on('end', () => void answer(request.url ?? '', response));
});
server.listen(0, '127.0.0.1', () => reportPort(server));
