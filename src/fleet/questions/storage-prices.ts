import type { Source } from '../../snapshots/source.ts';
import type { PriceSettings } from '../settings.ts';
import { entryFor } from '../sources.ts';

/** The configured prices of storage. */
export interface StoragePrices {
  /** The name of the currency, as configured. */
  readonly currency: string;
  /** Returns the monthly cost of this many megabytes; null if the size or the price is not known. */
  cost(source: Source, megabytes: number | null): number | null;
}

/** Amazon Redshift reports megabytes, and AWS bills gigabytes of 1024 megabytes. */
const megabytesInGigabyte = 1024;

/** Creates the storage prices; a price for a region takes precedence over a price for all regions. */
export function createStoragePrices({ currency, gigabyteMonth }: PriceSettings): StoragePrices {
  return {
    currency,
    cost: (source, megabytes) => {
      const price = entryFor(source, gigabyteMonth)?.price;
      return price === undefined || megabytes === null ? null : (megabytes / megabytesInGigabyte) * price;
    },
  };
}
