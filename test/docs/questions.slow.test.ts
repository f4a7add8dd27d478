import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { seedAccounts } from '../../src/emulator/seed/accounts.ts';
import { seedOptions } from '../../src/emulator/seed/seed.ts';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { readPage } from './page.ts';

const now = new Date('2026-11-21T12:00:00Z');
const day = 86_400_000;
const questions = new Map(
  readPage('docs/questions.md')
    .blocks.filter(({ language }) => language === 'graphql')
    .map(({ heading, text }) => [heading, text]),
);
const ids = seedAccounts.map(({ id }) => id);
const regions = seedAccounts[0]?.regions.toSorted() ?? [];
const price = 0.02;

let gateway: Gateway;
let world: World;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now });
  gateway = await startGateway({
    ...seedOptions(undefined, now),
    accounts: accounts(ids, regions),
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
  readonly instances: readonly Json[];
  readonly schedules: readonly Json[];
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
    instances: content.instances,
    schedules: content.schedules,
    everything: content.snapshots,
  };
}

const isRedshift = ({ service }: Json) => service === 'redshift';
const arnOf = (s: Json): string => s.SnapshotArn ?? s.DBClusterSnapshotArn;
const clusterOf = (s: Json): string => s.ClusterIdentifier ?? s.DBClusterIdentifier;
const nameOf = (s: Json): string => s.SnapshotIdentifier ?? s.DBClusterSnapshotIdentifier;
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
const isCopy = (s: Json) => Boolean(s.SourceRegion ?? s.SourceDBClusterSnapshotArn);
const isOrphaned = (s: Json) => !world.clusters.some((cluster) => isTakenFrom(atHome(s), cluster));
const sharesOf = (s: Json): string[] =>
  s.RestoreAccounts ?? (s.AccountsWithRestoreAccess ?? []).map((each: Json) => each.AccountId ?? each.AccountAlias);
const isAccount = (party: string) => /^\d{12}$/.test(party);
const isPublic = (s: Json) => sharesOf(s).includes('all');
const newestFirst = (one: Json, other: Json) =>
  compare(other.SnapshotCreateTime, one.SnapshotCreateTime) || compare(arnOf(one), arnOf(other));
const compare = (one: string, other: string) => (one === other ? 0 : one < other ? -1 : 1);
const of = (cluster: Json) => world.snapshots.filter((s) => placeOf(s) === placeOf(cluster) && isAvailable(s));
const latestOf = (cluster: Json) => of(cluster).sort(newestFirst)[0];
const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
const statuses: Readonly<Record<string, string>> = { 'final snapshot': 'FINAL' };
const statusOf = (s: Json) => statuses[s.Status] ?? s.Status.toUpperCase();
/** The status of a cluster; all statuses in the answers have the names of AWS. */
const clusterStatusOf = (c: Json): string => (c.ClusterStatus ?? c.Status).toUpperCase();
const typeOf = (s: Json) => s.SnapshotType.toUpperCase();
const retentionOf = (c: Json): number => c.AutomatedSnapshotRetentionPeriod ?? c.BackupRetentionPeriod;
/** Amazon Redshift reports the size of a snapshot only when the snapshot is complete. */
const isMeasured = (s: Json) => isRedshift(s) && s.ReadyTime === undefined;
const megabytes = (rows: readonly Json[]) => sum(rows.filter(isMeasured).map((s) => s.TotalBackupSizeInMegaBytes));

/** The values of a summary that come from the creation times of its snapshots. */
const span = (rows: readonly Json[]) => {
  const times = rows.map((s) => s.SnapshotCreateTime).sort();
  return { oldestAt: times[0], newestAt: times.at(-1) };
};

type Keys = readonly (string | null)[];

/** Returns the groups of a summary in the order of their keys, with null last. */
function groupsOf<Values extends object>(
  rows: readonly Json[],
  key: (s: Json) => Keys,
  values: (own: Json[]) => Values,
): (Values & Json)[] {
  const groups = Map.groupBy(rows, (s) => JSON.stringify(key(s)));
  return [...groups]
    .toSorted(([one], [other]) => compare(one, other))
    .map(([keys, own]) => ({ keys: (JSON.parse(keys) as Keys).map((value) => ({ value })), ...values(own) }));
}

const nodes = (connection: Json): Json[] => connection.nodes;
/** Returns the records of a list without an order. */
const recordsOf = (rows: readonly Json[], toRecord: (row: Json) => Json) => rows.map(toRecord).sort(byArn);
const arnIn = (row: Json): string => row['arn'] ?? row['cluster'].arn;
const byArn = (one: Json, other: Json) =>
  compare(arnIn(one), arnIn(other)) || compare(one['source']?.account ?? '', other['source']?.account ?? '');
/** The time a number of days before the request. */
const ago = (days: number) => new Date(now.getTime() - days * day).toISOString();
const sharingOf = (s: Json) => ({
  public: isPublic(s),
  awsSupport: sharesOf(s).includes('amazon-redshift-support'),
  accounts: sharesOf(s).filter(isAccount),
});
/** Amazon DocumentDB backs up a cluster continuously from its creation on. */
const isContinuous = (c: Json) => !isRedshift(c) && c.Status !== 'creating';
const pointOf = (c: Json) => {
  if (isContinuous(c)) return { time: now.toISOString(), continuous: true, snapshot: null };
  const s = latestOf(c);
  return s ? { time: s.SnapshotCreateTime, continuous: false, snapshot: { arn: arnOf(s) } } : null;
};
/** What the report checks of each cluster: a requirement, and a text that its message contains. */
const checksOf = (c: Json): [requirement: string, found: string][] => {
  const s = latestOf(c);
  if (!isContinuous(c) && !s) return [['SNAPSHOT_AVAILABLE', 'no available snapshot']];
  const key: [string, string] = ['KMS_KEY_USABLE', c.KmsKeyId ?? 'not encrypted'];
  if (isContinuous(c)) {
    return [
      ['SNAPSHOT_AVAILABLE', now.toISOString()],
      key,
      ['ENGINE_VERSION_OFFERED', c.EngineVersion],
      ['SUBNET_GROUP_EXISTS', c.DBSubnetGroup],
      ['PARAMETER_GROUP_FITS', c.DBClusterParameterGroup],
    ];
  }
  return [
    ['SNAPSHOT_AVAILABLE', nameOf(s!)],
    key,
    ['NODE_TYPE_RESTORABLE', c.NodeType],
    ['SUBNET_GROUP_EXISTS', c.ClusterSubnetGroupName],
    ['PARAMETER_GROUP_FITS', c.ClusterParameterGroups[0].ParameterGroupName],
  ];
};
/** Returns the entries of a report. */
const entriesOf = (toEntry: (cluster: Json) => Json): Json[] =>
  world.clusters.map((c) => ({ cluster: { arn: clusterArn(c) }, ...toEntry(c) })).sort(byArn);
/** Checks the response to each question against the world alone. */
const expectations: Record<string, (data: any, query: string) => void> = {
  'Which snapshots are the newest?': (data) => {
    const newest = world.snapshots.toSorted(newestFirst).slice(0, 10);
    expect(data.snapshots).toEqual({
      isComplete: true,
      nodes: newest.map((s) => ({ arn: arnOf(s), createdAt: s.SnapshotCreateTime, status: statusOf(s) })),
    });
  },
  'Which snapshots are the oldest?': ({ snapshots }) => {
    const oldest = world.snapshots.toSorted(newestFirst).slice(-5);
    expect(nodes(snapshots)).toEqual(
      oldest.map((s) => ({ arn: arnOf(s), createdAt: s.SnapshotCreateTime, type: typeOf(s) })),
    );
  },
  'Which snapshots are the largest?': ({ snapshots }) => {
    const largest = world.snapshots
      .filter(isMeasured)
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
    expect(snapshotSummary).toEqual({
      total: { value: world.snapshots.length, precision: 'EXACT' },
      groups: groupsOf(
        world.snapshots,
        (s) => [s.account, serviceOf(s), typeOf(s)],
        (own) => ({ count: own.length }),
      ),
      isComplete: true,
    });
  },
  'Which clusters have the most snapshots?': ({ snapshotSummary }) => {
    const groups = groupsOf(
      world.snapshots,
      (s) => [serviceOf(s), s.account, s.region, clusterOf(s)],
      (own) => ({ count: own.length, ...span(own) }),
    );
    expect(snapshotSummary).toEqual({
      groupCount: groups.length,
      groups: groups.toSorted((one, other) => other.count - one.count).slice(0, 5),
      isComplete: true,
    });
    expect(groups.length).toBeGreaterThan(5);
  },
  'Which clusters use the most snapshot storage?': ({ snapshotSummary }) => {
    const groups = groupsOf(
      world.snapshots.filter(isRedshift),
      (s) => [s.account, s.region, clusterOf(s)],
      (own) => ({ totalMegabytes: megabytes(own), ...span(own) }),
    );
    expect(groups.length).toBeGreaterThan(10);
    expect(snapshotSummary.groups).toEqual(
      groups.toSorted((one, other) => other.totalMegabytes - one.totalMegabytes).slice(0, 10),
    );
  },
  'How much storage does each key encrypt?': ({ snapshotSummary }) => {
    const groups = groupsOf(
      world.snapshots.filter(isRedshift),
      (s) => [s.KmsKeyId ?? null],
      (own) => ({
        count: own.length,
        totalMegabytes: megabytes(own),
        unknownSizeCount: own.filter((s) => !isMeasured(s)).length,
      }),
    );
    expect(snapshotSummary.groups).toEqual(groups.toSorted((one, other) => other.totalMegabytes - one.totalMegabytes));
    expect(groups.map(({ keys }) => keys[0].value)).toContain(null);
  },
  'What does the storage cost per month?': ({ snapshotSummary }) => {
    expect(snapshotSummary.groups).toEqual(
      groupsOf(
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
    expect(snapshots).toEqual({
      nodes: recordsOf(world.snapshots.filter(isOrphaned), (s) => ({
        arn: arnOf(s),
        clusterIdentifier: clusterOf(s),
        createdAt: s.SnapshotCreateTime,
        origin: isCopy(s) ? { account: atHome(s).account, region: atHome(s).region } : null,
      })),
      isComplete: true,
    });
  },
  'How much storage do orphaned snapshots use?': ({ snapshotSummary }) => {
    expect(snapshotSummary.groups).toEqual(
      groupsOf(
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
    expect(snapshots).toEqual({
      nodes: recordsOf(world.snapshots.filter(isPublic), (s) => ({
        arn: arnOf(s),
        sharing: { public: true, accounts: sharesOf(s).filter(isAccount) },
      })),
      isComplete: true,
    });
  },
  'Which snapshots can be restored outside our accounts?': ({ snapshots }) => {
    const outside = world.snapshots.filter((s) => sharesOf(s).some((account) => !ids.includes(account)));
    expect(snapshots).toEqual({
      nodes: recordsOf(outside, (s) => ({ arn: arnOf(s), sharing: sharingOf(s) })),
      isComplete: true,
    });
  },
  'Which snapshots can be restored outside our accounts and those of our partner?': ({ snapshots }, query) => {
    const allowed = [...ids, ...(query.match(/\d{12}/g) ?? [])];
    const outside = world.snapshots.filter((s) => sharesOf(s).some((account) => !allowed.includes(account)));
    expect(outside.length).toBeLessThan(world.snapshots.filter((s) => sharesOf(s).length > 0).length);
    expect(snapshots).toEqual({
      nodes: recordsOf(outside, (s) => ({ arn: arnOf(s), sharing: sharingOf(s) })),
      isComplete: true,
    });
  },
  'Which of our snapshots can one account restore?': ({ snapshots }, query) => {
    const [partner = ''] = /\d{12}/.exec(query) ?? [];
    const shared = world.snapshots.filter((s) => sharesOf(s).includes(partner) || isPublic(s));
    expect(shared.some((s) => !isPublic(s))).toBe(true);
    expect(snapshots).toEqual({
      nodes: recordsOf(shared, (s) => ({
        arn: arnOf(s),
        sharing: { public: isPublic(s), accounts: sharesOf(s).filter(isAccount) },
      })),
      isComplete: true,
    });
  },
  'How many snapshots are shared, by owner?': ({ snapshotSummary }) => {
    expect(snapshotSummary.groups).toEqual(
      groupsOf(
        world.snapshots.filter((s) => sharesOf(s).length > 0),
        (s) => [s.account, serviceOf(s)],
        (own) => ({ count: own.length }),
      ),
    );
  },
  'Which snapshots do other accounts share with us?': ({ snapshots }) => {
    // Amazon Redshift lists shared snapshots only by owner, and a partner is not configured.
    const owned = world.everything.filter((s) => (isRedshift(s) ? ids.includes(s.account) : s.Engine === 'docdb'));
    const seen = owned.flatMap((s) =>
      ids
        .filter((viewer) => viewer !== s.account && sharesOf(s).includes(viewer))
        .map((account) => ({ arn: arnOf(s), ownerAccountId: s.account, source: { account } })),
    );
    expect(nodes(snapshots)).toEqual(seen.sort(byArn));
  },
  'Which snapshots does a partner share with us?': ({ snapshots }, query) => {
    const [partner] = /\d{12}/.exec(query) ?? [];
    const shared = world.everything
      .filter(({ account }) => account === partner)
      .flatMap((s) =>
        ids
          .filter((viewer) => sharesOf(s).includes(viewer))
          .map((account) => ({ arn: arnOf(s), source: { account, region: s.region } })),
      );
    expect(shared.length).toBeGreaterThan(1);
    expect(nodes(snapshots)).toEqual(shared.sort(byArn));
  },
  'What is the snapshot with this ARN, which another account owns?': ({ snapshot }, query) => {
    const owned = world.everything.find((s) => query.includes(`"${arnOf(s)}"`));
    expect(snapshot).toEqual({ type: 'SHARED', status: 'AVAILABLE', createdAt: owned?.SnapshotCreateTime });
  },
  'Which manual snapshots have no tags?': ({ snapshots }) => {
    const untagged = world.snapshots.filter((s) => isManual(s) && s.Tags.length === 0);
    expect(snapshots).toEqual({ nodes: recordsOf(untagged, (s) => ({ arn: arnOf(s) })), isComplete: true });
  },
  'Which snapshots belong to one of two teams in production?': ({ snapshots }) => {
    const has = (s: Json, key: string, values: string[]) =>
      s.Tags.some(({ Key, Value }: Json) => Key === key && values.includes(Value));
    const own = world.snapshots.filter((s) => has(s, 'team', ['shop', 'web']) && has(s, 'environment', ['production']));
    expect(nodes(snapshots)).toEqual(
      recordsOf(own, (s) => ({
        arn: arnOf(s),
        tags: s.Tags.map(({ Key, Value }: Json) => ({ key: Key, value: Value })),
      })),
    );
  },
  'Which manual snapshots are not encrypted?': ({ snapshots }) => {
    const plain = world.snapshots.filter((s) => isManual(s) && !isEncrypted(s));
    expect(snapshots).toEqual({
      totalCount: { value: plain.length, precision: 'EXACT' },
      nodes: recordsOf(plain, (s) => ({ arn: arnOf(s) })),
      isComplete: true,
    });
  },
  'How many snapshots are encrypted, by account?': ({ snapshotSummary }) => {
    const groups = groupsOf(
      world.snapshots,
      (s) => [s.account, String(isEncrypted(s))],
      (own) => ({ count: own.length }),
    );
    const named = groups.map(({ keys: [account, encrypted], count }) => ({
      keys: [
        { dimension: 'ACCOUNT', ...account },
        { dimension: 'ENCRYPTED', ...encrypted },
      ],
      count,
    }));
    expect(snapshotSummary).toEqual({ groups: named, isComplete: true });
    expect(named.length).toBeGreaterThan(ids.length);
  },
  'Which keys encrypt the manual snapshots, and can they be used?': ({ snapshots }) => {
    const keyOf = (s: Json) => {
      const { KeyState, KeyManager, account } = world.keys.find((k) => k.KeyId === s.KmsKeyId.split('/')[1])!;
      return { arn: s.KmsKeyId, account, enabled: KeyState === 'Enabled', managedByAws: KeyManager === 'AWS' };
    };
    const sealed = world.snapshots.filter((s) => isManual(s) && isEncrypted(s));
    expect(snapshots).toEqual({
      nodes: recordsOf(sealed, (s) => ({ arn: arnOf(s), kmsKey: keyOf(s) })),
      isComplete: true,
    });
  },
  'Which snapshots are encrypted with the key of an alias?': ({ snapshots }) => {
    const isNamed = (s: Json) =>
      world.keys.some(({ Aliases = [], KeyId, account, region }) => {
        const isHere = account === s.account && region === s.region && s.KmsKeyId?.endsWith(`:key/${KeyId}`);
        return isHere && Aliases.includes('alias/shop');
      });
    const found = world.snapshots.filter(isNamed);
    expect(snapshots).toEqual({
      nodes: recordsOf(found, (s) => ({ arn: arnOf(s), kmsKeyId: s.KmsKeyId })),
      isComplete: true,
    });
  },
  'Which clusters have had no snapshot for a week?': ({ clusters }) => {
    const since = new Date(now.getTime() - 7 * day).toISOString();
    const lacking = world.clusters.filter((c) => !of(c).some((s) => s.SnapshotCreateTime >= since));
    const latest = (c: Json) => {
      const s = latestOf(c);
      return s ? { identifier: nameOf(s), createdAt: s.SnapshotCreateTime } : null;
    };
    expect(clusters).toEqual({
      nodes: recordsOf(lacking, (c) => ({
        arn: clusterArn(c),
        status: clusterStatusOf(c),
        latestSnapshot: latest(c),
      })),
      isComplete: true,
    });
  },
  'Which clusters have a day without a snapshot in the last six days?': ({ clusters }) => {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' });
    const berlin = (time: string | Date) => format.format(new Date(time));
    const days = Array.from({ length: 7 }, (_, index) => berlin(new Date(now.getTime() - (6 - index) * day)));
    const chain = (c: Json) => {
      const own = new Set(of(c).map((s) => berlin(s.SnapshotCreateTime)));
      return days.map((date) => ({ date, hasSnapshot: own.has(date) }));
    };
    const gaps = world.clusters.filter((c) =>
      chain(c)
        .slice(0, -1)
        .some(({ date, hasSnapshot }) => !hasSnapshot && date >= berlin(c.ClusterCreateTime)),
    );
    expect(gaps.length).toBeLessThan(world.clusters.length);
    expect(clusters).toEqual({
      nodes: recordsOf(gaps, (c) => ({
        arn: clusterArn(c),
        createdAt: c.ClusterCreateTime,
        backupRetentionDays: retentionOf(c),
        snapshotDays: chain(c),
      })),
      isComplete: true,
    });
  },
  'Which clusters have been without a new snapshot for the longest time?': ({ clusters }) => {
    const latestAt = (c: Json) => latestOf(c)?.SnapshotCreateTime ?? '9';
    const sorted = world.clusters.toSorted(
      (one, other) => compare(latestAt(one), latestAt(other)) || compare(clusterArn(one), clusterArn(other)),
    );
    const latest = (c: Json) => {
      const s = latestOf(c);
      return s ? { arn: arnOf(s), createdAt: s.SnapshotCreateTime } : null;
    };
    expect(clusters).toEqual({
      nodes: sorted.map((c) => ({ arn: clusterArn(c), latestSnapshot: latest(c) })),
      isComplete: true,
    });
  },
  'Which snapshot would each cluster be restored from?': ({ clusters }) => {
    const latest = (c: Json) => {
      const s = latestOf(c);
      return s ? { arn: arnOf(s), createdAt: s.SnapshotCreateTime } : null;
    };
    expect(nodes(clusters)).toEqual(
      recordsOf(world.clusters, (c) => ({ arn: clusterArn(c), latestSnapshot: latest(c) })),
    );
  },
  'On which days does each cluster have no snapshot?': ({ clusters }) => {
    const days = [4, 3, 2, 1, 0].map((ago) => new Date(now.getTime() - ago * day).toISOString().slice(0, 10));
    const chain = (c: Json) =>
      days.map((day) => ({ date: day, hasSnapshot: of(c).some((s) => s.SnapshotCreateTime.startsWith(day)) }));
    expect(nodes(clusters)).toEqual(
      recordsOf(world.clusters, (c) => ({
        arn: clusterArn(c),
        backupRetentionDays: retentionOf(c),
        snapshotDays: chain(c),
      })),
    );
  },
  'How long does each cluster keep its automated snapshots?': ({ clusters }) => {
    expect(clusters).toEqual({
      nodes: recordsOf(world.clusters, (c) => ({ arn: clusterArn(c), backupRetentionDays: retentionOf(c) })),
      isComplete: true,
    });
  },
  'Which clusters could not be restored now, and why?': ({ recoveryReport }) => {
    const entries = entriesOf((c) => {
      const isRestorable = pointOf(c) !== null;
      const verdict = isRestorable ? 'YES' : 'NO';
      const checks = checksOf(c).map(([requirement, found]) => ({
        requirement,
        verdict,
        message: expect.stringContaining(found),
      }));
      return { restorable: verdict, checks };
    });
    expect(new Set(entries.map((entry) => entry['restorable']))).toEqual(new Set(['YES', 'NO']));
    expect(recoveryReport).toEqual({ nodes: entries, isComplete: true });
  },
  'Which recovery points are older than a day?': ({ recoveryReport }) => {
    const age = (c: Json) => {
      const point = pointOf(c);
      return point && Math.floor((now.getTime() - Date.parse(point.time)) / 1000);
    };
    const entries = entriesOf((c) => ({ point: pointOf(c), ageSeconds: age(c) }));
    expect(entries.filter((entry) => entry['ageSeconds'] > 86_400).length).toBeGreaterThan(0);
    expect(recoveryReport).toEqual({ nodes: entries, isComplete: true });
  },
  'Which clusters have no copy in another region or account?': ({ recoveryReport }) => {
    const isElsewhere = (s: Json, c: Json) => isCopy(s) && s.region !== c.region && isTakenFrom(atHome(s), c);
    const copies = (c: Json) =>
      world.snapshots
        .filter((s) => isAvailable(s) && isElsewhere(s, c))
        .sort(newestFirst)
        .map((s) => ({ arn: arnOf(s), createdAt: s.SnapshotCreateTime }));
    const entries = entriesOf((c) => ({ copies: copies(c) }));
    expect(entries.filter((entry) => entry['copies'].length > 0)).toHaveLength(2);
    expect(recoveryReport).toEqual({ nodes: entries, isComplete: true });
  },
  'Which clusters cannot be reached?': ({ clusters }) => {
    // Amazon DocumentDB reports a cluster as `backing-up` while it creates a snapshot.
    const isBackingUp = (c: Json) => world.snapshots.some((s) => placeOf(s) === placeOf(c) && s.Status === 'creating');
    const status = (c: Json) => (!isRedshift(c) && isBackingUp(c) ? 'MODIFYING' : clusterStatusOf(c));
    const instancesOf = (c: Json) => world.instances.filter((instance) => placeOf(instance) === placeOf(c));
    expect(clusters).toEqual({
      nodes: recordsOf(world.clusters, (c) => ({
        arn: clusterArn(c),
        status: status(c),
        isReachable: status(c) === 'AVAILABLE' && (isRedshift(c) || instancesOf(c).length > 0),
        ...(isRedshift(c)
          ? {}
          : { instances: instancesOf(c).map(({ DBInstanceIdentifier }) => ({ identifier: DBInstanceIdentifier })) }),
      })),
      isComplete: true,
    });
    const unreachable = world.clusters.filter((c) => status(c) === 'AVAILABLE' && !isRedshift(c) && !instancesOf(c)[0]);
    expect(unreachable.map(clusterOf)).toEqual(['experiments']);
  },
  'Which snapshot schedules have no clusters?': ({ snapshotSchedules }) => {
    const followers = (schedule: Json) =>
      world.clusters.filter(
        (c) =>
          c['SnapshotScheduleIdentifier'] === schedule['ScheduleIdentifier'] &&
          c['account'] === schedule['account'] &&
          c['region'] === schedule['region'],
      );
    const schedules = recordsOf(world.schedules, (schedule) => ({
      arn: `arn:aws:redshift:${schedule['region']}:${schedule['account']}:snapshotschedule:${schedule['ScheduleIdentifier']}`,
      definitions: schedule['ScheduleDefinitions'],
      clusterCount: followers(schedule).length,
      clusters: followers(schedule).map((c) => ({ identifier: c['ClusterIdentifier'], state: 'ACTIVE' })),
    }));
    expect(schedules.filter(({ clusterCount }) => clusterCount === 0)).toHaveLength(1);
    expect(snapshotSchedules).toEqual({ nodes: schedules, isComplete: true });
  },
  'How are the clusters of one account backed up?': ({ clusters }) => {
    const own = world.clusters.filter(({ account }) => account === '123456789012');
    const copyOf = ({ ClusterSnapshotCopyStatus: copy }: Json) =>
      copy ? { destinationRegion: copy.DestinationRegion, automatedRetentionDays: copy.RetentionPeriod } : null;
    expect(clusters).toEqual({
      nodes: recordsOf(own, (c) => ({
        arn: clusterArn(c),
        backupRetentionDays: retentionOf(c),
        ...(isRedshift(c)
          ? { snapshotScheduleIdentifier: c['SnapshotScheduleIdentifier'] ?? null, snapshotCopy: copyOf(c) }
          : { preferredBackupWindow: c['PreferredBackupWindow'] }),
      })),
      isComplete: true,
    });
  },
  'To which times can the Amazon DocumentDB clusters be restored?': ({ clusters }) => {
    const own = world.clusters.filter((c) => !isRedshift(c));
    const earliest = (c: Json) =>
      new Date(Math.max(Date.parse(c['ClusterCreateTime']), now.getTime() - retentionOf(c) * day)).toISOString();
    expect(clusters).toEqual({
      nodes: recordsOf(own, (c) => ({
        arn: clusterArn(c),
        earliestRestorableAt: isContinuous(c) ? earliest(c) : null,
        latestRestorableAt: isContinuous(c) ? now.toISOString() : null,
      })),
      isComplete: true,
    });
  },
  'To which node types can the manual Amazon Redshift snapshots be restored?': ({ snapshots }) => {
    const own = world.snapshots.filter((s) => isRedshift(s) && isManual(s));
    expect(snapshots).toEqual({
      nodes: recordsOf(own, (s) => ({
        arn: arnOf(s),
        nodeType: s['NodeType'],
        restorableNodeTypes: s['RestorableNodeTypes'],
      })),
      isComplete: true,
    });
  },
  'Which snapshots failed or were canceled?': ({ snapshots }) => {
    const failed = world.snapshots.filter(({ Status }) => ['failed', 'cancelled'].includes(Status));
    expect(snapshots).toEqual({
      nodes: recordsOf(failed, (s) => ({ arn: arnOf(s), rawStatus: s.Status, createdAt: s.SnapshotCreateTime })),
      isComplete: true,
    });
  },
  'Which snapshots are being created, and what is their progress?': ({ snapshots }) => {
    const making = world.snapshots.filter(({ Status }) => ['creating', 'copying', 'final snapshot'].includes(Status));
    const percent = (s: Json) => {
      if (!isRedshift(s)) return s.PercentProgress;
      // Amazon Redshift reports no size, and therefore no progress, of a snapshot that is being created.
      return s.Status === 'final snapshot' ? 100 : null;
    };
    expect(nodes(snapshots)).toEqual(
      recordsOf(making, (s) => ({ arn: arnOf(s), status: statusOf(s), progress: { percent: percent(s) } })),
    );
  },
  'Which snapshots are older than a year and kept forever?': ({ snapshots }) => {
    const before = ago(365);
    const forever = (s: Json) => isManual(s) && (!isRedshift(s) || s.ManualSnapshotRetentionPeriod === -1);
    const own = world.snapshots.filter((s) => forever(s) && s.SnapshotCreateTime <= before);
    expect(snapshots).toEqual({
      nodes: recordsOf(own, (s) => ({ arn: arnOf(s), createdAt: s.SnapshotCreateTime, retention: { forever: true } })),
      isComplete: true,
    });
  },
  'Which snapshots are larger than 200 gigabytes?': ({ snapshots }) => {
    const large = world.snapshots.filter(
      (s) => isAvailable(s) && isMeasured(s) && s.TotalBackupSizeInMegaBytes >= 204_800,
    );
    expect(large.length).toBeLessThan(world.snapshots.filter(isRedshift).length);
    expect(snapshots).toEqual({
      nodes: recordsOf(large, (s) => ({ arn: arnOf(s), size: { totalMegabytes: s.TotalBackupSizeInMegaBytes } })),
      isComplete: true,
    });
  },
  'Which manual snapshots will AWS delete within a week?': ({ snapshots }) => {
    const soon = world.snapshots.filter(
      (s) => s.ManualSnapshotRetentionPeriod > 0 && s.ManualSnapshotRemainingDays <= 7,
    );
    expect(nodes(snapshots)).toEqual(
      recordsOf(soon, (s) => ({ arn: arnOf(s), retention: { remainingDays: s.ManualSnapshotRemainingDays } })),
    );
  },
  'How close is each source to its quota of manual snapshots?': ({ sources }) => {
    const quotas = { REDSHIFT: 20, DOCUMENTDB: 100 };
    const places = ids.toSorted().flatMap((account) => regions.map((region) => ({ account, region })));
    const expected = places.flatMap((place) =>
      (['REDSHIFT', 'DOCUMENTDB'] as const).map((service) => {
        const own = world.everything.filter(
          (s) => s.account === place.account && s.region === place.region && serviceOf(s) === service && isManual(s),
        );
        const remaining = Math.max(0, quotas[service] - own.length);
        return {
          ...place,
          service,
          manualSnapshots: { count: { value: own.length }, quota: quotas[service], remaining },
        };
      }),
    );
    expect(sources).toEqual(expected);
    expect(sources).toHaveLength(18);
  },
  'How many snapshots were created in the last 24 hours, by status?': ({ snapshotSummary }) => {
    const own = world.snapshots.filter((s) => s.SnapshotCreateTime >= ago(1));
    expect(snapshotSummary).toEqual({
      groups: groupsOf(
        own,
        (s) => [statusOf(s)],
        (some) => ({ count: some.length }),
      ),
      isComplete: true,
    });
  },
  'Which snapshots does one cluster have, newest first?': ({ cluster }) => {
    const own = world.snapshots.filter((s) => placeOf(s) === 'redshift 123456789012 us-east-1 sales-warehouse');
    const newest = own.toSorted(newestFirst).slice(0, 5);
    expect(cluster.snapshots).toEqual({
      totalCount: { value: own.length },
      nodes: newest.map((s) => ({ identifier: nameOf(s), createdAt: s.SnapshotCreateTime })),
      isComplete: true,
    });
  },
  'Which snapshots in a region were copied from another snapshot?': ({ snapshots }) => {
    const here = world.snapshots.filter(({ region }) => region === 'eu-west-1');
    const originOf = (s: Json) => {
      const { region, account } = atHome(s);
      const cluster = world.clusters.find((c) => isTakenFrom(atHome(s), c));
      return {
        region,
        account,
        snapshotArn: s.SourceDBClusterSnapshotArn ?? null,
        cluster: cluster ? { arn: clusterArn(cluster) } : null,
      };
    };
    const copies = here.filter(isCopy);
    expect(copies.length).toBeGreaterThan(1);
    expect(copies.length).toBeLessThan(here.length);
    expect(nodes(snapshots)).toEqual(recordsOf(copies, (s) => ({ arn: arnOf(s), origin: originOf(s) })));
    expect(snapshots.isComplete).toBe(true);
  },
  'Single objects': ({ cluster }) => {
    const arn = 'arn:aws:redshift:us-east-1:123456789012:cluster:sales-warehouse';
    const own = world.clusters.find((c) => clusterArn(c) === arn)!;
    expect(cluster).toEqual({
      id: Buffer.from(`RedshiftCluster:${arn}`).toString('base64url'),
      status: clusterStatusOf(own),
      nodeType: own['NodeType'],
      numberOfNodes: own['NumberOfNodes'],
    });
  },
};

it('the page and this test have the same questions', () => {
  expect([...questions.keys()].toSorted()).toEqual(Object.keys(expectations).toSorted());
  expect(questions.size).toBeGreaterThanOrEqual(20);
});

it.each([...questions])('%s', async (title, query) => {
  const { data, errors } = await gateway.query(query);
  expect(errors).toBeUndefined();
  const list = listIn(data);
  const found = list?.nodes ?? data.snapshotSummary?.groups ?? [data];
  expect(found.length).toBeGreaterThan(0);
  // A full page of 100 could mean that more records follow.
  expect(found.length).toBeLessThan(100);
  // Without orderBy, a list is in the order of AWS.
  if (!query.includes('orderBy')) list?.nodes.sort(byArn);
  check(title, query, data);
  for (const [field, changed] of changesOf(data)) {
    expect(() => check(title, query, changed), `${field} is not checked`).toThrow();
  }
});

/** The list of records, entries or schedules in the data of a question. */
function listIn({ snapshots, clusters, recoveryReport, snapshotSchedules }: Json): Json | undefined {
  return snapshots ?? clusters ?? recoveryReport ?? snapshotSchedules;
}

/** Checks the data of a question; every list and summary says whether it is complete. */
function check(title: string, query: string, data: Json): void {
  for (const list of [listIn(data), data['snapshotSummary'], data['cluster']?.snapshots]) {
    if (list) expect(list.isComplete).toBe(!partial.includes(title));
  }
  expectations[title]?.(data, query);
}

/** The questions to which Amazon Redshift cannot give a complete answer. */
const partial = ['Which snapshots do other accounts share with us?'];

/** Returns the data once for each selected field: with another value of the field, or with one item less in its list. */
function changesOf(data: Json): Map<string, Json> {
  const paths = new Map(pathsIn(data).map((path) => [path.filter((key) => !/^\d+$/.test(key)).join('.'), path]));
  return new Map(Array.from(paths, ([field, path]) => [field, changedAt(data, path)]));
}

function pathsIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (value === null || typeof value !== 'object') return [path];
  const below = Object.entries(value).flatMap(([key, each]) => pathsIn(each, [...path, key]));
  return Array.isArray(value) ? [path, ...below] : below;
}

function changedAt(value: any, [key, ...rest]: readonly string[]): any {
  if (key === undefined) return Array.isArray(value) && value.length > 0 ? value.slice(0, -1) : 'changed';
  const copy = structuredClone(value);
  copy[key] = changedAt(copy[key], rest);
  return copy;
}
