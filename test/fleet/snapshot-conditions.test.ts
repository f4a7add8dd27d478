import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { differences } from '../services/contract/differences.ts';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { clusterArn, makeCluster, makeSnapshot } from '../support/worlds.ts';

const other = '012345678901';
const partner = '555566667777';
const stranger = '666677778888';
const attributes = 'DescribeDBClusterSnapshotAttributes';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    accounts: accounts([account, other]),
    authenticate: authenticationWith([
      { when: { role: 'all' }, permissions: ['SNAPSHOT_READ'] },
      { when: { role: 'documentdb' }, permissions: ['SNAPSHOT_READ'], services: ['documentdb'] },
    ]),
  });
  const shares = {
    private: [],
    ours: [other],
    partner: [partner],
    both: [other, stranger],
    public: ['all'],
    support: ['amazon-redshift-support'],
  };
  await gateway.load({
    clusters: serviceNames.map((service) => makeCluster(service, 'shop')),
    snapshots: serviceNames.flatMap((service) =>
      Object.entries(shares)
        .filter(([, [share = account]]) => /^\d/.test(share) || differences[service].groups.includes(share))
        .map(([name, own], index) =>
          makeSnapshot(service, `${service.charAt(0).toLowerCase()}-${name}`, {
            cluster: 'shop',
            shares: own,
            megabytes: 10 * index,
          }),
        ),
    ),
  });
});
beforeEach(() => gateway.calls());
afterAll(() => gateway.close());

const fields = (filter = '$filter') => ({
  paged: `snapshots(first: 100, filter: ${filter}) { ...Found }`,
  ordered: `snapshots(first: 100, filter: ${filter}, orderBy: { field: IDENTIFIER, direction: ASC }) { ...Found }`,
  summary: `snapshotSummary(filter: ${filter}) { isComplete }`,
});
const found = `fragment Found on SnapshotConnection {
  isComplete totalCount { value precision } nodes { identifier } sources { status error { message } source { service } }
}`;
const ofCluster = (service: ServiceName) =>
  `cluster(arn: "${clusterArn(service, 'shop')}") { snapshots(filter: $filter) { nodes { id } } }`;

const query = async (field: string, filter: object | undefined, role = 'all') =>
  gateway.query(
    `query ${filter ? '($filter: SnapshotFilter)' : ''} { ${field} } ${field.includes('Found') ? found : ''}`,
    { filter },
    await as({ role }),
  );

async function list(filter: object, field: 'paged' | 'ordered' = 'paged') {
  const { data, errors } = await query(fields()[field], filter);
  expect(errors).toBeUndefined();
  return data.snapshots;
}
const namesIn = ({ nodes }: any): string[] => nodes.map(({ identifier }: any) => identifier).toSorted();

describe('sharing conditions', () => {
  it.each([
    [{ sharedWith: [partner] }, ['d-partner', 'd-public', 'r-partner']],
    [{ sharedWith: [partner, other] }, ['d-both', 'd-ours', 'd-partner', 'd-public', 'r-both', 'r-ours', 'r-partner']],
    [{ sharedWith: ['999999999999'] }, ['d-public']],
    [{ sharedOutside: [partner] }, ['d-both', 'd-public', 'r-both', 'r-support']],
    [{ sharedOutside: [partner, stranger] }, ['d-public', 'r-support']],
    [{ sharedOutside: [stranger, account], sharedWith: [partner] }, ['d-partner', 'd-public', 'r-partner']],
    [{ sharedWith: [other], exposure: 'EXTERNAL' }, ['d-both', 'd-public', 'r-both']],
  ])('match in both services, in two orders: %j', async (filter, expected) => {
    for (const field of ['paged', 'ordered'] as const) {
      const answer = await list(filter, field);
      expect(namesIn(answer)).toEqual(expected);
      expect(answer).toMatchObject({ isComplete: true, totalCount: { value: expected.length, precision: 'EXACT' } });
    }
  });

  it.each(['sharedWith', 'sharedOutside'])('read the sharing of each manual snapshot once: %s', async (name) => {
    const { extensions } = await query(fields().paged, { [name]: [partner], services: ['DOCUMENTDB'] });
    const calls = (await gateway.calls()).map(({ action }) => action);
    expect(calls.filter((action) => action === attributes)).toHaveLength(5);
    const exposure = await query(fields().paged, { exposure: 'SHARED', services: ['DOCUMENTDB'] });
    const plain = await query(fields().paged, { services: ['DOCUMENTDB'] });
    expect(extensions.cost?.announced).toBe(exposure.extensions.cost?.announced);
    expect(extensions.cost?.announced).toBeGreaterThan(plain.extensions.cost?.announced ?? Infinity);
  });

  it('match no snapshot that is not manual, without an AWS call', async () => {
    expect((await list({ types: ['AUTOMATED', 'SHARED'], sharedWith: [partner] })).nodes).toEqual([]);
    expect(await gateway.calls()).toEqual([]);
  });
});

describe('filter.minimumMegabytes', () => {
  it.each([
    [0, ['r-both', 'r-ours', 'r-partner', 'r-private', 'r-support']],
    [20, ['r-both', 'r-partner', 'r-support']],
    [20.5, ['r-both', 'r-support']],
    [41, []],
  ])('of %j finds snapshots of that size or more', async (minimumMegabytes, expected) => {
    for (const field of ['paged', 'ordered'] as const) {
      const answer = await list({ minimumMegabytes, services: ['REDSHIFT'] }, field);
      expect(namesIn(answer)).toEqual(expected);
      expect(answer.isComplete).toBe(true);
    }
  });

  it('makes sources PARTIAL that report no sizes, if a snapshot meets the other conditions', async () => {
    for (const field of ['paged', 'ordered'] as const) {
      const answer = await list({ minimumMegabytes: 40, accounts: [account] }, field);
      expect(namesIn(answer)).toEqual(['r-support']);
      expect(answer.totalCount).toEqual({ value: 1, precision: 'AT_LEAST' });
      expect(answer.sources).toMatchObject([
        { status: 'COMPLETE', source: { service: 'REDSHIFT' } },
        {
          status: 'PARTIAL',
          error: { message: expect.stringContaining('filter.minimumMegabytes') },
          source: { service: 'DOCUMENTDB' },
        },
      ]);
      expect(await list({ minimumMegabytes: 40, search: 'support' }, field)).toMatchObject({ isComplete: true });
    }
  });

  it.each(serviceNames)('alone is rejected exactly if the service reports no sizes: %s', async (service) => {
    const { hasSize } = differences[service];
    for (const field of [...Object.values(fields()), ofCluster(service)]) {
      const filter = field.startsWith('cluster') ? {} : { services: [service] };
      const { errors } = await query(field, { ...filter, minimumMegabytes: 5 });
      if (hasSize) expect(errors).toBeUndefined();
      else {
        expect(errors).toMatchObject([
          {
            message: expect.stringMatching(
              /^filter.minimumMegabytes is 5, but .*selected: Amazon DocumentDB.*sources of Amazon Redshift\.$/,
            ),
            extensions: { code: 'INVALID_INPUT', field: ['filter', 'minimumMegabytes'] },
          },
        ]);
      }
    }
  });

  it('is rejected for a caller without sources that report sizes', async () => {
    const { errors } = await query(fields().paged, { minimumMegabytes: 5 }, 'documentdb');
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/selected: Amazon DocumentDB\)\. Omit it\.$/),
        extensions: { code: 'INVALID_INPUT' },
      },
    ]);
  });
});

describe('invalid conditions', () => {
  const rejected: readonly (readonly [filter: object | string, field: string, message: RegExp])[] = [
    [{ minimumMegabytes: -0.5 }, 'minimumMegabytes', /is -0.5; it must be a finite number of 0 or greater\.$/],
    ['{ minimumMegabytes: 1e999 }', 'minimumMegabytes', /is Infinity; it must be a finite number of 0 or greater\.$/],
    [{ sharedWith: [] }, 'sharedWith', /is an empty list/],
    [{ sharedOutside: [] }, 'sharedOutside', /is an empty list.*set filter.exposure to EXTERNAL/],
    [{ exposure: 'PRIVATE', sharedWith: [partner] }, 'exposure', /is PRIVATE.*filter.sharedWith/],
    [{ exposure: 'PRIVATE', sharedOutside: [partner] }, 'exposure', /is PRIVATE.*filter.sharedOutside/],
    [
      { kmsKeyIds: ['nightly backups'] },
      'kmsKeyIds',
      /has "nightly backups"; each value must be the id, the ARN or the/,
    ],
    [{ kmsKeyIds: ['alias/shop', 'alias/'] }, 'kmsKeyIds', /has "alias\/"/],
    [{ kmsKeyIds: ['arn:aws:s3:::backups'] }, 'kmsKeyIds', /has "arn:aws:s3:::backups"/],
    [{ kmsKeyIds: ['arn:aws:kms:us-east-1:123456789012:backups'] }, 'kmsKeyIds', /has "arn:aws:kms:/],
    [{ kmsKeyIds: ['alias/shop'], encrypted: false }, 'encrypted', /is false.*filter\.kmsKeyIds/],
    [
      { sharedWith: Array.from({ length: 101 }, (_, index) => String(index).padStart(12, '0')) },
      'sharedWith',
      /has 101 values; the maximum is 100\.$/,
    ],
  ];

  it.each(rejected)('are rejected without an AWS call in lists and summaries: %j', async (filter, name, message) => {
    const isLiteral = typeof filter === 'string';
    for (const field of Object.values(isLiteral ? fields(filter) : fields())) {
      const { errors } = await query(field, isLiteral ? undefined : filter);
      expect(errors).toMatchObject([
        { message: expect.stringMatching(message), extensions: { code: 'INVALID_INPUT', field: ['filter', name] } },
      ]);
    }
    expect(await gateway.calls()).toEqual([]);
  });

  it('are rejected for the snapshots of a cluster', async () => {
    for (const [filter, name] of rejected.filter(([given]) => typeof given === 'object')) {
      const { errors } = await query(ofCluster('REDSHIFT'), filter as object);
      expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: ['filter', name] } }]);
    }
  });
});
