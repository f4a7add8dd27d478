import fc from 'fast-check';
import { afterAll, beforeAll, vi } from 'vitest';
import { differences } from '../services/contract/differences.ts';
import { account } from '../support/gateway.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { at, clusterArn, makeCluster, makeSnapshot, serviceOf, snapshotArn } from '../support/worlds.ts';

/** The configured accounts, and an account outside of the configuration that shares snapshots with them. */
export const configured = [account, '012345678901'];
export const stranger = '555566667777';
export const regions = ['us-east-1', 'eu-west-1'];
/** The number of minutes of a day. */
export const dayMinutes = 24 * 60;
/** A region outside of the configuration, from which snapshots are copied. */
const outside = 'ap-southeast-2';
/** The time of the world, in minutes as in `at`. */
export const nowMinute = 120;
const now = at(nowMinute);
const living = ['alpha', 'beta'];

export interface Made {
  readonly service: ServiceName;
  readonly owner: string;
  readonly region: string;
  readonly cluster: string;
  readonly minute: number;
  readonly isManual: boolean;
  readonly status: string;
  readonly encrypted: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly megabytes: number;
  readonly days: number;
  readonly shares: readonly string[];
  /** When the cluster of the snapshot was created; if omitted, as the cluster of that name in the same place. */
  readonly clusterMinute?: number;
  /** Where the snapshot was copied from, as far as AWS can report it; omitted for a snapshot that is not a copy. */
  readonly copiedFrom?: Origin | undefined;
  /** Whether the snapshot is of another engine that shares the control plane of Amazon DocumentDB. */
  readonly isForeign: boolean;
}

/** The account and region of the snapshot that was copied. */
export interface Origin {
  readonly account: string;
  readonly region: string;
}

/** A snapshot as one account sees it. */
export interface Seen extends Made {
  readonly origin: Origin | undefined;
  readonly viewer: string;
  readonly arn: string;
  readonly name: string;
  /** One type, or two if shared with the account and public: the snapshot is listed with the first requested type. */
  readonly types: readonly string[];
}

export interface Cluster {
  readonly service: ServiceName;
  readonly owner: string;
  readonly region: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** When the cluster was created; undefined if no test depends on it. */
  readonly minute: number | undefined;
}

/** When clusters are created: before all snapshots, or in their midst. */
const clusterMinutes = fc.constantFrom(-10, -10, 30);

/** The last minute of the snapshots of a world. */
const lastMinute = 60;

/** When snapshots are created: in one hour of today or of an earlier day, or a minute before or after a whole age. */
const minutes = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: lastMinute }) },
  { weight: 1, arbitrary: fc.constant(lastMinute) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: lastMinute }).map((minute) => minute - dayMinutes) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(1, 2), fc.constantFrom(-1, 0, 1))
      .map(([days, more]) => nowMinute + more - days * dayMinutes),
  },
);

const tags = fc.dictionary(fc.constantFrom('team', 'env'), fc.constantFrom('a', 'b', ''), { maxKeys: 2 });

const made: fc.Arbitrary<Made> = fc.record({
  service: fc.constantFrom(...serviceNames),
  owner: fc.constantFrom(account, account, ...configured, stranger),
  region: fc.constantFrom(regions[0]!, ...regions),
  cluster: fc.constantFrom(...living, 'gone'),
  minute: minutes,
  isManual: fc.boolean(),
  status: fc.constantFrom('available', 'available', 'failed', 'creating'),
  encrypted: fc.boolean(),
  tags,
  megabytes: fc.constantFrom(1, 30, 400.5),
  days: fc.constantFrom(-1, 3, 30),
  shares: fc.oneof(
    fc.constant([]),
    fc.subarray([...configured, stranger], { minLength: 1 }),
    fc.constantFrom(['all'], ['all', configured[1]!], ['amazon-redshift-support']),
  ),
  clusterMinute: clusterMinutes,
  copiedFrom: fc.option(
    fc.record({
      account: fc.constantFrom(...configured, stranger),
      region: fc.constantFrom(...regions, ...regions, outside),
    }),
    { nil: undefined, freq: 2 },
  ),
  isForeign: fc.constantFrom(true, false, false, false),
});

export interface RandomWorld {
  readonly snapshots: readonly Made[];
  readonly clusterTags: readonly Made['tags'][];
  readonly clusterMinutes?: readonly number[];
  /** If omitted, two hours after the start. */
  readonly now?: string;
}

export const worlds: fc.Arbitrary<RandomWorld> = fc.record({
  // Many, so that few conditions match nothing; a failure is reported with few.
  snapshots: fc.oneof(
    { withCrossShrink: true },
    { weight: 1, arbitrary: fc.array(made, { maxLength: 70, size: 'max' }) },
    { weight: 4, arbitrary: fc.array(made, { minLength: 40, maxLength: 70, size: 'max' }) },
  ),
  clusterTags: fc.array(tags, { minLength: 16, maxLength: 16 }),
  clusterMinutes: fc.array(clusterMinutes, { minLength: 16, maxLength: 16 }),
});

/** When a world is, in minutes: its first snapshot, the time between its minutes, and the time since its last snapshot. */
export interface Era {
  readonly start: number;
  readonly step: number;
  readonly rest: number;
  /** Whether all snapshots are in one place and of one cluster for each service, so that there are many in a row. */
  readonly isCrowded: boolean;
}

const minutesUntil = (date: string) => (Date.parse(date) - Date.parse(at(0))) / 60_000;

/** Shortly before midnight in some time zone, or before the clocks change in some time zone. */
const starts = [
  '2026-01-01T00:00:00Z',
  '2026-03-06T22:00:00Z',
  '2026-03-28T11:00:00Z',
  '2026-04-03T20:00:00Z',
  '2026-09-05T01:00:00Z',
  '2026-10-24T22:00:00Z',
  '2026-10-31T23:00:00Z',
].map(minutesUntil);

export const eras: fc.Arbitrary<Era> = fc.record({
  start: fc.constantFrom(...starts),
  step: fc.constantFrom(1, 20, 30, 60, 90, 241),
  rest: fc.constantFrom(0, 1, 60, 119, 600, 1440),
  isCrowded: fc.boolean(),
});

/** Moves a world to an era. */
export function movedTo({ start, step, rest, isCrowded }: Era, world: RandomWorld): RandomWorld {
  const moved = (minute: number) => start + minute * step;
  const place = isCrowded ? { owner: account, region: regions[0]!, cluster: living[0]! } : {};
  return {
    ...world,
    now: at(moved(lastMinute) + rest),
    clusterMinutes: world.clusterMinutes?.map(moved) ?? [],
    snapshots: world.snapshots.map((each) => ({
      ...each,
      ...place,
      minute: moved(each.minute),
      // A period of days would have ended: the minutes of the world are longer, but not its days.
      days: -1,
      ...(each.clusterMinute !== undefined && { clusterMinute: moved(each.clusterMinute) }),
    })),
  };
}

/** Returns valid shares of a service: only manual snapshots are shared, and never with their owner. */
function sharesOf({ service, owner, isManual, shares }: Made): readonly string[] {
  const { groups } = differences[service];
  return isManual ? shares.filter((share) => share !== owner && (/^\d/.test(share) || groups.includes(share))) : [];
}

/**
 * Returns the origin that AWS reports: Amazon Redshift copies only to other regions of the same account, and reports
 * only the region.
 */
function originOf({ service, owner, region, copiedFrom }: Made): Origin | undefined {
  if (copiedFrom === undefined || service !== 'REDSHIFT') return copiedFrom;
  return copiedFrom.region === region ? undefined : { account: owner, region: copiedFrom.region };
}

export function clustersOf({ clusterTags, clusterMinutes: minutes }: RandomWorld): Cluster[] {
  const places = configured.flatMap((owner) =>
    regions.flatMap((region) => serviceNames.map((service) => ({ owner, region, service }))),
  );
  return places
    .flatMap((place) => living.map((name) => ({ ...place, name })))
    .map((cluster, index) => ({ ...cluster, tags: clusterTags[index] ?? {}, minute: minutes?.[index] }));
}

export function arnOfCluster({ service, owner, region, name }: Cluster): string {
  return clusterArn(service, name, { account: owner, region });
}

function nameOf({ service, cluster, isManual, minute }: Made, index: number): string {
  return `${isManual ? '' : serviceOf(service).automatedPrefix}${cluster}-${minute}-${index}`;
}

function arnOf(each: Made, index: number): string {
  const { service, owner, region, cluster } = each;
  return snapshotArn(service, nameOf(each, index), { account: owner, region, cluster });
}

/** The ids of the default keys of the services, in every account and region. */
const defaultKeys: Readonly<Record<ServiceName, string>> = {
  REDSHIFT: '0a0a0a0a-5eed-4000-8000-000000000001',
  DOCUMENTDB: '0b0b0b0b-5eed-4000-8000-000000000002',
};

/** The alias of the default key of a service. */
export function defaultAlias(service: ServiceName): string {
  return `alias/aws/${serviceOf(service).plane}`;
}

/** Returns the ARN of the key of a snapshot: the default key in the place of its owner; null if it is not encrypted. */
export function keyArnOf({ service, owner, region, encrypted }: Made): string | null {
  return encrypted ? `arn:aws:kms:${region}:${owner}:key/${defaultKeys[service]}` : null;
}

/** Sets the date of the gateway to that of the world, which decides which retention periods end soon. */
export function useDateOfWorld(): void {
  beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(now) }));
  afterAll(() => void vi.useRealTimers());
}

/** Returns the world in the format of the emulator. */
export function toJson(world: RandomWorld) {
  return {
    now: world.now ?? now,
    frozen: true,
    keys: [...configured, stranger].flatMap((owner) =>
      regions.flatMap((region) =>
        serviceNames.map((service) => ({
          service: 'kms' as const,
          account: owner,
          region,
          KeyId: defaultKeys[service],
          Aliases: [defaultAlias(service)],
        })),
      ),
    ),
    clusters: clustersOf(world).map(({ service, owner, region, name, tags: own, minute }) =>
      makeCluster(service, name, {
        account: owner,
        region,
        tags: own,
        createdAt: minute === undefined ? undefined : at(minute),
      }),
    ),
    snapshots: world.snapshots.map((each, index) =>
      makeSnapshot(each.service, nameOf(each, index), {
        ...each,
        account: each.owner,
        createdAt: at(each.minute),
        clusterCreatedAt: each.clusterMinute === undefined ? undefined : at(each.clusterMinute),
        origin: each.copiedFrom && { ...each.copiedFrom, name: 'original' },
        type: each.isManual ? 'manual' : 'automated',
        isEncrypted: each.encrypted,
        kmsKeyId: keyArnOf(each) ?? undefined,
        shares: sharesOf(each),
      }),
    ),
  };
}

/** Returns all snapshots that the configured accounts can see, owned or shared. */
export function seenIn({ snapshots }: RandomWorld): Seen[] {
  return snapshots.flatMap((each, index) => {
    if (each.isForeign && serviceOf(each.service).foreignCluster !== undefined) return [];
    const names = { arn: arnOf(each, index), name: nameOf(each, index) };
    const [shares, origin] = [sharesOf(each), originOf(each)];
    const typesFor = (viewer: string) => {
      if (viewer === each.owner) return [each.isManual ? 'MANUAL' : 'AUTOMATED'];
      return [...(shares.includes(viewer) ? ['SHARED'] : []), ...(shares.includes('all') ? ['PUBLIC'] : [])];
    };
    return configured.flatMap((viewer) => {
      const types = typesFor(viewer);
      return types.length > 0 ? [{ ...each, ...names, shares, origin, viewer, types }] : [];
    });
  });
}
