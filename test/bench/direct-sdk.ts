import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeClusterSnapshotsCommand, RedshiftClient } from '@aws-sdk/client-redshift';

/**
 * What a service does without snapgate: each request makes one call with the SDK and sends its result as JSON. The shape
 * is the path: a reads one snapshot, b 20 and c 100. Prints its port when it listens.
 */
const client = new RedshiftClient({
  endpoint: process.env['AWS_ENDPOINT_URL'] ?? '',
  region: 'us-east-1',
  credentials: { accessKeyId: '123456789012', secretAccessKey: 'any' },
});
const inputs: Readonly<Record<string, object>> = {
  '/a': { SnapshotIdentifier: process.env['SNAPSHOT'] },
  '/b': { MaxRecords: 20 },
  '/c': { MaxRecords: 100 },
};

const server = createServer((request, response) => {
  request.resume();
  void answer(request.url ?? '', response);
});

async function answer(path: string, response: ServerResponse): Promise<void> {
  const output = await client.send(new DescribeClusterSnapshotsCommand(inputs[path] ?? {}));
  const body = Buffer.from(JSON.stringify(output.Snapshots));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
