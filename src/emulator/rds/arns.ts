import { partitionOf, type Region } from '../world/world.ts';

/** The parts of an ARN of the RDS control plane. */
export interface Named {
  readonly region: string;
  readonly account: string;
  /** `cluster`, `cluster-snapshot` or another resource type. */
  readonly kind: string;
  /** In lowercase, as RDS stores names. The name of an automated snapshot contains a colon. */
  readonly name: string;
}

/** Returns the ARN of a cluster; its service is `rds` for every engine. */
export function clusterArn(place: Region, name: string): string {
  return `${prefix(place)}:cluster:${name}`;
}

/** Returns the ARN of a cluster snapshot. */
export function snapshotArn(place: Region, name: string): string {
  return `${prefix(place)}:cluster-snapshot:${name}`;
}

/** Returns the parts of an RDS ARN; undefined for any other text, also for a region of another partition. */
export function parseArn(text: string): Named | undefined {
  const [, partition, region, account, kind, name] =
    /^arn:([a-z-]+):rds:([a-z0-9-]+):(\d{12}):([a-z-]+):(.+)$/.exec(text) ?? [];
  if (!region || !account || !kind || !name || partition !== partitionOf(region)) return undefined;
  return { region, account, kind, name: name.toLowerCase() };
}

function prefix({ partition, region, account }: Region): string {
  return `arn:${partition}:rds:${region}:${account}`;
}
