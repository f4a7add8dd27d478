import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { createSorted, type Order } from '../../src/emulator/world/sorted.ts';

interface Item {
  readonly id: string;
  readonly size: number;
}

const largestFirst: Order<Item> = {
  name: 'largest first',
  descending: [true],
  keyOf: ({ id, size }) => [size, id],
};

const changes = fc.array(
  fc.record({
    kind: fc.constantFrom('put', 'delete', 'read', 'replace', 'replace many'),
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    size: fc.integer({ min: 0, max: 3 }),
  }),
);

it('keeps an order correct through every change after it was read', () => {
  fc.assert(
    fc.property(changes, (steps) => {
      const sorted = createSorted<Item>(({ id }) => id);
      const model = new Map<string, Item>();
      for (const { kind, id, size } of steps) {
        if (kind === 'put') {
          sorted.put({ id, size });
          model.set(id, { id, size });
        } else if (kind === 'delete') {
          sorted.delete(id);
          model.delete(id);
        } else if (kind.startsWith('replace')) {
          // Many changes at once drop the orders that were read before.
          const added = Array.from({ length: kind === 'replace' ? 1 : 100 }, () => ({ id, size }));
          const before = sorted.version();
          sorted.replace({ added, deleted: ['a', 'b'] });
          expect(sorted.version()).toBeGreaterThan(before);
          for (const deleted of ['a', 'b']) model.delete(deleted);
          model.set(id, { id, size });
        } else {
          sorted.inOrder(largestFirst);
        }
      }
      const expected = [...model.values()].toSorted(
        (left, right) => right.size - left.size || (left.id < right.id ? -1 : 1),
      );
      expect(sorted.inOrder(largestFirst).map(({ item }) => item)).toEqual(expected);
      expect(sorted.inOrder().map(({ item }) => item.id)).toEqual([...model.keys()].toSorted());
    }),
  );
});
