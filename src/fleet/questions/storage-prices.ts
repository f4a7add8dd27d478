import type { Source } from '../../snapshots/source.ts';
import type { PriceSettings } from '../settings.ts';
import { entryFor } from '../sources.ts';

/** What storage costs by the configuration. */
export interface StoragePrices {
  /** The name of the money, as the configuration gives it. */
  readonly currency: string;
  /** What this many megabytes cost for a month; null where the size or the price is not known. */
  cost(source: Source, megabytes: number | null): number | null;
}

/** Amazon Redshift counts megabytes, and AWS bills gigabytes of 1024 of them. */
const megabytesInGigabyte = 1024;

/** Reads the configured prices; the one for a region goes before the one for all. */
export function createStoragePrices({ currency, gigabyteMonth }: PriceSettings): StoragePrices {
  return {
    currency,
    cost: (source, megabytes) => {
      const price = entryFor(source, gigabyteMonth)?.price;
      return price === undefined || megabytes === null ? null : (megabytes / megabytesInGigabyte) * price;
    },
  };
}
