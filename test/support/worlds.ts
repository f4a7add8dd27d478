import type { WorldJson } from './emulator.ts';
import { account as home, region as homeRegion } from './gateway.ts';
import {
  type ClusterParts,
  type ServiceName,
  type SnapshotParts,
  type TestedService,
  testedServices,
} from './services.ts';

type Snapshot = NonNullable<WorldJson['snapshots']>[number];
type Cluster = NonNullable<WorldJson['clusters']>[number];
type Place = Pick<SnapshotParts, 'account' | 'region'>;
type SnapshotPlace = Pick<SnapshotParts, 'account' | 'region' | 'cluster'>;

const start = Date.UTC(2026, 0, 1);

/** The time `minutes` after January 1, 2026, in the format of AWS. */
export function at(minutes: number): string {
  return new Date(start + minutes * 60_000).toISOString();
}

/** Returns the entry of a service in `testedServices`. */
export function serviceOf(service: ServiceName): TestedService {
  return testedServices[service];
}

/** Creates a snapshot of a service in the emulator's JSON. */
export function makeSnapshot(service: ServiceName, name: string, parts: SnapshotParts = {}): Snapshot {
  const { account = home, region = homeRegion } = parts;
  return {
    service: serviceOf(service).plane,
    account,
    region,
    ...defined({
      ...serviceOf(service).snapshotMembers(name, clusterNameOf(service, parts), parts),
      SnapshotCreateTime: parts.createdAt,
      ClusterCreateTime: parts.clusterCreatedAt,
      SnapshotType: parts.type,
      Status: parts.status,
      ReadyTime: parts.readyAt,
      Tags: tagList(parts.tags),
    }),
  };
}

/** Creates snapshots of one cluster, with its name and a number as identifiers, created one minute apart. */
export function makeSnapshots(service: ServiceName, count: number, parts: SnapshotParts = {}): Snapshot[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `${clusterNameOf(service, parts)}-${String(index).padStart(4, '0')}`;
    return makeSnapshot(service, name, { createdAt: at(index), ...parts });
  });
}

/** Creates a cluster of a service in the emulator's JSON. */
export function makeCluster(
  service: ServiceName,
  name = serviceOf(service).cluster,
  parts: ClusterParts = {},
): Cluster {
  const { account = home, region = homeRegion } = parts;
  return {
    service: serviceOf(service).plane,
    account,
    region,
    ...defined({
      ...serviceOf(service).clusterMembers(name, parts),
      ClusterCreateTime: parts.createdAt,
      Tags: tagList(parts.tags),
    }),
  };
}

/** Creates an instance of an Amazon DocumentDB cluster in the emulator's JSON. */
export function makeInstance(
  name: string,
  { cluster = serviceOf('DOCUMENTDB').cluster, ...members }: InstanceParts = {},
) {
  return {
    service: serviceOf('DOCUMENTDB').plane,
    account: home,
    region: homeRegion,
    DBInstanceIdentifier: name,
    DBClusterIdentifier: cluster,
    ...members,
  };
}

/** The cluster of an instance, and members of AWS. */
interface InstanceParts {
  readonly cluster?: string;
  readonly [member: string]: unknown;
}

export function snapshotArn(service: ServiceName, name: string, place: SnapshotPlace = {}): string {
  const { plane, snapshotResource } = serviceOf(service);
  return arn(plane, place, snapshotResource(name, clusterNameOf(service, place)));
}

export function clusterArn(service: ServiceName, name = serviceOf(service).cluster, place: Place = {}): string {
  return arn(serviceOf(service).plane, place, `cluster:${name}`);
}

/** The global id of a snapshot, in the account that owns it. */
export function snapshotId(...args: Parameters<typeof snapshotArn>): string {
  return globalId(`${serviceOf(args[0]).typePrefix}Snapshot`, snapshotArn(...args));
}

/** The global id of a shared snapshot, in the account that it is shared with. */
export function sharedSnapshotId(viewer: string, ...args: Parameters<typeof snapshotArn>): string {
  return globalId(`${serviceOf(args[0]).typePrefix}Snapshot`, `${snapshotArn(...args)}#${viewer}`);
}

export function clusterId(...args: Parameters<typeof clusterArn>): string {
  return globalId(`${serviceOf(args[0]).typePrefix}Cluster`, clusterArn(...args));
}

/** A global id in the format of the gateway. */
export function globalId(typename: string, key = ''): string {
  return Buffer.from(`${typename}:${key}`).toString('base64url');
}

function clusterNameOf(service: ServiceName, { cluster, isForeign }: SnapshotParts): string {
  const entry = serviceOf(service);
  return cluster ?? (isForeign ? entry.foreignCluster : undefined) ?? entry.cluster;
}

function arn(plane: string, { account = home, region = homeRegion }: Place, resource: string): string {
  return `arn:aws:${plane}:${region}:${account}:${resource}`;
}

function tagList(tags: SnapshotParts['tags']): readonly object[] | undefined {
  return tags && Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Omits undefined members, so that a created resource equals the same resource of the emulator. */
function defined(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
