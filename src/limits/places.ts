/** A limited number of places, which principals take for a while. */
export interface Places {
  /** Takes a place and returns an idempotent function that frees it, or whose limit is reached. */
  take(subject: string): (() => void) | 'OWN' | 'ALL';
  /** Returns the number of places that are taken. */
  taken(): number;
}

export interface PlaceLimits {
  /** The maximum number of places of each principal. */
  readonly own: number;
  /** The maximum number of places of all principals together. */
  readonly all: number;
}

/** Creates places, all of them free. If the limits decrease, places that are taken remain so. */
export function createPlaces(limits: () => PlaceLimits): Places {
  const held = new Map<string, number>();
  let total = 0;
  const change = (subject: string, by: 1 | -1) => {
    const count = (held.get(subject) ?? 0) + by;
    total += by;
    if (count > 0) held.set(subject, count);
    else held.delete(subject);
  };
  return {
    take: (subject) => {
      const { own, all } = limits();
      if (total >= all) return 'ALL';
      if ((held.get(subject) ?? 0) >= own) return 'OWN';
      change(subject, 1);
      return once(() => change(subject, -1));
    },
    taken: () => total,
  };
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
