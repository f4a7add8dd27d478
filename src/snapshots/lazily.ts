/**
 * Returns the function that creates the parts of a request from what they are made of. Each part is created on first
 * use, once, so that a request creates only what it needs; parts can refer to each other.
 */
export function lazily<Parts extends object, Seed extends object>(makers: {
  readonly [Name in keyof Parts]: (all: Parts & { readonly seed: Seed }) => Parts[Name];
}): (seed: Seed) => Parts & { readonly seed: Seed } {
  // The getters are those of a class, so that creating the parts of a request creates a single object.
  class Made {
    readonly seed: Seed;
    constructor(seed: Seed) {
      this.seed = seed;
    }
  }
  for (const name of Object.keys(makers) as (keyof Parts)[]) {
    const kept = Symbol(String(name));
    Object.defineProperty(Made.prototype, name, {
      get(this: Record<symbol, unknown>) {
        return (this[kept] ??= makers[name](this as unknown as Parts & { readonly seed: Seed }));
      },
    });
  }
  return (seed) => new Made(seed) as unknown as Parts & { readonly seed: Seed };
}

/** Values that were computed from a record; absent for records of full reads, which can be a million. */
export interface Derived {
  readonly derived?: unknown[] | undefined;
}

let computations = 0;

/** Returns a pure function of a record that computes its result, which is never undefined, once for each record. */
export function derivedOnce<Row extends Derived, Value>(compute: (row: Row) => Value): (row: Row) => Value {
  const index = computations;
  computations += 1;
  return (row) => {
    const { derived } = row;
    if (derived === undefined) return compute(row);
    const known = derived[index] as Value | undefined;
    if (known !== undefined) return known;
    const value = compute(row);
    derived[index] = value;
    return value;
  };
}

/** Returns a function that returns whether it was called with a record before, as far as records can remember that. */
export function createRowMark(): (row: Derived) => boolean {
  const index = computations;
  computations += 1;
  return ({ derived }) => {
    if (derived === undefined) return true;
    const isMarked = derived[index] === true;
    derived[index] = true;
    return isMarked;
  };
}
/** Values that belong to objects, and live as long as them. */
export interface Attached<Of extends object, Value> {
  /** Returns the value of an object, which `make` creates if there is none. */
  of(object: Of, make: () => Value): Value;
  /** Returns the value of an object, if there is one. */
  known(object: Of): Value | undefined;
  attach(object: Of, value: Value): void;
}

/**
 * Creates attached values of one kind, which copies of an object do not have. Unlike the values of a WeakMap, which V8
 * frees only in a full collection, those of a short-lived object are freed with it.
 */
export function createAttached<Of extends object, Value>(): Attached<Of, Value> {
  const key = Symbol('attached');
  const known = (object: Of) => (object as { readonly [key]?: Value })[key];
  const attach = (object: Of, value: Value) => void Object.defineProperty(object, key, { value });
  return {
    known,
    attach,
    of: (object, make) => {
      const found = known(object);
      if (found !== undefined) return found;
      const value = make();
      attach(object, value);
      return value;
    },
  };
}

/** The limit of an `LRUCache` that, unlike with its option `max`, reserves memory for entries when they are added. */
export function upTo(entries: number) {
  return { maxSize: entries, sizeCalculation: () => 1 };
}
