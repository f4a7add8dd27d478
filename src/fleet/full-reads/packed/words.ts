import { type PackedPage, payloadMask, tagShift } from './format.ts';

/** Collects the words of a page. The words of a structure follow one another, after those of the structures in it. */
export interface Words {
  /** Opens a structure or list whose first word is `first`. Those that are open must be closed in reverse order. */
  open(first: number): void;
  /** Adds a word to the structure or list that was opened last. */
  add(word: number): void;
  /** Closes the structure or list that was opened last, and returns its word. */
  close(tag: number): number;
  readonly length: number;
  /** Copies all words to those of a page. */
  write(words: PackedPage['words']): void;
}

/** The length of the longest structures and lists that can be expected to be repeated, in words. */
const longestRepeated = 16;

/** The words that are collected: one page is packed at a time, so all pages use the same memory. */
let closed = new Uint32Array(8192);
/** The words of the structures and lists that are open. */
let open = new Uint32Array(1024);

/** Creates the words of a page, without any. No other page may be packed until they are written. */
export function createWords(): Words {
  const starts: number[] = [];
  /** The word of the last short structure or list with each hash. */
  const repeated = new Map<number, number>();
  let length = 0;
  let top = 0;

  const add = (word: number) => {
    if (top === open.length) open = enlarged(open, top + 1);
    open[top] = word;
    top += 1;
  };
  const append = (tag: number, start: number) => {
    const end = length + top - start;
    if (end > closed.length) closed = enlarged(closed, end);
    const at = length;
    for (let place = start; place < top; place += 1) closed[length++] = open[place] ?? 0;
    return toWord(tag, at);
  };
  const isKnown = (word: number, tag: number, start: number) => {
    if (word >>> tagShift !== tag) return false;
    // The first word says how many others there are, so that no comparison reaches another structure.
    const offset = (word & payloadMask) - start;
    for (let place = start; place < top; place += 1) if (closed[place + offset] !== open[place]) return false;
    return true;
  };
  /** Equal short structures and lists, such as tags, are in the page only once. */
  const appendOnce = (tag: number, start: number) => {
    if (top - start > longestRepeated) return append(tag, start);
    let hash = tag;
    for (let place = start; place < top; place += 1) hash = Math.imul(hash ^ (open[place] ?? 0), 0x01_00_01_93);
    const known = repeated.get(hash);
    if (known !== undefined && isKnown(known, tag, start)) return known;
    const word = append(tag, start);
    repeated.set(hash, word);
    return word;
  };

  return {
    open: (first) => {
      starts.push(top);
      add(first);
    },
    add,
    close: (tag) => {
      const start = starts.pop() ?? 0;
      const word = appendOnce(tag, start);
      top = start;
      return word;
    },
    get length() {
      return length;
    },
    write: (words) => words.set(closed.subarray(0, length)),
  };
}

function enlarged(words: Uint32Array<ArrayBuffer>, least: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(least, words.length * 2));
  larger.set(words);
  return larger;
}

/** Returns a word with a tag and a payload. Throws if the payload has too many bits. */
export function toWord(tag: number, payload: number): number {
  if (payload > payloadMask) throw new Error('The page is too large.');
  return ((tag << tagShift) | payload) >>> 0;
}
