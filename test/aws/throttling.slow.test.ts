import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, type Gateway, startGateway } from '../support/gateway.ts';
import {
  errorAnswer,
  startStaticUpstream,
  type StaticAnswers,
  type StaticUpstream,
} from '../support/static-upstream.ts';
import { clusterId } from '../support/worlds.ts';

let upstream: StaticUpstream;
let gateway: Gateway;
beforeAll(async () => {
  upstream = await startStaticUpstream();
});
beforeEach(async () => {
  // A new gateway for each test, because a source that throttled stays rate-limited for a while.
  gateway = await startGateway({ aws: { endpoint: upstream.url } });
  return () => gateway.close();
});
afterAll(() => upstream.close());

const arn = `arn:aws:redshift:us-east-1:${account}:cluster:sales`;

async function errorsOfLookup(answers: StaticAnswers) {
  upstream.answer(answers);
  const { errors } = await gateway.query('query ($arn: String!) { cluster(arn: $arn) { id } }', { arn });
  return errors?.map(({ extensions }) => extensions);
}

describe('a throttled change, which is not sent again,', () => {
  it.each([
    ['Retry-After in seconds', { 'retry-after': '7' }, [7, 7]],
    ['Retry-After as a date', { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }, [3000, 3600]],
    ['x-amz-retry-after in milliseconds', { 'x-amz-retry-after': '9000' }, [9, 9]],
    ['no time', {}, [1, 60]],
    ['a time that cannot be read', { 'retry-after': 'soon' }, [1, 60]],
  ])('reports when to retry, with %s', async (_what, headers, [from, to]) => {
    const cluster = '<ClusterIdentifier>sales</ClusterIdentifier><ClusterStatus>available</ClusterStatus>';
    upstream.answer({
      DescribeClusters: `<Clusters><Cluster>${cluster}</Cluster></Clusters>`,
      CreateClusterSnapshot: errorAnswer('RequestThrottled', 400, 'Rate exceeded', headers),
    });
    const { data } = await gateway.query(
      `mutation ($input: CreateSnapshotInput!) {
        createSnapshot(input: $input) { ... on ThrottledError { code retryAfterSeconds } }
      }`,
      { input: { clusterId: clusterId('REDSHIFT'), identifier: 'new' } },
    );
    expect(data.createSnapshot.code).toBe('THROTTLED');
    expect(data.createSnapshot.retryAfterSeconds).toBeGreaterThanOrEqual(from ?? NaN);
    expect(data.createSnapshot.retryAfterSeconds).toBeLessThanOrEqual(to ?? NaN);
  });
});

describe('a throttled read', () => {
  it.each(['RequestThrottled', 'EC2ThrottledException', 'DependentServiceRequestThrottlingFault'])(
    'by %s is retried, and reports the source as THROTTLED',
    async (code) => {
      upstream.answer({ DescribeClusterSnapshots: errorAnswer(code, 400) });
      const before = upstream.requests.length;
      const { data } = await gateway.query(
        '{ snapshots(filter: { services: [REDSHIFT] }) { isComplete sources { status error { code } } } }',
      );
      expect(data.snapshots).toEqual({
        isComplete: false,
        sources: [{ status: 'THROTTLED', error: { code: 'THROTTLED' } }],
      });
      expect(upstream.requests.length - before).toBe(3);
    },
  );

  it('is not confused with a quota', async () => {
    const errors = await errorsOfLookup({ DescribeClusters: errorAnswer('LimitExceededFault', 400) });
    expect(errors).toMatchObject([{ code: 'QUOTA_EXCEEDED' }]);
  });
});

it('reports throttled items of a batch as THROTTLED, with a time', async () => {
  const names = ['a', 'b'];
  const members = '<SnapshotType>manual</SnapshotType><Status>available</Status>';
  const snapshots = names.map(
    (name) =>
      `<Snapshot><SnapshotIdentifier>${name}</SnapshotIdentifier><ClusterIdentifier>sales</ClusterIdentifier>${members}</Snapshot>`,
  );
  const failures = names.map(
    (name) =>
      `<SnapshotErrorMessage><SnapshotIdentifier>${name}</SnapshotIdentifier><FailureCode>RequestThrottled</FailureCode></SnapshotErrorMessage>`,
  );
  upstream.answer({
    DescribeClusterSnapshots: ({ SnapshotIdentifier }) =>
      `<Snapshots>${snapshots[names.indexOf(SnapshotIdentifier ?? '')] ?? snapshots.join('')}</Snapshots>`,
    BatchDeleteClusterSnapshots: `<Errors>${failures.join('')}</Errors>`,
  });
  const ids = names.map((name) =>
    Buffer.from(`RedshiftSnapshot:arn:aws:redshift:us-east-1:${account}:snapshot:sales/${name}`).toString('base64url'),
  );
  const { data } = await gateway.query(
    `mutation ($ids: [ID!]!) { deleteSnapshots(input: { snapshotIds: $ids }) { ... on DeleteSnapshotsPayload {
      results { error { code fault ... on ThrottledError { retryAfterSeconds } } } } } }`,
    { ids },
  );
  const error = { code: 'THROTTLED', fault: 'RequestThrottled', retryAfterSeconds: 1 };
  expect(data.deleteSnapshots.results).toEqual([{ error }, { error }]);
});
