import type { Clock } from './clock.ts';
import { createKmsStore, type KmsStore } from '../kms/stored.ts';
import { createRdsStore, type RdsStore } from '../rds/stored.ts';
import { createRedshiftStore, type RedshiftStore } from '../redshift/stored.ts';
import { createRoles, type Roles } from '../sts/roles.ts';
import { createRegionSettings, type RegionSettings } from './region-settings.ts';

/** One account in one region. AWS isolates each from all others, except for sharing and copying. */
export interface Region {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly redshift: RedshiftStore;
  readonly rds: RdsStore;
  readonly kms: KmsStore;
}

/** The emulated state of all accounts and regions, and its clock. */
export interface World {
  /** The roles of all accounts. */
  readonly roles: Roles;
  /** Which regions each account can use. */
  readonly regionSettings: RegionSettings;
  now(): Date;
  advance(seconds: number): void;
  /** Returns a region, created and filled on first use: in AWS, every account has every region. */
  region(account: string, region: string): Region;
  /** Returns a region as it was loaded, without filling it. */
  unfilled(account: string, region: string): Region;
  /** Whether a region was used and, with `populate`, filled. */
  isFilled(place: Region): boolean;
  /** Returns the regions that were loaded or used so far. */
  regions(): Iterable<Region>;
}

/** Fills a region on its first use, so that the unused regions of a large world take no memory. */
export type Populate = (place: Region, now: Date) => void;

/** Creates an empty world with a clock. `populate` is called once for each region, on its first use. */
export function createWorld(clock: Clock, populate?: Populate): World {
  const regions = new Map<string, Region>();
  const filled = new Set<Region>();

  function unfilled(account: string, region: string): Region {
    const key = `${account}/${region}`;
    const known = regions.get(key);
    if (known) return known;
    const place = {
      account,
      region,
      partition: partitionOf(region),
      redshift: createRedshiftStore(),
      rds: createRdsStore(),
      kms: createKmsStore(),
    };
    regions.set(key, place);
    return place;
  }

  return {
    roles: createRoles(),
    regionSettings: createRegionSettings(),
    now: () => clock.now(),
    advance: (seconds) => clock.advance(seconds),
    region(account, region) {
      const place = unfilled(account, region);
      if (!filled.has(place)) {
        filled.add(place);
        populate?.(place, clock.now());
      }
      return place;
    },
    unfilled,
    isFilled: (place) => filled.has(place),
    regions: () => regions.values(),
  };
}

const partitions = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-iso-', 'aws-iso'],
  ['eusc-', 'aws-eusc'],
] as const;

/** Returns the partition of a region, as spelled in the second part of an ARN. */
export function partitionOf(region: string): string {
  return partitions.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';
}

/** Whether a text is the name of an availability zone of a region. */
export function isZoneOf(zone: string, region: string): boolean {
  return zone.startsWith(region) && /^[a-z]$/.test(zone.slice(region.length));
}
