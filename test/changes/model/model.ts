import type { WorldJson } from '../../support/emulator.ts';
import { account as home } from '../../support/gateway.ts';
import { type ServiceName, serviceNames } from '../../support/services.ts';
import { makeCluster, makeSnapshot, serviceOf, snapshotArn } from '../../support/worlds.ts';

/** The accounts and keys of these worlds; the policy does not allow `stranger` and `forbiddenKey`. */
export const [friend, partner, stranger] = ['210987654321', '012345678901', '345678901234'] as const;
export const regions = ['us-east-1', 'eu-west-1'] as const;
export const ownKey = 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555';
const defaultKey = 'arn:aws:kms:us-east-1:123456789012:key/00000000-0000-4000-8000-123456789012';
export const farKey = 'arn:aws:kms:eu-west-1:123456789012:key/99999999-2222-4333-8444-555555555555';
export const forbiddenKey = 'alias/forbidden';
export const policy = {
  sharing: { accounts: [friend, partner], awsSupport: true, public: true, kmsKeys: [ownKey, farKey] },
  deletion: [{ holdTags: ['hold'], keepLast: true }],
};
const quotas = { REDSHIFT: 9, DOCUMENTDB: 11 };
/** Retention periods that end within so many days are deletions: the default of the policy. */
export const horizonDays = 7;
const snapshotSeconds = 30;

/** Undocumented behavior of AWS: each assumption can be true or false in these tests. */
export type Assumed = Readonly<Record<(typeof assumed)[number], boolean>>;
export const assumed = [
  'redshiftListsSharedUnasked',
  'redshiftOneSnapshotAtATime',
  'redshiftCopyStartsCreating',
  'rdsAnswersTagList',
  'rdsFiltersSnapshotsByEngine',
  'rdsRefusesGoneClusters',
  'rdsOneSnapshotAtATime',
  'rdsCopyMergesTags',
  'rdsTagsSayDbSnapshotNotFound',
  'rdsRefusesRepeatedShares',
  'rdsRefusesAbsentShares',
  'rdsRefusesToDeleteShared',
] as const;

/** A snapshot as AWS must store it. */
export interface Held {
  readonly service: ServiceName;
  readonly region: string;
  readonly owner: string;
  readonly name: string;
  readonly cluster: string;
  readonly isManual: boolean;
  /** In emulated seconds; until then, `making` is the status of the snapshot. */
  readonly readyAt: number;
  readonly making: string;
  readonly ageDays: number;
  readonly days: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly shares: readonly string[];
  readonly key: string | null;
  /** The ARN of the snapshot that a copy was made from. */
  readonly origin: string | null;
  /** How the snapshot relates to the cluster that has its cluster's name, unless it is a copy from elsewhere. */
  readonly lineage: 'BELONGS' | 'UNCERTAIN' | 'UNRELATED';
  /** Distinguishes snapshots that had the same name one after the other. */
  readonly createdAt: number;
}

export function arnOf({
  service,
  region,
  owner,
  cluster,
  name,
}: Pick<Held, 'service' | 'region' | 'owner' | 'cluster' | 'name'>) {
  return snapshotArn(service, name, { account: owner, region, cluster });
}

/** What differs between runs, apart from AWS itself. */
export interface Situation {
  /** Whether the clusters create automated snapshots. */
  readonly hasBackups: boolean;
  /** Whether the caller can remove and change hold tags. */
  readonly canRelease: boolean;
  /** How long AWS still lists a deleted snapshot. */
  readonly lingerSeconds: number;
}

/** A model of the state of AWS, independent of the code of the gateway and the emulator. */
export function createModel(assumptions: Assumed, { hasBackups, canRelease, lingerSeconds }: Situation) {
  let seconds = 0;
  const held = new Map<string, Held>();
  const backedUpAt = new Map<string, number>();
  const put = (one: Held) => held.set(arnOf(one), one);
  const add = (service: ServiceName, name: string, more: Partial<Held> = {}) =>
    put({
      service,
      region: regions[0],
      owner: home,
      name,
      cluster: serviceOf(service).cluster,
      isManual: true,
      readyAt: 0,
      making: 'creating',
      ageDays: 10,
      days: -1,
      tags: {},
      shares: [],
      key: null,
      origin: null,
      lineage: 'BELONGS',
      createdAt: seconds,
      ...more,
    });

  for (const service of serviceNames) {
    add(service, 'old', { tags: { kept: 'yes' } });
    add(service, 'held', { tags: { hold: '' }, days: -1 });
    add(service, 'shared', { shares: [friend, stranger] });
    add(service, 'theirs', { owner: friend, shares: [home], key: service === 'REDSHIFT' ? null : ownKey });
    add(service, `${serviceOf(service).automatedPrefix}nightly`, {
      isManual: false,
      tags: { 'aws:made': 'x', team: 'bi' },
    });
    add(service, 'far', { region: regions[1] });
    add(service, 'former', { lineage: 'UNRELATED', ageDays: 200 });
    add(service, 'doubtful', { lineage: 'UNCERTAIN' });
    const { cluster } = serviceOf(service);
    add(service, 'copied', { origin: arnOf({ service, region: regions[1], owner: home, cluster, name: 'gone' }) });
  }
  add('REDSHIFT', 'supported', { shares: ['amazon-redshift-support'] });
  add('DOCUMENTDB', 'open', { shares: ['all', partner] });
  add('DOCUMENTDB', 'locked', { key: ownKey });
  add('DOCUMENTDB', 'defaulted', { key: defaultKey });

  const left = new Set<string>();
  const lingering = new Map<string, { readonly one: Held; readonly until: number }>();
  const lingers = (arn: string) => {
    const { one, until } = lingering.get(arn) ?? { until: 0 };
    return seconds < until ? one : undefined;
  };
  const noteOf = (one: Held) => `${arnOf(one)} ${one.createdAt}`;
  const statusOf = (one: Held) => (seconds < one.readyAt ? one.making : 'available');
  const own = (service: ServiceName, region: string) =>
    [...held.values()].filter((one) => one.service === service && one.region === region && one.owner === home);

  return {
    held,
    add,
    put,
    own,
    statusOf,
    hasBackups,
    canRelease,
    lingerSeconds,
    /** Returns the deleted snapshot with this ARN if AWS still lists it. */
    lingers,
    /** Deletes a snapshot, which nobody has access to by then. */
    remove: (one: Held) => {
      held.delete(arnOf(one));
      lingering.set(arnOf(one), { one: { ...one, shares: [] }, until: seconds + lingerSeconds });
    },
    /** Whether the gateway counts a snapshot as gone, although AWS may still list it. */
    hasLeft: (one: Held) => left.has(noteOf(one)),
    leave: (one: Held) => left.add(noteOf(one)),
    stay: (one: Held) => left.delete(noteOf(one)),
    now: () => seconds,
    readyAt: () => seconds + snapshotSeconds,
    wait: (more: number) => {
      seconds += more;
    },
    backUp: (region: string) => backedUpAt.set(region, seconds + snapshotSeconds),
    isBackingUp: (region: string) => seconds < (backedUpAt.get(region) ?? 0),
    assumptions,
    /** Whether a list shows a snapshot with this identifier, as AWS stores it. */
    isTaken: (service: ServiceName, region: string, name: string) =>
      own(service, region).some((one) => one.name === name.toLowerCase()) ||
      [...lingering].some(
        ([arn, { one }]) =>
          one.service === service && one.region === region && one.name === name.toLowerCase() && lingers(arn),
      ),
    isMaking: (cluster: string) =>
      own('REDSHIFT', regions[0]).some((one) => one.cluster === cluster && statusOf(one) === 'creating'),
    isFull: (service: ServiceName, region: string) =>
      own(service, region).filter(({ isManual }) => isManual).length >= quotas[service],
  };
}

export type Model = ReturnType<typeof createModel>;

/** The snapshot in the format of an emulator world. */
export function snapshotOf(model: Model, one: Held) {
  const { service, name, region, cluster, days, tags } = one;
  const isRedshift = service === 'REDSHIFT';
  const parts = {
    account: one.owner,
    region,
    cluster,
    type: one.isManual ? 'manual' : 'automated',
    status: model.statusOf(one),
    tags,
    days,
    // Amazon Redshift omits an empty list.
    shares: isRedshift && one.shares.length === 0 ? undefined : one.shares,
    ...(!isRedshift && { isEncrypted: one.key !== null, kmsKeyId: one.key ?? undefined }),
  } as const;
  return {
    ...makeSnapshot(service, name, parts),
    ...(one.origin !== null &&
      (isRedshift ? { SourceRegion: one.origin.split(':')[3] } : { SourceDBClusterSnapshotArn: one.origin })),
  };
}

/** The world of a new model, with the clock frozen. */
export function worldOf(model: Model): WorldJson {
  const now = new Date();
  return {
    now: now.toISOString(),
    frozen: true,
    assumptions: {
      ...model.assumptions,
      snapshotSeconds,
      snapshotLingerSeconds: model.lingerSeconds,
      redshiftManualSnapshotQuota: quotas.REDSHIFT,
      rdsManualSnapshotQuota: quotas.DOCUMENTDB,
    },
    keys: [ownKey, defaultKey, farKey].map((arn) => ({
      service: 'kms' as const,
      account: home,
      region: arn.split(':')[3] ?? '',
      KeyId: arn.slice(-36),
      Aliases: arn === defaultKey ? ['alias/aws/rds'] : [],
    })),
    clusters: [
      ...serviceNames.map((service) => ({
        ...makeCluster(service, undefined, { createdAt: daysBefore(now, 100) }),
        ...(!model.hasBackups && {
          [service === 'REDSHIFT' ? 'AutomatedSnapshotRetentionPeriod' : 'BackupRetentionPeriod']: 0,
        }),
      })),
      makeCluster('REDSHIFT', 'asleep', { status: 'paused' }),
    ],
    snapshots: [...model.held.values()].map((one) => ({
      ...snapshotOf(model, one),
      SnapshotCreateTime: daysBefore(now, one.ageDays),
      ...(one.lineage !== 'BELONGS' && { ClusterCreateTime: daysBefore(now, 300) }),
    })),
  };
}

function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString();
}
