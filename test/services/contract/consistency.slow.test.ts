import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, type Gateway, startGateway } from '../../support/gateway.ts';
import { type ServiceName, serviceNames } from '../../support/services.ts';
import { as, authenticationWith } from '../../support/tokens.ts';
import { snapshotId } from '../../support/worlds.ts';
import { everyChange, world } from './every-change.ts';
import { startContract } from './support.ts';

const [friend, partner] = ['210987654321', '012345678901'];

/** Every way to read snapshots: page by page, in full, and one by one. */
const views = /* GraphQL */ `
  query Views($ids: [ID!]!) {
    snapshots(first: 100) {
      isComplete
      nodes {
        ...Shown
      }
      totalCount {
        value
      }
    }
    ordered: snapshots(first: 100, orderBy: { field: IDENTIFIER, direction: ASC }) {
      nodes {
        ...Shown
      }
    }
    shared: snapshots(first: 100, filter: { types: [SHARED] }) {
      nodes {
        ...Shown
      }
      totalCount {
        value
      }
    }
    tagged: snapshots(first: 100, filter: { tags: [{ key: "kept" }] }) {
      nodes {
        arn
      }
      totalCount {
        value
      }
    }
    exposed: snapshots(first: 100, filter: { exposure: SHARED }) {
      nodes {
        arn
      }
      totalCount {
        value
      }
    }
    snapshotSummary(filter: { types: [MANUAL, AUTOMATED, SHARED] }, groupBy: [ACCOUNT, SERVICE, TYPE, STATUS]) {
      groups {
        keys {
          value
        }
        count
      }
    }
    clusters(first: 100) {
      isComplete
      nodes {
        latestSnapshot {
          arn
        }
        snapshotDays(last: 1) {
          count
        }
        snapshots(first: 100) {
          nodes {
            arn
          }
          totalCount {
            value
          }
        }
      }
    }
    sources {
      manualSnapshots {
        count {
          value
        }
      }
    }
    nodes(ids: $ids) {
      ...Shown
    }
  }

  fragment Shown on Snapshot {
    arn
    status
    tags {
      key
      value
    }
    sharing {
      accounts
    }
    retention {
      days
    }
    source {
      account
    }
  }
`;
const ids = ['old', 'older', 'shared', 'new'].flatMap((name) =>
  serviceNames.map((service) => snapshotId(service, name)),
);

/** Caches everything for so long that nothing expires during a test. */
const age = { ageSeconds: 600 };

const permissions = [
  'SNAPSHOT_CREATE',
  'SNAPSHOT_COPY',
  'SNAPSHOT_SHARE',
  'SNAPSHOT_DELETE',
  'SNAPSHOT_TAG',
  'SNAPSHOT_RETAIN',
];

const changesOf = (service: ServiceName) => everyChange.filter((each) => each.service === service);

async function see(gateway: Gateway, headers: object = {}): Promise<unknown> {
  const { data, errors } = await gateway.query(views, { ids }, headers);
  expect(errors).toBeUndefined();
  return data;
}

async function change(gateway: Gateway, mutation: string, input: object, headers: object = {}): Promise<void> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const text = `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename ... on Error { message } } }`;
  const { data } = await gateway.query(text, { input }, headers);
  expect(data?.[mutation]?.__typename).toMatch(/Payload$/);
}

describe.each(serviceNames)('the cache of %s', (service) => {
  let gateway: Gateway;
  let writer: Record<string, string>;
  let reader: Record<string, string>;
  // Each test needs its own gateway: the cache must not contain the world of another test.
  beforeEach(async () => {
    gateway = await startGateway({
      accounts: [account, friend, partner].map((id) => ({
        id,
        role: `arn:aws:iam::${id}:role/snapgate`,
        regions: ['us-east-1'],
        services: [...serviceNames],
      })),
      aws: { cache: age },
      fullReads: age,
      limits: { cost: 1e9 },
      authenticate: authenticationWith([
        { when: { sub: 'writer' }, permissions: ['SNAPSHOT_READ', ...permissions] },
        { when: { sub: 'reader' }, permissions: ['SNAPSHOT_READ'] },
      ]),
    });
    [writer, reader] = [await as({ sub: 'writer' }), await as({ sub: 'reader' })];
    await gateway.load({ ...world, frozen: true });
  });
  afterEach(() => gateway.close());

  it.each([
    ...changesOf(service),
    {
      mutation: 'deleteSnapshot',
      action: 'several calls',
      input: { snapshotId: snapshotId(service, 'shared'), revokeAccess: true },
    },
  ])('immediately shows $mutation by $action to another principal, in every list', async ({ mutation, input }) => {
    const before = await see(gateway, reader);
    await change(gateway, mutation, input, writer);
    const after = await see(gateway, reader);
    expect(after).not.toEqual(before);
    expect(after).toEqual(await see(gateway, { ...reader, 'cache-control': 'no-cache' }));
  });
});

describe.each(serviceNames)('a change that AWS shows late in %s', (service) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startContract({ limits: { cost: 1e9 } });
  });
  afterAll(() => gateway.close());

  it.each(changesOf(service))(
    'does not cause failures: $mutation by $action',
    async ({ mutation, input, query, done }) => {
      const assumptions = { snapshotHiddenSeconds: 600, snapshotLingerSeconds: 600 };
      await gateway.load({ ...world, frozen: true, assumptions });
      await change(gateway, mutation, input);
      // AWS can still list a deleted snapshot, but its details cannot be read.
      expect(await see(gateway)).toMatchObject({
        snapshots: { isComplete: true },
        clusters: { isComplete: true },
      });
      await gateway.emulator.control('POST', 'clock', { advanceSeconds: 601 });
      expect((await gateway.query(query)).data).toEqual(done);
    },
  );
});
