import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createKnownLengths } from '../../src/fleet/lookups/known-length.ts';
import { createSources } from '../../src/fleet/sources.ts';
import { oneAccount } from '../support/gateway.ts';

const [source] = createSources(oneAccount).all;

it('the length of a list is learned from its pages, of any size, and is exact at its end', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 20, max: 100 }), (records, size) => {
      const lengths = createKnownLengths();
      let read = 0;
      do {
        const marker = read === 0 ? undefined : String(read);
        read += size;
        const next = read < records ? String(read) : undefined;
        lengths.learn(source!, { Marker: marker, MaxRecords: size }, next);
        const known = lengths.of(source!, {});
        expect(known?.isExact).toBe(next === undefined);
        if (next !== undefined) expect(known?.pages).toBeLessThanOrEqual(Math.ceil(records / 100));
      } while (read < records);
      // The last page can be partly empty, so its size is a part of the length.
      const pages = lengths.of(source!, {})?.pages ?? 0;
      expect(pages).toBeGreaterThanOrEqual(Math.max(1, Math.ceil(records / 100)));
      expect(pages).toBeLessThanOrEqual(Math.ceil(read / 100));
      if (size === 100) expect(pages).toBe(Math.max(1, Math.ceil(records / 100)));
    }),
  );
});

it('a page whose position is unknown teaches nothing, and other lists are not affected', () => {
  const lengths = createKnownLengths();
  const sales = { ClusterIdentifier: 'sales' };
  lengths.learn(source!, { Marker: 'later', MaxRecords: 100 }, undefined);
  expect(lengths.of(source!, {})).toBeUndefined();
  lengths.learn(source!, { ...sales, MaxRecords: 100 }, '');
  expect(lengths.of(source!, {})).toBeUndefined();
  expect(lengths.of(source!, sales)).toEqual({ pages: 1, isExact: true });
});

it('an exact length remains until the list is found to be longer', () => {
  const lengths = createKnownLengths();
  const learn = (marker: string | undefined, next: string | undefined) =>
    lengths.learn(source!, { Marker: marker, MaxRecords: 100 }, next);
  learn(undefined, 'a');
  learn('a', undefined);
  learn(undefined, 'a');
  expect(lengths.of(source!, {})).toEqual({ pages: 2, isExact: true });
  learn('a', 'b');
  expect(lengths.of(source!, {})).toEqual({ pages: 3, isExact: false });
});
