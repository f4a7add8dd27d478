import { expect, it } from 'vitest';
import { createOutcomes } from '../../src/replicas/outcomes.ts';

it('outcomes in memory are limited by their size, and the oldest are discarded', async () => {
  const outcomes = createOutcomes(undefined);
  const large = 'x'.repeat(1024 * 1024);
  const keys = Array.from({ length: 70 }, (_, index) => `key ${index}`);
  for (const key of keys) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as they are kept
    await outcomes.keep(key, large);
  }
  expect(await outcomes.claim(keys.at(-1)!, 'other')).toBe(large);
  expect(await outcomes.claim(keys[0]!, 'other')).toBeUndefined();
});
