import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../support/gateway.ts';
import { serviceNames } from '../../support/services.ts';
import { makeSnapshot, snapshotArn, snapshotId } from '../../support/worlds.ts';
import { differences } from './differences.ts';
import { everyChange, world } from './every-change.ts';
import { startContract } from './support.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startContract({ limits: { cost: 1e9, aliases: 1e3, fields: 1e4 } });
});
afterAll(() => gateway.close());

/** Everything that the payload of a change can show: one field for each loader and cache of a request. */
const seen = /* GraphQL */ `
  fragment Seen on Snapshot {
    source {
      manualSnapshots {
        count {
          value
        }
      }
    }
    cluster {
      status
      tags {
        key
      }
      latestSnapshot {
        ...Shown
      }
      snapshotDays(last: 3) {
        count
      }
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
      exposed: snapshots(first: 100, filter: { exposure: SHARED }) {
        totalCount {
          value
        }
      }
      tagged: snapshots(first: 100, filter: { tags: [{ key: "kept" }] }) {
        totalCount {
          value
        }
      }
    }
  }

  fragment Shown on Snapshot {
    arn
    status
    retention {
      days
    }
    tags {
      key
      value
    }
    sharing {
      accounts
    }
  }
`;

const typeOf = (mutation: string) => `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;

/** Makes the change between two other changes, and returns what the payloads of these show. */
async function around(witness: string, mutation: string, input: object, fields: string) {
  const tag = (alias: string) =>
    `${alias}: tagSnapshot(input: { snapshotId: $witness, tags: [{ key: "${alias}" }] }) {
      ... on TagSnapshotPayload { snapshot { ${fields} } }
    }`;
  const { data, errors } = await gateway.query(
    `mutation ($witness: ID!, $input: ${typeOf(mutation)}Input!) {
      ${tag('first')}
      change: ${mutation}(input: $input) { __typename }
      ${tag('last')}
    } ${fields.includes('Seen') ? seen : ''}`,
    { witness, input },
  );
  expect(errors).toBeUndefined();
  expect(data.change.__typename).toMatch(/Payload$/);
  return { before: data.first.snapshot, after: data.last.snapshot };
}

describe.each(serviceNames)('changes of %s in one document', (service) => {
  const witness = snapshotId(service, 'witness');

  // The deleted snapshot is the newest one, and counts as taken today or yesterday.
  beforeEach(async () => {
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
    const others = world.snapshots?.filter((each) => !/"old(er)?"/.test(JSON.stringify(each))) ?? [];
    await gateway.disturb();
    await gateway.load({
      ...world,
      frozen: true,
      snapshots: [
        ...others.map((each) => ({ ...each, SnapshotCreateTime: ago(4) })),
        makeSnapshot(service, 'old', { createdAt: ago(1), tags: { kept: 'yes' } }),
        makeSnapshot(service, 'older', { createdAt: ago(2) }),
        makeSnapshot(service, 'witness', { createdAt: ago(3) }),
      ],
    });
  });

  it.each(everyChange.filter((each) => each.service === service))(
    'show each other: $mutation by $action',
    async ({ mutation, input }) => {
      const { before, after } = await around(witness, mutation, input, '...Seen');
      const { data } = await gateway.query(
        `{ snapshot(arn: "${snapshotArn(service, 'witness')}") { ...Seen } } ${seen}`,
      );
      expect(after).toEqual(data.snapshot);
      expect(after).not.toEqual(before);
    },
  );

  it.each([
    ['latestSnapshot', 'cluster { latestSnapshot { arn } }'],
    ['snapshotDays', 'cluster { snapshotDays(last: 3) { count } }'],
    ['snapshots', 'cluster { snapshots { nodes { arn } } }'],
    ['totalCount', 'cluster { snapshots { totalCount { value } } }'],
    ['manualSnapshots', 'source { manualSnapshots { count { value } } }'],
  ])('show a deletion in %s', async (_name, fields) => {
    const input = { snapshotIds: [snapshotId(service, 'old')] };
    const { before, after } = await around(witness, 'deleteSnapshots', input, fields);
    expect(after).not.toEqual(before);
    const { data } = await gateway.query(`{ snapshot(arn: "${snapshotArn(service, 'witness')}") { ${fields} } }`);
    expect(after).toEqual(data.snapshot);
  });

  it('keep the result of a change that took effect if another one fails with a top-level error', async () => {
    // unshareSnapshot does not expect that a snapshot already exists.
    const [action] = differences[service].changes.unshareSnapshot ?? [];
    const code = { REDSHIFT: 'ClusterSnapshotAlreadyExists', DOCUMENTDB: 'DBClusterSnapshotAlreadyExistsFault' };
    await gateway.disturb({ kind: 'error', action, code: code[service], status: 400 });
    const { data, errors } = await gateway.query(
      `mutation ($done: ID!, $failed: ID!) {
        done: tagSnapshot(input: { snapshotId: $done, tags: [{ key: "a" }] }) { __typename }
        failed: unshareSnapshot(input: { snapshotId: $failed, everyone: true }) { __typename }
      }`,
      { done: witness, failed: snapshotId(service, 'shared') },
    );
    expect(data).toEqual({ done: { __typename: 'TagSnapshotPayload' }, failed: null });
    expect(errors).toMatchObject([{ path: ['failed'], extensions: { code: 'ALREADY_EXISTS' } }]);
  });
});
