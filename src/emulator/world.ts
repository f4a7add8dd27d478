import type { Clock } from './clock.ts';
import { createRdsStore, type RdsStore } from './rds/stored.ts';
import { createRedshiftStore, type RedshiftStore } from './redshift/stored.ts';

/** One account in one region; AWS keeps two of them apart but for sharing and copying. */
export interface Region {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly redshift: RedshiftStore;
  readonly rds: RdsStore;
}

/** Everything the emulator knows, at one moment of its own clock. */
export interface World {
  now(): Date;
  advance(seconds: number): void;
  /** Made and filled on first use, as any account and region exists in AWS. */
  region(account: string, region: string): Region;
  /** The same as it was loaded: not filled by being looked at. */
  unfilled(account: string, region: string): Region;
  /** The regions loaded or used so far. */
  regions(): Iterable<Region>;
}

/** Fills a region on its first use, so that a large world costs nothing before it is asked for. */
export type Populate = (place: Region, now: Date) => void;

/** Makes an empty world on a clock; `populate` sees each region once, before anybody uses it. */
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
    };
    regions.set(key, place);
    return place;
  }

  return {
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

/** The partition that a region belongs to, as the second part of an ARN spells it. */
export function partitionOf(region: string): string {
  return partitions.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';
}
