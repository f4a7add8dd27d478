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

/** A moment as AWS writes it, `minutes` after the first of January. */
export function at(minutes: number): string {
  return new Date(start + minutes * 60_000).toISOString();
}

/** The table entry of a service. */
export function serviceOf(service: ServiceName): TestedService {
  return testedServices[service];
}

/** A snapshot of a service in the emulator's JSON. */
export function makeSnapshot(service: ServiceName, name: string, parts: SnapshotParts = {}): Snapshot {
  const { account = home, region = homeRegion } = parts;
  return {
    service: serviceOf(service).plane,
    account,
    region,
    ...defined({
      ...serviceOf(service).snapshotMembers(name, clusterNameOf(service, parts), parts),
      SnapshotCreateTime: parts.createdAt,
      SnapshotType: parts.type,
      Status: parts.status,
      ReadyTime: parts.readyAt,
      Tags: tagList(parts.tags),
    }),
  };
}

/** Snapshots of one cluster that are named after it and numbered, created a minute apart. */
export function makeSnapshots(service: ServiceName, count: number, parts: SnapshotParts = {}): Snapshot[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `${clusterNameOf(service, parts)}-${String(index).padStart(4, '0')}`;
    return makeSnapshot(service, name, { createdAt: at(index), ...parts });
  });
}

/** A cluster of a service in the emulator's JSON. */
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

export function snapshotArn(service: ServiceName, name: string, place: SnapshotPlace = {}): string {
  const { plane, snapshotResource } = serviceOf(service);
  return arn(plane, place, snapshotResource(name, clusterNameOf(service, place)));
}

export function clusterArn(service: ServiceName, name = serviceOf(service).cluster, place: Place = {}): string {
  return arn(serviceOf(service).plane, place, `cluster:${name}`);
}

/** The global id of a snapshot in the account that owns it. */
export function snapshotId(...args: Parameters<typeof snapshotArn>): string {
  return globalId(`${serviceOf(args[0]).typePrefix}Snapshot`, snapshotArn(...args));
}

/** The global id of a snapshot as another account sees it. */
export function sharedSnapshotId(viewer: string, ...args: Parameters<typeof snapshotArn>): string {
  return globalId(`${serviceOf(args[0]).typePrefix}Snapshot`, `${snapshotArn(...args)}#${viewer}`);
}

export function clusterId(...args: Parameters<typeof clusterArn>): string {
  return globalId(`${serviceOf(args[0]).typePrefix}Cluster`, clusterArn(...args));
}

/** A global id, as the gateway makes it. */
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

/** Leaves out what is undefined, so that a built resource compares equal to one of the emulator. */
function defined(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
