import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { seedAccounts } from '../../src/emulator/seed/accounts.ts';
import { seedOptions } from '../../src/emulator/seed/seed.ts';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { readPage } from './page.ts';

const now = new Date('2026-11-21T12:00:00Z');
const day = 86_400_000;
/** The variables that the page prints for its queries. */
const variables = { before: new Date(now.getTime() - 365 * day) };
const questions = new Map(
  readPage('docs/questions.md')
    .blocks.filter(({ language, heading }) => language === 'graphql' && heading.endsWith('?'))
    .map(({ heading, text }) => [heading, text]),
);
const ids = seedAccounts.map(({ id }) => id);
const price = 0.02;

let gateway: Gateway;
let world: World;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now });
  gateway = await startGateway({
    ...seedOptions(undefined, now),
    accounts: accounts(ids, seedAccounts[0]?.regions),
    prices: { currency: 'USD', gigabyteMonth: [{ service: 'REDSHIFT', price }] },
  });
  const { content } = await gateway.emulator.control('GET', 'world');
  world = readWorld(content);
});
afterAll(async () => {
  vi.useRealTimers();
  await gateway.close();
});

/** A snapshot or cluster of the emulator's world, with the members of AWS. */
type Json = Record<string, any>;

interface World {
  /** The snapshots of the configured accounts and the two services. */
  readonly snapshots: readonly Json[];
  readonly clusters: readonly Json[];
  readonly keys: readonly Json[];
  /** The snapshots of every account and engine. */
  readonly everything: readonly Json[];
}

function readWorld(content: Json): World {
  const isOurs = ({ account, service, Engine }: Json) =>
    ids.includes(account) && (service === 'redshift' || Engine === 'docdb');
  return {
    snapshots: content.snapshots.filter(isOurs),
    clusters: content.clusters.filter(isOurs),
    keys: content.keys,
    everything: content.snapshots,
  };
}

const isRedshift = ({ service }: Json) => service === 'redshift';
const arnOf = (s: Json): string => s.SnapshotArn ?? s.DBClusterSnapshotArn;
const clusterOf = (s: Json): string => s.ClusterIdentifier ?? s.DBClusterIdentifier;
const clusterArn = (c: Json): string =>
  c.DBClusterArn ?? `arn:aws:redshift:${c.region}:${c.account}:cluster:${c.ClusterIdentifier}`;
const serviceOf = (s: Json) => (isRedshift(s) ? 'REDSHIFT' : 'DOCUMENTDB');
const isManual = (s: Json) => s.SnapshotType === 'manual';
const isAvailable = (s: Json) => s.Status === 'available';
const isEncrypted = (s: Json): boolean => s.Encrypted ?? s.StorageEncrypted;
const placeOf = (s: Json) => `${s.service} ${s.account} ${s.region} ${clusterOf(s)}`;
/** A copy as if it were in the region and account of its origin. */
const atHome = (s: Json): Json => {
  const [, , , region = s.SourceRegion ?? s.region, account = s.account] =
    s.SourceDBClusterSnapshotArn?.split(':') ?? [];
  return { ...s, region, account };
};
const isTakenFrom = (s: Json, cluster: Json) =>
  placeOf(cluster) === placeOf(s) && s.ClusterCreateTime === cluster.ClusterCreateTime;
const isOrphaned = (s: Json) => !world.clusters.some((cluster) => isTakenFrom(atHome(s), cluster));
const sharesOf = (s: Json): string[] =>
  s.RestoreAccounts ?? (s.AccountsWithRestoreAccess ?? []).map((each: Json) => each.AccountId ?? each.AccountAlias);
const isPublic = (s: Json) => sharesOf(s).includes('all');
const newestFirst = (one: Json, other: Json) =>
  compare(other.SnapshotCreateTime, one.SnapshotCreateTime) || compare(arnOf(one), arnOf(other));
const compare = (one: string, other: string) => (one === other ? 0 : one < other ? -1 : 1);
const arns = (rows: readonly Json[]) => rows.map(arnOf).sort();
const of = (cluster: Json) => world.snapshots.filter((s) => placeOf(s) === placeOf(cluster) && isAvailable(s));
const latestOf = (cluster: Json) => of(cluster).sort(newestFirst)[0];
const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
/** Amazon Redshift reports the size of a snapshot only when the snapshot is complete. */
const isMeasured = (s: Json) => isRedshift(s) && s.ReadyTime === undefined;
const megabytes = (rows: readonly Json[]) => sum(rows.filter(isMeasured).map((s) => s.TotalBackupSizeInMegaBytes));

/** Returns the groups of a summary, by the values of their keys. */
function grouped(rows: readonly Json[], key: (s: Json) => string[], values: (own: Json[]) => object) {
  const groups = Map.groupBy(rows, (s) => JSON.stringify(key(s)));
  return Object.fromEntries([...groups].map(([keys, own]) => [keys, values(own)]));
}

const answered = (groups: Json[]) =>
  Object.fromEntries(
    groups.map(({ keys, ...values }) => [JSON.stringify(keys.map(({ value }: Json) => value)), values]),
  );
const nodes = (connection: Json): Json[] => connection.nodes;
const given = (connection: Json) =>
  nodes(connection)
    .map(({ arn }) => arn)
    .sort();

/** Checks the response to each question against the world alone. */
const expectations: Record<string, (data: any, query: string) => void> = {
  'Which snapshots are the newest?': ({ snapshots }) => {
    expect(nodes(snapshots)).toEqual(
      [...world.snapshots]
        .sort(newestFirst)
        .slice(0, 10)
        .map((s) => ({ arn: arnOf(s), createdAt: s.SnapshotCreateTime, status: expect.any(String) })),
    );
  },
  'Which snapshots are the oldest?': ({ snapshots }) => {
    const oldest = [...world.snapshots].sort(newestFirst).slice(-5);
    expect(nodes(snapshots).map(({ arn }) => arn)).toEqual(oldest.map(arnOf));
  },
  'Which snapshots are the largest?': ({ snapshots }) => {
    const largest = world.snapshots
      .filter(isRedshift)
      .sort(
        (one, other) =>
          other.TotalBackupSizeInMegaBytes - one.TotalBackupSizeInMegaBytes || compare(arnOf(one), arnOf(other)),
      )
      .slice(0, 10);
    expect(nodes(snapshots)).toEqual(
      largest.map((s) => ({ arn: arnOf(s), size: { totalMegabytes: s.TotalBackupSizeInMegaBytes } })),
    );
  },
  'How many snapshots are there, by account, service and type?': ({ snapshotSummary }) => {
    expect(snapshotSummary.total).toEqual({ value: world.snapshots.length, precision: 'EXACT' });
    expect(answered(snapshotSummary.groups)).toEqual(
      grouped(
        world.snapshots,
        (s) => [s.account, serviceOf(s), s.SnapshotType.toUpperCase()],
        (own) => ({ count: own.length }),
      ),
    );
  },
  'Which clusters use the most snapshot storage?': ({ snapshotSummary }) => {
    expect(answered(snapshotSummary.groups)).toEqual(
      grouped(
        world.snapshots.filter(isRedshift),
        (s) => [s.account, s.region, clusterOf(s)],
        (own) => {
          const times = own.map((s) => s.SnapshotCreateTime).sort();
          return { totalMegabytes: megabytes(own), oldestAt: times[0], newestAt: times.at(-1) };
        },
      ),
    );
  },
  'What does the storage cost per month?': ({ snapshotSummary }) => {
    expect(answered(snapshotSummary.groups)).toEqual(
      grouped(
        world.snapshots,
        (s) => [s.account],
        (own) => {
          const unknown = own.filter((s) => !isMeasured(s)).length;
          const amount = expect.closeTo((megabytes(own) / 1024) * price, 6);
          return {
            count: own.length,
            unknownSizeCount: unknown,
            monthlyCost: { amount, currency: 'USD', unknownCount: unknown },
          };
        },
      ),
    );
  },
  'Which snapshots belong to a cluster that no longer exists?': ({ snapshots }) => {
    expect(given(snapshots)).toEqual(arns(world.snapshots.filter(isOrphaned)));
  },
  'How much storage do orphaned snapshots use?': ({ snapshotSummary }) => {
    expect(answered(snapshotSummary.groups)).toEqual(
      grouped(
        world.snapshots.filter(isOrphaned),
        (s) => [serviceOf(s)],
        (own) => ({
          count: own.length,
          totalMegabytes: own.some(isMeasured) ? megabytes(own) : null,
          unknownSizeCount: own.filter((s) => !isMeasured(s)).length,
        }),
      ),
    );
  },
  'Which snapshots can any AWS account restore?': ({ snapshots }) => {
    expect(given(snapshots)).toEqual(arns(world.snapshots.filter(isPublic)));
    expect(nodes(snapshots).every(({ sharing }) => sharing.public)).toBe(true);
  },
  'Which snapshots can be restored outside our accounts?': ({ snapshots }) => {
    const outside = world.snapshots.filter((s) => sharesOf(s).some((account) => !ids.includes(account)));
    expect(given(snapshots)).toEqual(arns(outside));
  },
  'How many snapshots are shared, and in which accounts?': ({ snapshotSummary }) => {
    expect(answered(snapshotSummary.groups)).toEqual(
      grouped(
        world.snapshots.filter((s) => sharesOf(s).length > 0),
        (s) => [s.account, serviceOf(s)],
        (own) => ({ count: own.length }),
      ),
    );
  },
  'Which snapshots do other accounts share with us?': ({ snapshots }) => {
    const seen = world.everything
      .filter((s) => (isRedshift(s) ? ids.includes(s.account) : s.Engine === 'docdb'))
      .flatMap((s) =>
        ids
          .filter((viewer) => viewer !== s.account && sharesOf(s).includes(viewer))
          .map((account) => ({ arn: arnOf(s), ownerAccountId: s.account, source: { account } })),
      );
    const byText = (list: Json[]) => list.map((each) => JSON.stringify(each)).sort();
    expect(byText(nodes(snapshots))).toEqual(byText(seen));
  },
  'Which snapshots does a partner share with us?': ({ snapshots }, query) => {
    const [partner] = /\d{12}/.exec(query) ?? [];
    const shared = world.everything.filter((s) => s.account === partner && ids.some((id) => sharesOf(s).includes(id)));
    expect(shared.length).toBeGreaterThan(1);
    expect(given(snapshots)).toEqual(arns(shared));
  },
  'What is the snapshot with this ARN, which another account owns?': ({ snapshot }, query) => {
    const owned = world.everything.find((s) => query.includes(`"${arnOf(s)}"`));
    expect(snapshot).toEqual({ type: 'SHARED', status: 'AVAILABLE', createdAt: owned?.SnapshotCreateTime });
  },
  'Which manual snapshots have no tags?': ({ snapshots }) => {
    expect(given(snapshots)).toEqual(arns(world.snapshots.filter((s) => isManual(s) && s.Tags.length === 0)));
  },
  'Which snapshots belong to a team in production?': ({ snapshots }) => {
    const has = (s: Json, key: string, values: string[]) =>
      s.Tags.some(({ Key, Value }: Json) => Key === key && values.includes(Value));
    const own = world.snapshots.filter((s) => has(s, 'team', ['shop', 'web']) && has(s, 'environment', ['production']));
    expect(given(snapshots)).toEqual(arns(own));
  },
  'Which manual snapshots are not encrypted?': ({ snapshots }) => {
    const plain = arns(world.snapshots.filter((s) => isManual(s) && !isEncrypted(s)));
    expect(snapshots.totalCount).toEqual({ value: plain.length, precision: 'EXACT' });
    expect(given(snapshots)).toEqual(plain);
  },
  'Which keys encrypt the manual snapshots, and can they be used?': ({ snapshots }) => {
    const sealed = world.snapshots.filter((s) => isManual(s) && isEncrypted(s));
    const found = nodes(snapshots).map(({ arn, kmsKey }) => [arn, kmsKey]);
    const expected = sealed.map((s) => {
      const { KeyState, KeyManager, account } = world.keys.find((k) => k.KeyId === s.KmsKeyId.split('/')[1])!;
      return [
        arnOf(s),
        { arn: s.KmsKeyId, account, enabled: KeyState === 'Enabled', managedByAws: KeyManager === 'AWS' },
      ];
    });
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  },
  'Which snapshots are under one key?': ({ snapshots }) => {
    const isNamed = (s: Json) =>
      world.keys.some(({ Aliases = [], KeyId, account, region }) => {
        const isHere = account === s.account && region === s.region && s.KmsKeyId?.endsWith(`:key/${KeyId}`);
        return isHere && Aliases.includes('alias/shop');
      });
    const found = arns(world.snapshots.filter(isNamed));
    expect(found.length).toBeGreaterThan(0);
    expect(given(snapshots)).toEqual(found);
    expect(snapshots.isComplete).toBe(true);
  },
  'Which clusters have had no snapshot for a week?': ({ clusters }) => {
    const since = new Date(now.getTime() - 7 * day).toISOString();
    const lacking = world.clusters.filter((c) => !of(c).some((s) => s.SnapshotCreateTime >= since));
    expect(given(clusters)).toEqual(lacking.map(clusterArn).sort());
    expect(clusters.isComplete).toBe(true);
  },
  'Which clusters have a day without a snapshot in the last two weeks?': ({ clusters }) => {
    const berlin = (time: string | Date) =>
      new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(new Date(time));
    const days = Array.from({ length: 15 }, (_, index) => berlin(new Date(now.getTime() - (14 - index) * day)));
    const chain = (c: Json) =>
      days.map((date) => ({ date, hasSnapshot: of(c).some((s) => berlin(s.SnapshotCreateTime) === date) }));
    const gaps = world.clusters.filter((c) =>
      chain(c)
        .slice(0, -1)
        .some(({ date, hasSnapshot }) => !hasSnapshot && date >= berlin(c.ClusterCreateTime)),
    );
    expect(gaps.length).toBeLessThan(world.clusters.length);
    expect(given(clusters)).toEqual(gaps.map(clusterArn).sort());
    expect(Object.fromEntries(nodes(clusters).map(({ arn, ...c }) => [arn, c]))).toEqual(
      Object.fromEntries(
        gaps.map((c) => [
          clusterArn(c),
          {
            createdAt: c.ClusterCreateTime,
            backupRetentionDays: c.AutomatedSnapshotRetentionPeriod ?? c.BackupRetentionPeriod,
            snapshotDays: chain(c),
          },
        ]),
      ),
    );
    expect(clusters.isComplete).toBe(true);
  },
  'Which clusters have the oldest latest snapshot?': ({ clusters }) => {
    const latestAt = (c: Json) => latestOf(c)?.SnapshotCreateTime ?? '9';
    const sorted = world.clusters.toSorted(
      (one, other) => compare(latestAt(one), latestAt(other)) || compare(clusterArn(one), clusterArn(other)),
    );
    expect(nodes(clusters)).toEqual(
      sorted.map((c) => {
        const latest = latestOf(c);
        return {
          arn: clusterArn(c),
          latestSnapshot: latest ? { arn: arnOf(latest), createdAt: latest.SnapshotCreateTime } : null,
        };
      }),
    );
    expect(clusters.isComplete).toBe(true);
  },
  'Which snapshot would each cluster be restored from?': ({ clusters }) => {
    const latest = world.clusters.map((c) => [clusterArn(c), latestOf(c) ? arnOf(latestOf(c)!) : undefined]);
    const found = nodes(clusters).map(({ arn, latestSnapshot }) => [arn, latestSnapshot?.arn]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(latest));
  },
  'On which days does a cluster have no snapshot?': ({ clusters }) => {
    const days = [4, 3, 2, 1, 0].map((ago) => new Date(now.getTime() - ago * day).toISOString().slice(0, 10));
    const chain = (c: Json) =>
      days.map((day) => ({ date: day, hasSnapshot: of(c).some((s) => s.SnapshotCreateTime.startsWith(day)) }));
    expect(Object.fromEntries(nodes(clusters).map(({ arn, snapshotDays }) => [arn, snapshotDays]))).toEqual(
      Object.fromEntries(world.clusters.map((c) => [clusterArn(c), chain(c)])),
    );
  },
  'How long does each cluster keep its automated snapshots?': ({ clusters }) => {
    const kept = world.clusters.map((c) => [
      clusterArn(c),
      c.AutomatedSnapshotRetentionPeriod ?? c.BackupRetentionPeriod,
    ]);
    expect(clusters.totalCount.value).toBe(kept.length);
    expect(Object.fromEntries(nodes(clusters).map((c) => [c.arn, c.backupRetentionDays]))).toEqual(
      Object.fromEntries(kept),
    );
  },
  'Which snapshots failed?': ({ snapshots }) => {
    expect(given(snapshots)).toEqual(
      arns(world.snapshots.filter(({ Status }) => ['failed', 'cancelled'].includes(Status))),
    );
  },
  'Which snapshots are being created, and how far are they?': ({ snapshots }) => {
    const making = world.snapshots.filter(({ Status }) => ['creating', 'copying', 'final snapshot'].includes(Status));
    expect(given(snapshots)).toEqual(arns(making));
  },
  'Which snapshots are older than a year and kept forever?': ({ snapshots }) => {
    const before = variables.before.toISOString();
    const forever = (s: Json) => isManual(s) && (!isRedshift(s) || s.ManualSnapshotRetentionPeriod === -1);
    expect(given(snapshots)).toEqual(arns(world.snapshots.filter((s) => forever(s) && s.SnapshotCreateTime <= before)));
  },
  'Which snapshots will AWS delete within a week?': ({ snapshots }) => {
    const soon = world.snapshots.filter(
      (s) => s.ManualSnapshotRetentionPeriod > 0 && s.ManualSnapshotRemainingDays <= 7,
    );
    expect(given(snapshots)).toEqual(arns(soon));
  },
  'How close is each source to its quota of manual snapshots?': ({ sources }) => {
    for (const { account, region, service, manualSnapshots } of sources) {
      const own = world.everything.filter(
        (s) =>
          s.account === account && s.region === region && isRedshift(s) === (service === 'REDSHIFT') && isManual(s),
      );
      const quota = service === 'REDSHIFT' ? 20 : 100;
      expect(manualSnapshots).toEqual({
        count: { value: own.length },
        quota,
        remaining: Math.max(0, quota - own.length),
      });
    }
    expect(sources).toHaveLength(18);
  },
  'Which snapshots does one cluster have, newest first?': ({ cluster }) => {
    const own = world.snapshots.filter((s) => placeOf(s) === 'redshift 123456789012 us-east-1 sales-warehouse');
    expect(cluster.snapshots.totalCount.value).toBe(own.length);
    expect(nodes(cluster.snapshots).map(({ identifier }) => identifier)).toEqual(
      own
        .sort(newestFirst)
        .slice(0, 5)
        .map((s) => s.SnapshotIdentifier),
    );
  },
  'Which snapshots in a region were copied from another snapshot?': ({ snapshots }) => {
    const here = world.snapshots.filter(({ region }) => region === 'eu-west-1');
    const isCopy = (s: Json) => Boolean(s.SourceRegion ?? s.SourceDBClusterSnapshotArn);
    const copies = nodes(snapshots).filter(({ origin }) => origin !== null);
    expect(copies.length).toBeGreaterThan(1);
    expect(copies.map(({ arn }) => arn).sort()).toEqual(arns(here.filter(isCopy)));
    const places = copies.map(({ origin }) => [origin.region, origin.account]);
    expect(places.toSorted()).toEqual(
      here
        .filter(isCopy)
        .map(atHome)
        .map((s) => [s.region, s.account])
        .toSorted(),
    );
  },
};

it('the page and this test have the same questions', () => {
  expect([...questions.keys()].toSorted()).toEqual(Object.keys(expectations).toSorted());
  expect(questions.size).toBeGreaterThanOrEqual(20);
});

it.each([...questions])('%s', async (title, query) => {
  const { data, errors } = await gateway.query(query, /\$/.test(query) ? variables : {});
  expect(errors).toBeUndefined();
  const found = data.snapshots?.nodes ?? data.clusters?.nodes ?? data.snapshotSummary?.groups ?? [data];
  expect(found.length).toBeGreaterThan(0);
  // A full page of 100 could mean that more records follow.
  expect(found.length).toBeLessThan(100);
  expectations[title]?.(data, query);
});
