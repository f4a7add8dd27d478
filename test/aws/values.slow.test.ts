import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from '../../src/telemetry/log.ts';
import { schema } from '../../src/schema.ts';
import { account, type Gateway, startGateway } from '../support/gateway.ts';
import { selectAll } from '../support/selections.ts';
import { startStaticUpstream, type StaticAnswers, type StaticUpstream } from '../support/static-upstream.ts';

const warnings: string[] = [];
const log: Log = {
  debug: () => {},
  info: () => {},
  warn: (...what) => void warnings.push(JSON.stringify(what)),
  error: (...what) => void warnings.push(JSON.stringify(what)),
};

let upstream: StaticUpstream;
let gateway: Gateway;
beforeAll(async () => {
  upstream = await startStaticUpstream();
});
beforeEach(async () => {
  // A new gateway for each test, because a warning is logged once a minute.
  gateway = await startGateway({
    log,
    aws: { endpoint: upstream.url },
    limits: { aliases: 1000, fields: 1000, tokens: 10_000 },
  });
  warnings.length = 0;
  return () => gateway.close();
});
afterAll(() => upstream.close());

/** A Redshift snapshot with its members in XML; the identifier is a member too. */
function redshift(identifier: string, members = ''): string {
  return `<Snapshot><SnapshotIdentifier>${identifier}</SnapshotIdentifier><ClusterIdentifier>sales</ClusterIdentifier>${members}</Snapshot>`;
}

function docdb(identifier: string, members = ''): string {
  return `<DBClusterSnapshot><DBClusterSnapshotIdentifier>${identifier}</DBClusterSnapshotIdentifier><DBClusterIdentifier>orders</DBClusterIdentifier><Engine>docdb</Engine>${members}</DBClusterSnapshot>`;
}

const listing = (...snapshots: string[]): StaticAnswers => ({
  DescribeClusterSnapshots: `<Snapshots>${snapshots.join('')}</Snapshots>`,
});
const docdbListing = (...snapshots: string[]): StaticAnswers => ({
  DescribeDBClusterSnapshots: `<DBClusterSnapshots>${snapshots.join('')}</DBClusterSnapshots>`,
});
const cluster = (members = '') =>
  `<Clusters><Cluster><ClusterIdentifier>sales</ClusterIdentifier>${members}</Cluster></Clusters>`;

async function ask(answers: StaticAnswers, selection: string) {
  upstream.answer(answers);
  const { data, errors } = await gateway.query(selection);
  expect(errors).toBeUndefined();
  return data;
}

/** Lists all snapshots, and returns their selected fields; every source must be complete. */
async function list(answers: StaticAnswers, fields: string) {
  const { snapshots } = await ask(answers, `{ snapshots { nodes { ${fields} } isComplete } }`);
  expect(snapshots.isComplete).toBe(true);
  return snapshots.nodes;
}

describe('a value that cannot be read', () => {
  it('is null and logged once as a warning, and all records are listed', async () => {
    const answers = listing(
      redshift('a', '<SnapshotCreateTime>2023-07-18T12:04:24</SnapshotCreateTime>'),
      redshift('b', '<SnapshotCreateTime>2023-07-18T12:04:24</SnapshotCreateTime><Port/>'),
      redshift('c', '<SnapshotCreateTime>2023-07-18T12:04:24Z</SnapshotCreateTime><Port>5439</Port>'),
    );
    const expected = [
      { identifier: 'a', createdAt: null, port: null },
      { identifier: 'b', createdAt: null, port: null },
      { identifier: 'c', createdAt: '2023-07-18T12:04:24.000Z', port: 5439 },
    ];
    expect(await list(answers, 'identifier createdAt port')).toEqual(expected);
    expect(await list(answers, 'identifier createdAt port')).toEqual(expected);
    expect(warnings).toEqual([
      expect.stringContaining(
        `AWS returned values that cannot be read: Snapshot.SnapshotCreateTime, Snapshot.Port of redshift:DescribeClusterSnapshots in account ${account}, region us-east-1.`,
      ),
    ]);
  });

  it('is null for a day that does not exist', async () => {
    const answers = docdbListing(docdb('a', '<SnapshotCreateTime>2024-02-30T00:00:00Z</SnapshotCreateTime>'));
    expect(await list(answers, 'createdAt')).toEqual([{ createdAt: null }]);
    expect(warnings).toHaveLength(1);
  });

  it('does not change the result of a change', async () => {
    const answers: StaticAnswers = {
      ...listing(),
      DescribeClusters: cluster('<ClusterStatus>available</ClusterStatus>'),
      CreateClusterSnapshot: redshift('new', '<Port>x</Port><SnapshotCreateTime>soon</SnapshotCreateTime>'),
    };
    const data = await ask(
      answers,
      `mutation { createSnapshot(input: { clusterId: "${nodeId(`RedshiftCluster:arn:aws:redshift:us-east-1:${account}:cluster:sales`)}", identifier: "new" }) {
        ... on CreateSnapshotPayload { snapshot { identifier port createdAt } } ... on Error { message } } }`,
    );
    expect(data.createSnapshot).toEqual({ snapshot: { identifier: 'new', port: null, createdAt: null } });
    expect(upstream.requests.filter(({ Action }) => Action === 'CreateClusterSnapshot')).toHaveLength(1);
    expect(warnings).toHaveLength(1);
  });
});

function nodeId(text: string): string {
  return Buffer.from(text).toString('base64url');
}

describe('an empty element', () => {
  it('is null, except as the value of a tag', async () => {
    const tags = '<Tags><Tag><Key>k</Key><Value/></Tag></Tags>';
    const fields = 'kmsKeyId vpcId masterUsername availabilityZones tags { key value }';
    expect(await list(listing(redshift('a', `<KmsKeyId/><VpcId></VpcId><AvailabilityZone/>${tags}`)), fields)).toEqual([
      { kmsKeyId: null, vpcId: null, masterUsername: null, availabilityZones: [], tags: [{ key: 'k', value: '' }] },
    ]);
    expect(warnings).toEqual([]);
  });

  it('is null for every string of a cluster', async () => {
    const strings = ['VpcId', 'KmsKeyId', 'MasterUsername', 'ClusterVersion', 'Endpoint', 'NodeType', 'DBName'];
    const answers = { DescribeClusters: cluster(strings.map((name) => `<${name}/>`).join('')) };
    const data = await ask(
      answers,
      '{ clusters { nodes { vpcId kmsKeyId masterUsername engineVersion endpoint { port } ... on RedshiftCluster { nodeType databaseName } } } }',
    );
    expect(data.clusters.nodes).toEqual([
      {
        vpcId: null,
        kmsKeyId: null,
        masterUsername: null,
        engineVersion: null,
        endpoint: null,
        nodeType: null,
        databaseName: null,
      },
    ]);
  });
});

describe('a record without a usable ARN', () => {
  const snapshotArn = (name: string) => `arn:aws:rds:us-east-1:${account}:cluster-snapshot:${name}`;

  it.each(['', '<DBClusterSnapshotArn/>', '<DBClusterSnapshotArn>none</DBClusterSnapshotArn>'])(
    'has a constructed ARN in Amazon DocumentDB: %s',
    async (member) => {
      const answers = docdbListing(docdb('s1', member), docdb('s2', member));
      const nodes = await list(answers, 'id arn ownerAccountId');
      expect(nodes).toEqual(
        ['s1', 's2'].map((name) => ({
          id: nodeId(`DocumentDBSnapshot:${snapshotArn(name)}`),
          arn: snapshotArn(name),
          ownerAccountId: account,
        })),
      );
      const data = await ask(answers, `{ node(id: "${nodes[1].id}") { ... on Snapshot { identifier } } }`);
      expect(data.node).toEqual({ identifier: 's2' });
    },
  );

  it.each(['', '<SnapshotArn/>', '<SnapshotArn>none</SnapshotArn>'])(
    'has a constructed ARN in Amazon Redshift: %s',
    async (member) => {
      const answers = listing(redshift('s1', member), redshift('s2', member));
      expect(await list(answers, 'arn')).toEqual(
        ['s1', 's2'].map((name) => ({ arn: `arn:aws:redshift:us-east-1:${account}:snapshot:sales/${name}` })),
      );
    },
  );

  it('has a constructed ARN if it is a cluster', async () => {
    const clusters = ['c1', 'c2'].map(
      (name) => `<DBCluster><DBClusterIdentifier>${name}</DBClusterIdentifier><Engine>docdb</Engine></DBCluster>`,
    );
    const data = await ask(
      { DescribeDBClusters: `<DBClusters>${clusters.join('')}</DBClusters>` },
      '{ clusters { nodes { id arn } } }',
    );
    expect(data.clusters.nodes).toEqual(
      ['c1', 'c2'].map((name) => {
        const arn = `arn:aws:rds:us-east-1:${account}:cluster:${name}`;
        return { id: nodeId(`DocumentDBCluster:${arn}`), arn };
      }),
    );
  });
});

describe('a record without an identifier', () => {
  const sources = 'isComplete sources { status error { code message } }';

  it.each(['', '<SnapshotIdentifier/>'])('is not listed, and its source is PARTIAL: %s', async (member) => {
    const nameless = '<ClusterIdentifier>sales</ClusterIdentifier><Engine>docdb</Engine>';
    const answers = {
      ...listing(`<Snapshot>${member}${nameless}</Snapshot>`, redshift('a')),
      ...docdbListing(`<DBClusterSnapshot>${nameless}</DBClusterSnapshot>`, docdb('a')),
      DescribeClusters: `<Clusters><Cluster><NodeType>dc2.large</NodeType></Cluster></Clusters>`,
      DescribeDBClusters: `<DBClusters><DBCluster><Engine>docdb</Engine></DBCluster></DBClusters>`,
    };
    const data = await ask(
      answers,
      `{ snapshots { nodes { identifier } ${sources} totalCount { value precision } }
        ordered: snapshots(orderBy: { field: IDENTIFIER, direction: ASC }) { nodes { identifier } ${sources} }
        clusters { nodes { identifier } ${sources} } }`,
    );
    const partial = (service: string) => ({
      status: 'PARTIAL',
      error: {
        code: 'UPSTREAM',
        message: `AWS returned records of ${service} in account ${account}, region us-east-1 without an identifier. They are not listed.`,
      },
    });
    const reports = { isComplete: false, sources: [partial('REDSHIFT'), partial('DOCUMENTDB')] };
    const nodes = [{ identifier: 'a' }, { identifier: 'a' }];
    expect(data).toEqual({
      snapshots: { nodes, ...reports, totalCount: { value: 2, precision: 'AT_LEAST' } },
      ordered: { nodes, ...reports },
      clusters: { nodes: [], ...reports },
    });
    expect(warnings).toHaveLength(2);
  });

  it('is not reported as not found by a lookup', async () => {
    upstream.answer({ DescribeClusters: `<Clusters><Cluster/></Clusters>` });
    const { errors } = await gateway.query(
      `{ cluster(arn: "arn:aws:redshift:us-east-1:${account}:cluster:sales") { id } }`,
    );
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM' } }]);
  });
});

describe('a value that the API cannot represent', () => {
  const huge = ['2147483648', '-2147483649', '5439.5', '1e300'];

  it.each(huge)('is null in every Int field: %s', async (number) => {
    const numbers = (names: readonly string[]) => names.map((name) => `<${name}>${number}</${name}>`).join('');
    const copy = `<ClusterSnapshotCopyStatus>${numbers(['RetentionPeriod', 'ManualSnapshotRetentionPeriod'])}</ClusterSnapshotCopyStatus>`;
    const members = `<DBClusterMembers><DBClusterMember>${numbers(['PromotionTier'])}</DBClusterMember></DBClusterMembers>`;
    const ofSnapshot = ['Port', 'NumberOfNodes', 'ManualSnapshotRetentionPeriod', 'ManualSnapshotRemainingDays'];
    const answers = {
      ...listing(redshift('a', numbers([...ofSnapshot, 'TotalBackupSizeInMegaBytes', 'ElapsedTimeInSeconds']))),
      ...docdbListing(docdb('a', numbers(['Port', 'PercentProgress']))),
      DescribeClusters: cluster(
        `<Endpoint>${numbers(['Port'])}</Endpoint>${copy}${numbers(['NumberOfNodes', 'AutomatedSnapshotRetentionPeriod', 'ManualSnapshotRetentionPeriod'])}`,
      ),
      DescribeDBClusters: `<DBClusters><DBCluster><DBClusterIdentifier>c</DBClusterIdentifier><Engine>docdb</Engine><Endpoint>e</Endpoint>${numbers(['Port', 'BackupRetentionPeriod'])}${members}</DBCluster></DBClusters>`,
    };
    const every = (type: string) => selectAll(schema.getType(type)!, 1, { snapshotDays: 'last: 1' });
    const data = await ask(
      answers,
      `{ snapshots { nodes ${every('Snapshot')} } clusters { nodes ${every('Cluster')} } }`,
    );
    const integers = /"\w*(?:[pP]ort|Days|days|numberOfNodes|promotionTier)":-?\d/;
    expect(JSON.stringify(data)).not.toMatch(integers);
    expect([data.snapshots.nodes.length, data.clusters.nodes.length]).toEqual([2, 2]);
  });

  it('is null for an owner that is not an account', async () => {
    const answers = listing(redshift('a', '<OwnerAccount>amazon</OwnerAccount>'));
    expect(await list(answers, 'ownerAccountId type arn')).toEqual([
      { ownerAccountId: null, type: 'UNKNOWN', arn: `arn:aws:redshift:us-east-1:${account}:snapshot:sales/a` },
    ]);
  });

  it.each([
    ['constructor', 'UNKNOWN'],
    ['__proto__', 'UNKNOWN'],
    ['toString', 'UNKNOWN'],
    ['Available', 'AVAILABLE'],
    [' available ', 'AVAILABLE'],
    ['FINAL  snapshot', 'FINAL'],
  ])('is mapped to a known status or UNKNOWN: %s', async (rawStatus, status) => {
    const answers = {
      ...listing(redshift('a', `<Status>${rawStatus}</Status>`)),
      ...docdbListing(docdb('a', `<Status>${rawStatus}</Status>`)),
    };
    const expected = { status, rawStatus };
    expect(await list(answers, 'status rawStatus')).toEqual([expected, expected]);
    const summary = await ask(answers, '{ snapshotSummary(groupBy: [STATUS]) { groups { keys { value } count } } }');
    expect(summary.snapshotSummary.groups).toEqual([{ keys: [{ value: status }], count: 2 }]);
  });

  it.each([
    ['Manual', 'MANUAL'],
    ['AUTOMATED', 'AUTOMATED'],
    ['constructor', 'UNKNOWN'],
  ])('is mapped to a known type or UNKNOWN: %s', async (written, type) => {
    const member = `<SnapshotType>${written}</SnapshotType>`;
    const answers = { ...listing(redshift('a', member)), ...docdbListing(docdb('a', member)) };
    expect(await list(answers, 'type')).toEqual([{ type }, { type }]);
  });

  it('allows snapshots of a cluster that is Available', async () => {
    const answers = { ...listing(), DescribeClusters: cluster('<ClusterStatus> Available</ClusterStatus>') };
    const id = nodeId(`RedshiftCluster:arn:aws:redshift:us-east-1:${account}:cluster:sales`);
    const data = await ask(
      answers,
      `mutation { createSnapshot(input: { clusterId: "${id}", identifier: "new", dryRun: true }) { __typename } }`,
    );
    expect(data.createSnapshot.__typename).toBe('CreateSnapshotPayload');
  });
});

const organization = 'arn:aws:organizations::111122223333:organization/o-abc';

describe('a snapshot that is shared with more than accounts', () => {
  const attributes = (...values: string[]) =>
    `<DBClusterSnapshotAttributesResult><DBClusterSnapshotAttributes><DBClusterSnapshotAttribute><AttributeName>restore</AttributeName><AttributeValues>${values
      .map((value) => `<AttributeValue>${value}</AttributeValue>`)
      .join(
        '',
      )}</AttributeValues></DBClusterSnapshotAttribute></DBClusterSnapshotAttributes></DBClusterSnapshotAttributesResult>`;
  const shares = (...parties: string[]) =>
    `<AccountsWithRestoreAccess>${parties.map((party) => `<AccountWithRestoreAccess>${party}</AccountWithRestoreAccess>`).join('')}</AccountsWithRestoreAccess>`;
  const members = '<SnapshotType>manual</SnapshotType><Status>available</Status>';
  const both = (shared: string, ...values: string[]): StaticAnswers => ({
    ...listing(redshift('a', `${members}${shared}`)),
    ...docdbListing(docdb('a', members)),
    DescribeDBClusterSnapshotAttributes: attributes(...values),
  });

  it('has its accounts in sharing', async () => {
    const parties = ['444455556666', 'all', organization].map((id) => `<AccountId>${id}</AccountId>`);
    const answers = both(
      shares(...parties, '<AccountAlias>amazon-redshift-support</AccountAlias>'),
      '444455556666',
      'all',
      organization,
    );
    expect(await list(answers, 'sharing { public awsSupport accounts }')).toEqual([
      { sharing: { public: false, awsSupport: true, accounts: ['444455556666'] } },
      { sharing: { public: true, awsSupport: false, accounts: ['444455556666'] } },
    ]);
  });

  it.each([
    ['PRIVATE', 0],
    ['SHARED', 2],
    ['EXTERNAL', 2],
    ['PUBLIC', 0],
  ])('is exposed: %s finds %i', async (exposure, count) => {
    const answers = both(shares(`<AccountId>${organization}</AccountId>`), organization);
    const { snapshots } = await ask(answers, `{ snapshots(filter: { exposure: ${exposure} }) { nodes { id } } }`);
    expect(snapshots.nodes).toHaveLength(count);
  });

  it('is deleted only with all access revoked', async () => {
    const answers = both(shares(`<AccountAlias>partner</AccountAlias>`), organization);
    const nodes = await list(answers, 'id');
    const refused = [];
    const planned = [];
    for (const { id } of nodes) {
      const remove = (more: string) =>
        ask(
          answers,
          `mutation { deleteSnapshot(input: { snapshotId: "${id}", dryRun: true ${more} }) {
            ... on DeleteSnapshotPayload { plannedCalls { action parameters } } ... on Error { code } } }`,
        );
      // oxlint-disable no-await-in-loop -- in sequence, because the calls share an upstream
      refused.push((await remove('')).deleteSnapshot);
      planned.push((await remove('revokeAccess: true')).deleteSnapshot.plannedCalls[0]);
      // oxlint-enable no-await-in-loop
    }
    expect(refused).toEqual([{ code: 'INVALID_STATE' }, { code: 'INVALID_STATE' }]);
    expect(planned.map(({ action }) => action)).toEqual(['RevokeSnapshotAccess', 'ModifyDBClusterSnapshotAttribute']);
    expect(JSON.parse(planned[0].parameters)).toMatchObject({ AccountWithRestoreAccess: 'partner' });
    expect(JSON.parse(planned[1].parameters)).toMatchObject({ ValuesToRemove: [organization] });
  });
});

describe('a character above U+FFFF', () => {
  const tags = (value: string) => `<Tags><Tag><Key>k</Key><Value>${value}</Value></Tag></Tags>`;

  it.each(['💾', '&#128190;', '&#x1F4BE;', '&#x1f4be;', '<![CDATA[💾]]>'])('is read from %s', async (text) => {
    expect(await list(listing(redshift('a', tags(text))), 'tags { value }')).toEqual([{ tags: [{ value: '💾' }] }]);
  });

  it('is copied with the tags of a snapshot', async () => {
    const automated = `<SnapshotType>automated</SnapshotType><Status>available</Status>${tags('&#128190;')}`;
    const arn = `arn:aws:redshift:us-east-1:${account}:snapshot:sales/a`;
    const answers: StaticAnswers = {
      DescribeClusterSnapshots: ({ SnapshotIdentifier }) =>
        `<Snapshots>${SnapshotIdentifier === 'a' ? redshift('a', automated) : ''}</Snapshots>`,
      CopyClusterSnapshot: redshift('copy'),
      CreateTags: { status: 200, body: '<CreateTagsResponse></CreateTagsResponse>' },
    };
    const data = await ask(
      answers,
      `mutation { copySnapshot(input: { snapshotId: "${nodeId(`RedshiftSnapshot:${arn}`)}", identifier: "copy", copyTags: true }) {
        __typename ... on Error { message } } }`,
    );
    expect(data.copySnapshot).toEqual({ __typename: 'CopySnapshotPayload' });
    const written = upstream.requests.filter(({ Action }) => Action === 'CreateTags');
    expect(written.map((each) => each['Tags.Tag.1.Value'])).toEqual(['💾']);
  });

  it.each(['&#0;', '&#xD800;', '&#x110000;'])('fails the source if its reference is %s', async (text) => {
    const { snapshots } = await ask(
      listing(redshift('a', tags(text))),
      '{ snapshots(filter: { services: [REDSHIFT] }) { nodes { id } sources { status } } }',
    );
    expect(snapshots).toEqual({ nodes: [], sources: [{ status: 'FAILED' }] });
  });
});
