/**
 * The JSON texts of objects that do not change, such as the records of a cached response of AWS, in bounded memory: when
 * the texts since the last renewal take half of it, those that were not used since then are dropped.
 */
export interface KeptTexts {
  /** Returns the text of an object for a part of a selection. */
  get(object: object, part: object): string | undefined;
  set(object: object, part: object, text: string): void;
}

type Generation = WeakMap<object, Map<object, string>>;

/** The approximate memory of an entry besides its text, in bytes. */
const bytesOfEntry = 200;

/** Creates an empty memory of at most so many megabytes. */
export function createKeptTexts(megabytes: number): KeptTexts {
  const most = (megabytes * 1024 * 1024) / 2;
  let young: Generation = new WeakMap();
  let old: Generation = new WeakMap();
  let bytes = 0;
  const set = (object: object, part: object, text: string) => {
    const size = text.length + bytesOfEntry;
    if (size > most) return;
    if (bytes + size > most) {
      old = young;
      young = new WeakMap();
      bytes = 0;
    }
    const texts = young.get(object) ?? new Map<object, string>();
    young.set(object, texts.set(part, text));
    bytes += size;
  };
  return {
    get: (object, part) => {
      const text = young.get(object)?.get(part);
      if (text !== undefined) return text;
      const before = old.get(object)?.get(part);
      if (before !== undefined) set(object, part, before);
      return before;
    },
    set,
  };
}
