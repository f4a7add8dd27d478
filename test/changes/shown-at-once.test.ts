import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accounts, account, type Gateway, startGateway } from '../support/gateway.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { snapshotId } from '../support/worlds.ts';
import { everyChange, world } from './every-change.ts';

const [friend, partner] = ['210987654321', '012345678901'];

/** Every way to see snapshots, whether page by page, in full or one by one. */
const views = /* GraphQL */ `
  query Views($ids: [ID!]!) {
    snapshots(first: 100) {
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
const ids = ['old', 'older', 'shared', 'new'].flatMap((name) => [
  snapshotId('REDSHIFT', name),
  snapshotId('DOCUMENTDB', name),
]);

/** Remembers everything for so long that nothing is forgotten by itself. */
const age = { ageSeconds: 600 };

let gateway: Gateway;
let writer: Record<string, string>;
let reader: Record<string, string>;
// One for each test, as it must know nothing of the world of the one before.
beforeEach(async () => {
  gateway = await startGateway({
    accounts: accounts([account, friend, partner]),
    aws: { cache: age },
    fullReads: age,
    limits: { cost: 1e9 },
    authenticate: authenticationWith([
      { when: { sub: 'writer' }, permissions: ['SNAPSHOT_READ', ...changes] },
      { when: { sub: 'reader' }, permissions: ['SNAPSHOT_READ'] },
    ]),
  });
  [writer, reader] = [await as({ sub: 'writer' }), await as({ sub: 'reader' })];
  await gateway.load({ ...world, frozen: true });
});
afterEach(() => gateway.close());

const changes = [
  'SNAPSHOT_CREATE',
  'SNAPSHOT_COPY',
  'SNAPSHOT_SHARE',
  'SNAPSHOT_DELETE',
  'SNAPSHOT_TAG',
  'SNAPSHOT_RETAIN',
];

async function see(headers: object = {}): Promise<unknown> {
  const { data, errors } = await gateway.query(views, { ids }, { ...reader, ...headers });
  expect(errors).toBeUndefined();
  return data;
}

async function change(mutation: string, input: object): Promise<void> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const text = `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename ... on Error { message } } }`;
  const { data } = await gateway.query(text, { input }, writer);
  expect(data?.[mutation]?.__typename).toMatch(/Payload$/);
}

describe('what is remembered', () => {
  it.each([
    ...everyChange,
    ...(['REDSHIFT', 'DOCUMENTDB'] as const).map((service) => ({
      mutation: 'deleteSnapshot',
      service,
      action: 'of a shared snapshot',
      input: { snapshotId: snapshotId(service, 'shared'), revokeAccess: true },
    })),
  ])('shows $mutation ($service, $action) at once, to another principal and in every list', async (each) => {
    const before = await see();
    await change(each.mutation, each.input);
    const after = await see();
    expect(after).not.toEqual(before);
    expect(after).toEqual(await see({ 'cache-control': 'no-cache' }));
  });
});
