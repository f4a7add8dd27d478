import { once } from 'node:events';
import { createServer } from 'node:http';
import { DescribeDBClusterSnapshotsCommand, DocDBClient } from '@aws-sdk/client-docdb';
import { CreateTagsCommand, DescribeClusterSnapshotsCommand, RedshiftClient } from '@aws-sdk/client-redshift';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { HttpResponse } from '@smithy/core/protocols';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flawsIn, ProtocolError, StrictQueryProtocol } from '../../src/aws/protocol/protocol.ts';
import { snapshotPage } from './answers.ts';
import { runs } from '../support/runs.ts';

const settings = {
  region: 'eu-central-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
};

type Body = Uint8Array | string;

/** Returns the settings of a client for which every response has the current value of `body`. */
function answering(body: () => Body, statusCode = 200) {
  const headers = { 'x-amzn-requestid': 'c0ffee' };
  const respond = () => new HttpResponse({ statusCode, headers, body: Buffer.from(body()) });
  return { ...settings, requestHandler: { handle: () => Promise.resolve({ response: respond() }) } };
}

/** Returns a function that lists snapshots with a client whose response has the given body. */
function snapshotsCall(protocol: typeof AwsQueryProtocol, statusCode?: number) {
  let answer: Body = '';
  const client = new RedshiftClient({ ...answering(() => answer, statusCode), protocol });
  return (body: Body) => {
    answer = body;
    return client.send(new DescribeClusterSnapshotsCommand({}));
  };
}

const describeSnapshots = snapshotsCall(StrictQueryProtocol);
const describeSnapshotsBySdk = snapshotsCall(AwsQueryProtocol);

async function refusalOf(call: Promise<unknown>): Promise<ProtocolError> {
  const outcome = await call.catch((error: unknown) => error);
  if (outcome instanceof ProtocolError) return outcome;
  throw new Error('not rejected', { cause: outcome });
}

const page = snapshotPage(2);

describe('a complete response', () => {
  test('is parsed as by the SDK, including the request ID', async () => {
    const output = await describeSnapshots(page);
    expect(output).toStrictEqual(await describeSnapshotsBySdk(page));
    expect(output.Snapshots).toHaveLength(2);
    expect(output.$metadata).toMatchObject({ httpStatusCode: 200, requestId: 'c0ffee' });
  });

  test('is read from a real connection', async () => {
    await using server = createServer((_, response) => response.end(page)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const client = new RedshiftClient({
      ...settings,
      endpoint: `http://127.0.0.1:${port}`,
      protocol: StrictQueryProtocol,
    });
    const { Snapshots } = await client.send(new DescribeClusterSnapshotsCommand({}));
    client.destroy();
    expect(Snapshots).toHaveLength(2);
  });

  test('can have members that are not in the schema, as responses of Amazon RDS do', async () => {
    const xml = `<DescribeDBClusterSnapshotsResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">
  <DescribeDBClusterSnapshotsResult>
    <DBClusterSnapshots>
      <DBClusterSnapshot>
        <DBClusterSnapshotIdentifier>orders-2026</DBClusterSnapshotIdentifier>
        <TagList><Tag><Key>team</Key><Value>a &amp; b</Value></Tag></TagList>
        <StorageEncrypted>true</StorageEncrypted>
        <AvailabilityZones><AvailabilityZone>eu-central-1a</AvailabilityZone></AvailabilityZones>
        <SnapshotCreateTime>2026-11-20T03:00:41.548Z</SnapshotCreateTime>
      </DBClusterSnapshot>
    </DBClusterSnapshots>
  </DescribeDBClusterSnapshotsResult>
  <ResponseMetadata><RequestId>9e5c</RequestId></ResponseMetadata>
</DescribeDBClusterSnapshotsResponse>`;
    const client = new DocDBClient({ ...answering(() => xml), protocol: StrictQueryProtocol });
    const { DBClusterSnapshots } = await client.send(new DescribeDBClusterSnapshotsCommand({}));
    expect(DBClusterSnapshots).toStrictEqual([
      {
        DBClusterSnapshotIdentifier: 'orders-2026',
        StorageEncrypted: true,
        AvailabilityZones: ['eu-central-1a'],
        SnapshotCreateTime: new Date('2026-11-20T03:00:41.548Z'),
      },
    ]);
  });

  test('can have values that cannot be read, which are missing and reported', async () => {
    const output = await describeSnapshots(page.replaceAll(/<Port>\d+/g, '<Port>x'));
    expect(output.Snapshots?.map((each) => 'Port' in each)).toEqual([false, false]);
    expect(flawsIn(output)).toEqual(['Snapshot.Port']);
    expect(flawsIn(await describeSnapshots(page))).toEqual([]);
  });

  test('can be an empty list', async () => {
    expect(await describeSnapshots(envelope('<Snapshots/>'))).toMatchObject({ Snapshots: [] });
  });

  test('has no output if the operation has none', async () => {
    const xml = '<CreateTagsResponse><ResponseMetadata/></CreateTagsResponse>';
    const client = new RedshiftClient({ ...answering(() => xml), protocol: StrictQueryProtocol });
    const output = await client.send(new CreateTagsCommand({ ResourceName: 'arn', Tags: [] }));
    expect(Object.keys(output)).toEqual(['$metadata']);
  });
});

function envelope(result: string): string {
  const inner = `<DescribeClusterSnapshotsResult>${result}</DescribeClusterSnapshotsResult>`;
  return `<DescribeClusterSnapshotsResponse>${inner}</DescribeClusterSnapshotsResponse>`;
}

describe('a successful response is rejected if it has', () => {
  test.each([
    ['an empty body', '', 'the body is empty'],
    ['an HTML page', '<!DOCTYPE html><html><body>Sign in</body></html>', 'the body is an HTML page'],
    ['a bare HTML page', '\n<html lang="en"></html>', 'the body is an HTML page'],
    ['JSON', '{"Snapshots":[]}', 'the body is not XML'],
    ['binary data', Buffer.from([0x1f, 0x8b, 0x08, 0xff]), 'the body is not UTF-8'],
    [
      'an error',
      '<ErrorResponse><Error/></ErrorResponse>',
      'the body is the response to another operation, ErrorResponse',
    ],
    [
      'the response to another operation',
      page.replaceAll('ClusterSnapshots', 'Clusters'),
      'the body is the response to another operation, DescribeClustersResponse',
    ],
    ['no result', envelope('').replaceAll('Result', 'Outcome'), 'DescribeClusterSnapshotsResult is missing'],
    [
      'two results',
      page.replace(/(<Describe\w+Result>)/, '<DescribeClusterSnapshotsResult/>$1'),
      'DescribeClusterSnapshotsResult occurs more than once',
    ],
    ['a second response', page + page, 'the body has data after the response'],
    ['an unclosed element', page.replace('</Snapshots>', ''), 'the body is malformed XML'],
    ['custom entities', `<!DOCTYPE a [<!ENTITY b "c">]>${page}`, 'the body has a document type declaration'],
    ['unknown entities', page.replace('rs:', '&rs;'), 'the body has an unknown XML entity'],
    ['items with another name', envelope('<Snapshots><member/></Snapshots>'), 'Snapshots has an unexpected element'],
    ['two lists', envelope('<Snapshots/><Snapshots/>'), 'Snapshots occurs more than once'],
    ['text instead of a list', envelope('<Snapshots>none</Snapshots>'), 'Snapshots has unexpected text'],
    ['an invalid reference', page.replace('rs:', '&#xD800;'), 'the body refers to a character that XML forbids'],
  ])('%s', async (_, body, reason) => {
    const error = await refusalOf(describeSnapshots(body));
    expect(error).toMatchObject({ operation: 'DescribeClusterSnapshots', reason, requestId: 'c0ffee' });
    expect(error.message).toBe(`AWS returned an unusable response to DescribeClusterSnapshots: ${reason}.`);
  });

  test('been truncated anywhere', async () => {
    for (let length = 0; length < page.trimEnd().length; length += 1) {
      const { reason } = await refusalOf(describeSnapshots(page.slice(0, length)));
      expect(reason).toBe(length === 0 ? 'the body is empty' : 'the body is truncated');
    }
  });

  test('a damaged byte, unless the list is still complete', async () => {
    const bytes = Buffer.from(page);
    const damage = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));
    const property = fc.asyncProperty(damage, async ([at, mask]) => {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(at) ^ mask, at);
      const outcome = await describeSnapshots(damaged).catch((error: unknown) => error);
      if (!(outcome instanceof ProtocolError)) expect(outcome).toHaveProperty('Snapshots.length', 2);
    });
    await fc.assert(property, { numRuns: runs(500, 50_000) });
  });
});

describe('an error response is parsed by the SDK', () => {
  test('with its class and code', async () => {
    const xml = `<ErrorResponse><Error><Type>Sender</Type><Code>ClusterSnapshotNotFound</Code>
      <Message>No such snapshot.</Message></Error><RequestId>9e5c</RequestId></ErrorResponse>`;
    await expect(snapshotsCall(StrictQueryProtocol, 404)(xml)).rejects.toMatchObject({
      name: 'ClusterSnapshotNotFoundFault',
      Code: 'ClusterSnapshotNotFound',
      message: 'No such snapshot.',
      $metadata: { httpStatusCode: 404, requestId: 'c0ffee' },
    });
  });

  test.each(['', '<html>busy</html>', 'upstream connect error'])('with the body "%s"', async (body) => {
    const [error, bySdk] = await Promise.all(
      [StrictQueryProtocol, AwsQueryProtocol].map((protocol) =>
        snapshotsCall(protocol, 503)(body).catch((failure: unknown) => failure),
      ),
    );
    expect(error).toStrictEqual(bySdk);
    expect(error).not.toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 503 } });
  });
});
