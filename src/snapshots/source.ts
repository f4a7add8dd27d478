import type { ServiceName } from './service.ts';

/** One account, region and service: AWS responds, throttles, denies access and fails per source. */
export interface Source {
  readonly __typename: 'Source';
  /** `account/region/service`: unique, and the order in which lists read their sources. */
  readonly key: string;
  readonly account: string;
  readonly accountName: string | null;
  readonly region: string;
  readonly partition: string;
  readonly service: ServiceName;
  /** The configured quota; null for the AWS default. */
  readonly manualSnapshotQuota: number | null;
}

/** Returns the key of a source. */
export function sourceKey(account: string, region: string, service: ServiceName): string {
  return `${account}/${region}/${service}`;
}
