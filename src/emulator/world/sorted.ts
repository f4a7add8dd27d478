/** A sort key, compared part by part: strings by code unit, numbers by value. */
export type Key = readonly (string | number)[];

/** A total order over items: two different items never have equal keys. */
export interface Order<T> {
  readonly name: string;
  keyOf(item: T): Key;
  /** For each key part, whether greater values come first. */
  readonly descending?: readonly boolean[];
}

export interface Entry<T> {
  readonly key: Key;
  readonly item: T;
}

/** Items by id, readable in any order. An order that was read before is kept up to date instead of sorted again. */
export interface Sorted<T> {
  get(id: string): T | undefined;
  put(item: T): void;
  /** Adds an item with a new id; throws an Error if the id is already in use. */
  add(item: T): void;
  delete(id: string): void;
  /** Adds and deletes many items at once, without the cost of keeping the orders up to date for each of them. */
  replace(change: { readonly added?: readonly T[]; readonly deleted?: readonly string[] }): void;
  /** Returns how many changes there were so far. */
  version(): number;
  values(): Iterable<T>;
  inOrder(order?: Order<T>): readonly Entry<T>[];
}

const keptOrders = 4;
const fewChanges = 64;

/** Creates an empty collection of items that `idOf` identifies; the default order is by id. */
export function createSorted<T>(idOf: (item: T) => string): Sorted<T> {
  const items = new Map<string, T>();
  const views = new Map<string, { readonly order: Order<T>; readonly entries: Entry<T>[] }>();
  let changes = 0;
  const byId: Order<T> = { name: 'id', keyOf: (item) => [idOf(item)] };

  function remove(id: string): void {
    const item = items.get(id);
    if (item === undefined) return;
    changes += 1;
    items.delete(id);
    for (const { order, entries } of views.values()) {
      entries.splice(firstAtOrAfter(entries, order.keyOf(item), order), 1);
    }
  }

  function put(item: T): void {
    remove(idOf(item));
    changes += 1;
    items.set(idOf(item), item);
    for (const { order, entries } of views.values()) {
      const key = order.keyOf(item);
      entries.splice(firstAtOrAfter(entries, key, order), 0, { key, item });
    }
  }

  return {
    get: (id) => items.get(id),
    put,
    add(item) {
      if (items.has(idOf(item))) throw new Error(`${idOf(item)} already exists`);
      put(item);
    },
    delete: remove,
    replace({ added = [], deleted = [] }) {
      // Above this number, sorting again is cheaper.
      if (added.length + deleted.length > fewChanges) views.clear();
      for (const id of deleted) remove(id);
      for (const item of added) put(item);
    },
    version: () => changes,
    values: () => items.values(),
    inOrder(order = byId) {
      const known = views.get(order.name);
      if (known) return known.entries;
      const entries = Array.from(items.values(), (item) => ({ key: order.keyOf(item), item }));
      entries.sort((left, right) => compareKeys(left.key, right.key, order.descending));
      const oldest = views.keys().next().value;
      if (views.size >= keptOrders && oldest !== undefined) views.delete(oldest);
      views.set(order.name, { order, entries });
      return entries;
    },
  };
}

/** Returns the index of the first entry whose key is not before `key`. */
export function firstAtOrAfter<T>(entries: readonly Entry<T>[], key: Key, order: Pick<Order<T>, 'descending'>): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry && compareKeys(entry.key, key, order.descending) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns a negative number if `left` comes first, and zero if the keys are equal. */
export function compareKeys(left: Key, right: Key, descending: readonly boolean[] = []): number {
  for (let index = 0; index < left.length && index < right.length; index += 1) {
    const [part = '', other = ''] = [left[index], right[index]];
    if (part !== other) return part < other === (descending[index] ?? false) ? 1 : -1;
  }
  return left.length - right.length;
}
