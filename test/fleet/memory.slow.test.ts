import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import type { AwsSettings } from '../../src/aws/settings.ts';
import type { FullReadSettings } from '../../src/fleet/settings.ts';
import { type Gateway, oneAccount, startGateway } from '../support/gateway.ts';
import { element, startStaticUpstream, type StaticUpstream } from '../support/static-upstream.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const count = /* GraphQL */ `
  {
    snapshots(filter: { services: [REDSHIFT] }) {
      totalCount {
        value
        precision
      }
    }
  }
`;
const nextPage = /* GraphQL */ `
  query ($after: String) {
    snapshots(first: 100, after: $after) {
      pageInfo {
        endCursor
      }
    }
  }
`;
const pages = 120;
const perPage = 100;

let upstream: StaticUpstream;
let gateway: Gateway;
let logged: string[];
afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

function snapshot(index: number): string {
  const tags = Array.from({ length: 5 }, (_, tag) =>
    element('Tag', { Key: `key-${tag}`, Value: `value-${tag < 2 ? index : tag}` }),
  );
  return element('Snapshot', {
    SnapshotIdentifier: `manual-${index}`,
    ClusterIdentifier: `sales-${index % 50}`,
    SnapshotCreateTime: new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString(),
    ClusterCreateTime: '2025-09-14T06:27:24.887Z',
    Status: 'available',
    SnapshotType: 'manual',
    Port: '5439',
    AvailabilityZone: 'us-east-1a',
    MasterUsername: 'awsuser',
    NodeType: 'ra3.xlplus',
    NumberOfNodes: '4',
    VpcId: 'vpc-0a1b2c3d',
    Encrypted: 'false',
    OwnerAccount: '123456789012',
    TotalBackupSizeInMegaBytes: String(90_000.5 + index),
    Tags: tags.join(''),
    SnapshotArn: `arn:aws:redshift:us-east-1:123456789012:snapshot:sales-${index % 50}/manual-${index}`,
  });
}

async function start(fullReads: Partial<FullReadSettings>, cache: AwsSettings['cache'] = { ageSeconds: 0 }) {
  upstream = await startStaticUpstream({
    DescribeClusterSnapshots: ({ Marker = '0', SnapshotIdentifier }) => {
      const page = Number(Marker);
      if (SnapshotIdentifier !== undefined) return '<Snapshots></Snapshots>';
      const rows = Array.from({ length: perPage }, (_, index) => snapshot(page * perPage + index));
      return `${page + 1 < pages ? `<Marker>${page + 1}</Marker>` : ''}<Snapshots>${rows.join('')}</Snapshots>`;
    },
  });
  logged = [];
  const add = (...what: unknown[]) => void logged.push(JSON.stringify(what, (_, value) => value?.message ?? value));
  gateway = await startGateway({
    accounts: [{ ...oneAccount[0]!, services: ['REDSHIFT'] }],
    aws: { endpoint: upstream.url, cache },
    fullReads: { maximumPages: 150, ...fullReads },
    log: { debug: () => {}, info: () => {}, warn: add, error: add },
  });
}

/** The change of the memory in use that does not matter, in bytes. */
const settledBytes = 32 * 1024;

/** Returns the memory in use, in bytes, once nothing more becomes free: earlier tests leave memory that is freed late. */
async function settledMemory(): Promise<number> {
  let least = Infinity;
  for (let unchanged = 0; unchanged < 3; unchanged += 1) {
    await nextTurn();
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    if (heapUsed + arrayBuffers < least - settledBytes) unchanged = -1;
    least = Math.min(least, heapUsed + arrayBuffers);
  }
  return least;
}

/** Returns by how much a function increases the memory in use, in bytes. */
async function growthOf(make: () => Promise<unknown>): Promise<number> {
  const before = await settledMemory();
  await make();
  return (await settledMemory()) - before;
}

/** Lists the first snapshots, so that the code and the connections exist before memory is measured. */
async function warmUp(): Promise<void> {
  await gateway.query('{ snapshots(first: 5, filter: { identifiers: ["none"] }) { nodes { id } } }');
}

describe('the accounted memory', () => {
  it('of full reads is close to the memory that they take', async () => {
    await start({ ageSeconds: 600 });
    // Another full read, so that the code and the connections exist before memory is measured.
    await gateway.query('{ snapshotSummary(filter: { types: [MANUAL] }) { total { value } } }');
    const before = gateway.state().fullReads;
    const grown = await growthOf(() => gateway.query(count));
    const { bytes: all, entries } = gateway.state().fullReads;
    const bytes = all - before.bytes;
    expect(entries).toBe(before.entries + 1);
    expect(grown / (pages * perPage)).toBeGreaterThan(300);
    expect(grown / (pages * perPage)).toBeLessThan(700);
    expect(bytes / grown).toBeGreaterThan(0.75);
    expect(bytes / grown).toBeLessThan(1.4);
  });

  it('of cached responses is close to the memory that they take', async () => {
    await start({}, { ageSeconds: 600, megabytes: 256 });
    await warmUp();
    let after: string | null = null;
    const readPages = async (count: number) => {
      for (let page = 0; page < count; page += 1) {
        const { data } = await gateway.query(nextPage, { after });
        after = data.snapshots.pageInfo.endCursor;
      }
    };
    await readPages(20);
    const before = gateway.state().cache;
    const grown = await growthOf(() => readPages(30));
    const bytes = gateway.state().cache.bytes - before.bytes;
    expect(bytes / grown).toBeGreaterThan(0.75);
    expect(bytes / grown).toBeLessThan(1.6);
  });
});

describe('a full read that is larger than fullReads.megabytes', () => {
  it('is logged once, with its source, its size and the limit', async () => {
    await start({ ageSeconds: 600, megabytes: 1 });
    for (let repetition = 0; repetition < 2; repetition += 1) {
      const { data } = await gateway.query(count);
      expect(data.snapshots.totalCount).toEqual({ value: pages * perPage, precision: 'EXACT' });
    }
    const warnings = logged.filter((line) => line.includes('fullReads.megabytes'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /A full read of REDSHIFT in account 123456789012, region us-east-1 takes 1\.\d megabytes .* fullReads\.megabytes \(1\)/,
    );
    expect(gateway.state().fullReads).toMatchObject({ bytes: 0, entries: 0 });
  });
});

it('counts the use of full reads', async () => {
  await start({ ageSeconds: 600 });
  await Promise.all([gateway.query(count), gateway.query(count)]);
  await gateway.query(count);
  expect(gateway.state().fullReads).toMatchObject({ misses: 1, coalesced: 1, hits: 1, evictions: 0 });
});
