import type { Region } from '../world.ts';

/** A resource of the RDS control plane as its ARN names it. */
export interface Named {
  readonly region: string;
  readonly account: string;
  /** `cluster`, `cluster-snapshot` or another resource type. */
  readonly kind: string;
  /** In lower case, as RDS stores names; an automated snapshot's has a colon of its own. */
  readonly name: string;
}

/** The ARN of a cluster; its service is `rds` for every engine. */
export function clusterArn(place: Region, name: string): string {
  return `${prefix(place)}:cluster:${name}`;
}

/** The ARN of a cluster snapshot. */
export function snapshotArn(place: Region, name: string): string {
  return `${prefix(place)}:cluster-snapshot:${name}`;
}

/** Takes an ARN apart; undefined for anything that is none of RDS. */
export function parseArn(text: string): Named | undefined {
  const [, region, account, kind, name] = /^arn:aws[a-z-]*:rds:([a-z0-9-]+):(\d{12}):([a-z-]+):(.+)$/.exec(text) ?? [];
  return region && account && kind && name ? { region, account, kind, name: name.toLowerCase() } : undefined;
}

function prefix({ partition, region, account }: Region): string {
  return `arn:${partition}:rds:${region}:${account}`;
}
