import { DescribeClustersCommand, RedshiftClient } from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';
import { countRequests } from '../../src/aws/calls/sent-requests.ts';
import { digestOf } from '../../src/aws/protocol/content.ts';
import { StrictQueryProtocol } from '../../src/aws/protocol/protocol.ts';
import { account } from '../support/gateway.ts';
import { element, type StaticAnswer, useStaticUpstream } from '../support/static-upstream.ts';

const used = useStaticUpstream();
const fresh = { 'cache-control': 'no-cache' };
const list = /* GraphQL */ `
  query ($identifiers: [String!]) {
    snapshots(filter: { services: [REDSHIFT], identifiers: $identifiers }) {
      nodes {
        identifier
        rawStatus
        tags {
          key
        }
      }
      sources {
        status
        fetchedAt
        error {
          message
        }
      }
    }
  }
`;

let requestId = 0;
beforeEach(() => {
  requestId = 0;
});

function snapshotOf(identifier: string, Status: string): string {
  const cluster = { ClusterIdentifier: 'sales', OwnerAccount: account };
  return element('Snapshot', { SnapshotIdentifier: identifier, Status, ...cluster });
}

/** Returns a complete response, with another request ID each time. */
function bodyOf(operation: string, content: string): string {
  requestId += 1;
  const metadata = `<ResponseMetadata><RequestId>9e5c-${requestId}</RequestId></ResponseMetadata>`;
  return `<${operation}Response><${operation}Result>${content}</${operation}Result>${metadata}</${operation}Response>`;
}

function listOf(...snapshots: readonly string[]): StaticAnswer {
  return { status: 200, body: bodyOf('DescribeClusterSnapshots', `<Snapshots>${snapshots.join('')}</Snapshots>`) };
}

/** Lists the snapshots without a cache, while AWS returns this response. */
async function listFresh(answer: StaticAnswer, variables: Record<string, unknown> = {}) {
  used.upstream.answer({ DescribeClusterSnapshots: answer });
  const { data } = await used.gateway.query(list, variables, fresh);
  const [source] = data.snapshots.sources;
  return { ...source, nodes: data.snapshots.nodes };
}

describe('a response with the content of the one before', () => {
  it('has the same records, and its own time', async () => {
    const before = await listFresh(listOf(snapshotOf('a', 'available')));
    await expect.poll(() => new Date().toISOString()).not.toBe(before.fetchedAt);
    const after = await listFresh(listOf(snapshotOf('a', 'available')));
    expect(after.nodes).toEqual([{ identifier: 'a', rawStatus: 'available', tags: [] }]);
    expect(Date.parse(after.fetchedAt)).toBeGreaterThan(Date.parse(before.fetchedAt));
  });

  it('is not confused with the response to another call', async () => {
    const both = listOf(snapshotOf('a', 'available'), snapshotOf('b', 'available'));
    expect((await listFresh(both, { identifiers: ['a'] })).nodes).toMatchObject([{ identifier: 'a' }]);
    expect((await listFresh(both, { identifiers: ['b'] })).nodes).toMatchObject([{ identifier: 'b' }]);
    expect((await listFresh(both, { identifiers: ['a'] })).nodes).toMatchObject([{ identifier: 'a' }]);
  });

  it('shares its records with it', async () => {
    const client = new RedshiftClient({
      region: 'us-east-1',
      endpoint: used.upstream.url,
      protocol: StrictQueryProtocol,
      credentials: { accessKeyId: account, secretAccessKey: 'any' },
    });
    const read = (output?: object) => {
      const call = { service: 'redshift', action: 'Any', account, region: '', attempts: 0, throttled: 0 };
      const send = () => client.send(new DescribeClustersCommand({}));
      return countRequests(call, () => {}, send, { known: { output } });
    };
    const answer = (name: string, status = 200) => {
      const content = `<Clusters>${element('Cluster', { ClusterIdentifier: name })}</Clusters>`;
      used.upstream.answer({ DescribeClusters: { status, body: bodyOf('DescribeClusters', content) } });
    };
    answer('a');
    const first = await read();
    answer('a');
    const second = await read(first);
    expect(second).toEqual(first);
    expect(second.Clusters).toBe(first.Clusters);
    answer('b');
    const third = await read(second);
    expect(third.Clusters).toEqual([{ ClusterIdentifier: 'b' }]);
    expect(second.Clusters).toEqual([{ ClusterIdentifier: 'a' }]);
  });
});

describe('a response with other content than the one before', () => {
  it('is read, also if it differs in one letter', async () => {
    await listFresh(listOf(snapshotOf('a', 'available')));
    expect((await listFresh(listOf(snapshotOf('a', 'creating_')))).nodes).toMatchObject([{ rawStatus: 'creating_' }]);
    expect((await listFresh(listOf(snapshotOf('a', 'available')))).nodes).toMatchObject([{ rawStatus: 'available' }]);
  });

  it('is an error if it is truncated, wherever it ends', async () => {
    const answer = listOf(snapshotOf('a', 'available')) as { readonly body: string };
    await listFresh({ status: 200, ...answer });
    const ends = ['<ResponseMetadata>', '<RequestId>', '</RequestId>', '</ResponseMetadata>', '</Describe'];
    for (const end of ends) {
      const body = answer.body.slice(0, answer.body.lastIndexOf(end));
      // oxlint-disable-next-line no-await-in-loop -- one response is the one before the next
      const { status, error } = await listFresh({ status: 200, body });
      expect([status, error.message]).toEqual(['FAILED', expect.stringContaining('no usable response')]);
    }
  });
});

describe('the digest of a response', () => {
  const digest = (body: string, operation = 'DescribeClusters') => digestOf(operation, Buffer.from(body));
  const body = () => bodyOf('DescribeClusters', '<Clusters/>');

  it('does not depend on a request ID at the end', () => {
    expect(digest(body())).toBe(digest(body()));
    expect(digest(`${body()}\n`)).toBe(digest(body()));
  });

  it('depends on everything else', () => {
    const whole = body();
    const others = [
      whole.slice(0, whole.indexOf('<ResponseMetadata>')),
      whole.replace('<Clusters/>', '<Clusters></Clusters>'),
      whole.replace('</ResponseMetadata>', '<Warning/></ResponseMetadata>'),
      whole.replace('</DescribeClustersResponse>', '</DescribeTagsResponse>'),
      whole.replace('</RequestId>', '&amp;</RequestId>'),
      `${whole}<!-- -->`,
      whole.slice(0, -1),
      '',
    ];
    const digests = [whole, ...others].map((each) => digest(each));
    expect(new Set(digests).size).toBe(digests.length);
  });
});
