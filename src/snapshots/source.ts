import type { ServiceName } from './service.ts';

/** One (account, region, service): the unit in which AWS answers, throttles, denies and fails. */
export interface Source {
  readonly __typename: 'Source';
  /** `account/region/service`: unique, and the order in which lists read their sources. */
  readonly key: string;
  readonly account: string;
  readonly accountName: string | null;
  readonly region: string;
  readonly partition: string;
  readonly service: ServiceName;
  /** As configured; null for the default of AWS. */
  readonly manualSnapshotQuota: number | null;
}

/** The key of the source of a service in a region of an account. */
export function sourceKey(account: string, region: string, service: ServiceName): string {
  return `${account}/${region}/${service}`;
}
