import { once } from 'node:events';
import { createServer } from 'node:http';
import { DescribeDBClusterSnapshotsCommand, DocDBClient } from '@aws-sdk/client-docdb';
import { CreateTagsCommand, DescribeClusterSnapshotsCommand, RedshiftClient } from '@aws-sdk/client-redshift';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { HttpResponse } from '@smithy/core/protocols';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtocolError, StrictQueryProtocol } from '../../src/aws/protocol/protocol.ts';
import { snapshotPage } from './answers.ts';
import { runs } from '../support/runs.ts';

const settings = {
  region: 'eu-central-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
};

type Body = Uint8Array | string;

/** The settings of a client whose every call is answered with the body of that moment. */
function answering(body: () => Body, statusCode = 200) {
  const headers = { 'x-amzn-requestid': 'c0ffee' };
  const respond = () => new HttpResponse({ statusCode, headers, body: Buffer.from(body()) });
  return { ...settings, requestHandler: { handle: () => Promise.resolve({ response: respond() }) } };
}

/** Gives a client's call for snapshots, answered with the given body. */
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
  throw new Error('not refused', { cause: outcome });
}

const page = snapshotPage(2);

describe('a whole answer', () => {
  test('gives what the SDK gives, the request id included', async () => {
    const output = await describeSnapshots(page);
    expect(output).toStrictEqual(await describeSnapshotsBySdk(page));
    expect(output.Snapshots).toHaveLength(2);
    expect(output.$metadata).toMatchObject({ httpStatusCode: 200, requestId: 'c0ffee' });
  });

  test('is read off a real connection', async () => {
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

  test('may hold more than the model knows, as those of the RDS endpoint do', async () => {
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

  test('may be an empty list', async () => {
    expect(await describeSnapshots(envelope('<Snapshots/>'))).toMatchObject({ Snapshots: [] });
  });

  test('may have no output, where the operation has none', async () => {
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

describe('a successful status is refused with', () => {
  test.each([
    ['an empty body', '', 'an empty body'],
    ['an HTML page', '<!DOCTYPE html><html><body>Sign in</body></html>', 'an HTML page'],
    ['a bare HTML page', '\n<html lang="en"></html>', 'an HTML page'],
    ['JSON', '{"Snapshots":[]}', 'not an XML document'],
    ['bytes', Buffer.from([0x1f, 0x8b, 0x08, 0xff]), 'not in UTF-8'],
    ['an error', '<ErrorResponse><Error/></ErrorResponse>', "another operation's answer, ErrorResponse"],
    [
      'another answer',
      page.replaceAll('ClusterSnapshots', 'Clusters'),
      "another operation's answer, DescribeClustersResponse",
    ],
    ['no result', envelope('').replaceAll('Result', 'Outcome'), 'an answer without DescribeClusterSnapshotsResult'],
    [
      'two results',
      page.replace(/(<Describe\w+Result>)/, '<DescribeClusterSnapshotsResult/>$1'),
      'an answer with DescribeClusterSnapshotsResult twice',
    ],
    ['a second answer', page + page, 'an answer with something behind it'],
    ['an open element', page.replace('</Snapshots>', ''), 'malformed XML'],
    ['entities of its own', `<!DOCTYPE a [<!ENTITY b "c">]>${page}`, 'a document with a type of its own'],
    ['unknown entities', page.replace('rs:', '&rs;'), 'an answer with an unknown entity'],
    [
      'items of another name',
      envelope('<Snapshots><member/></Snapshots>'),
      'an answer with something else in Snapshots',
    ],
    ['two lists', envelope('<Snapshots/><Snapshots/>'), 'an answer with Snapshots twice'],
    ['text for a list', envelope('<Snapshots>none</Snapshots>'), 'an answer with text in Snapshots'],
    ['no number', page.replace(/<Port>\d+/, '<Port>x'), 'an answer with something else for Port'],
  ])('%s', async (_, body, reason) => {
    const error = await refusalOf(describeSnapshots(body));
    expect(error).toMatchObject({ operation: 'DescribeClusterSnapshots', reason, requestId: 'c0ffee' });
    expect(error.message).toBe(`The answer to DescribeClusterSnapshots was ${reason}.`);
  });

  test('any beginning of the answer', async () => {
    for (let length = 0; length < page.trimEnd().length; length += 1) {
      const { reason } = await refusalOf(describeSnapshots(page.slice(0, length)));
      expect(reason).toBe(length === 0 ? 'an empty body' : 'an answer cut short');
    }
  });

  test('a damaged byte, unless the list is still whole', async () => {
    const bytes = Buffer.from(page);
    const damage = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));
    const property = fc.asyncProperty(damage, async ([at, mask]) => {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(at) ^ mask, at);
      const outcome = await describeSnapshots(damaged).catch((error: unknown) => error);
      if (!(outcome instanceof ProtocolError)) expect(outcome).toHaveProperty('Snapshots.length', 2);
    });
    await fc.assert(property, { seed: 20261121, numRuns: runs(500, 50_000) });
  });
});

describe('an error answer is left to the SDK', () => {
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
