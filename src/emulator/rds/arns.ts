import type { Region } from '../world/world.ts';

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

/** Returns the parts of an RDS ARN; undefined for any other text. */
export function parseArn(text: string): Named | undefined {
  const [, region, account, kind, name] = /^arn:aws[a-z-]*:rds:([a-z0-9-]+):(\d{12}):([a-z-]+):(.+)$/.exec(text) ?? [];
  return region && account && kind && name ? { region, account, kind, name: name.toLowerCase() } : undefined;
}

function prefix({ partition, region, account }: Region): string {
  return `arn:${partition}:rds:${region}:${account}`;
}
