import { memoryOfText } from '../../../aws/protocol/text-memory.ts';
import type { Dictionary } from './dictionary.ts';
import { constants, longText, type PackedPage, payloadMask, tags } from './format.ts';
import { createWords, toWord } from './words.ts';

/** Packs the values of one page. */
export interface PageWriter {
  /** Packs a value, and returns its word. */
  add(value: unknown): number;
  finish(): PackedPage;
}

/** Creates a writer of one page of a list with a dictionary. The page must be finished before another one is started. */
export function createPageWriter(dictionary: Dictionary): PageWriter {
  const words = createWords();
  const numbers = createNumbers();
  const texts = createTexts(dictionary);
  const others: unknown[] = [];

  const addWords = (tag: number, first: number, values: readonly unknown[]): number => {
    words.open(first);
    for (let index = 0; index < values.length; index += 1) words.add(addValue(values[index]));
    return words.close(tag);
  };
  const addObject = (value: object): number => {
    if (value instanceof Date) return toWord(tags.date, numbers.add(value.getTime()));
    if (Array.isArray(value)) return addWords(tags.list, value.length, value);
    const keys = Object.keys(value);
    if (!isPlain(value, keys)) return toWord(tags.other, others.push(value) - 1);
    return addWords(tags.object, dictionary.numberOfShape(keys), Object.values(value));
  };
  const addValue = (value: unknown): number => {
    if (typeof value === 'string') return texts.add(value);
    if (typeof value === 'number') {
      const isInteger = Number.isInteger(value) && value >= 0 && value <= payloadMask && !Object.is(value, -0);
      return isInteger ? toWord(tags.integer, value) : toWord(tags.number, numbers.add(value));
    }
    const constant = constants.indexOf(value);
    if (constant >= 0) return toWord(tags.constant, constant);
    return typeof value === 'object' && value !== null ? addObject(value) : toWord(tags.other, others.push(value) - 1);
  };

  return {
    add: addValue,
    finish: () => {
      const { size } = texts;
      const [wordsAt, bytesAt] = [numbers.all.length * 8, numbers.all.length * 8 + words.length * 4];
      const memory = new ArrayBuffer(bytesAt + size);
      const page = {
        shared: dictionary.shared,
        numbers: new Float64Array(memory, 0, numbers.all.length),
        words: new Uint32Array(memory, wordsAt, words.length),
        bytes: Buffer.from(memory, bytesAt, size),
        others,
      };
      page.numbers.set(numbers.all);
      words.write(page.words);
      texts.write(page.bytes);
      return page;
    },
  };
}

/** Creates the numbers of a page, each of which is in it only once. */
function createNumbers() {
  const all: number[] = [];
  const places = new Map<number, number>();
  return {
    all,
    add: (value: number): number => {
      // A map does not distinguish 0 and -0.
      const known = value === 0 ? undefined : places.get(value);
      if (known !== undefined) return known;
      places.set(value, all.length);
      return all.push(value) - 1;
    },
  };
}

/** Creates the texts of a page that are not in the dictionary. */
function createTexts(dictionary: Dictionary) {
  const texts: { readonly text: string; readonly isWide: boolean }[] = [];
  let size = 0;
  return {
    /** The length of the texts that were added, in bytes. */
    get size() {
      return size;
    },
    add: (text: string): number => {
      const shared = dictionary.numberOfText(text);
      if (shared !== undefined) return toWord(tags.sharedText, shared);
      const isWide = memoryOfText(text) > text.length;
      const word = toWord(isWide ? tags.wideText : tags.latinText, size);
      size += sizeOfLength(text.length) + text.length * (isWide ? 2 : 1);
      texts.push({ text, isWide });
      return word;
    },
    write: (bytes: Buffer): void => {
      let at = 0;
      for (const { text, isWide } of texts) {
        bytes[at] = Math.min(text.length, longText);
        if (text.length >= longText) bytes.writeUInt32LE(text.length, at + 1);
        at += sizeOfLength(text.length);
        at += bytes.write(text, at, isWide ? 'utf16le' : 'latin1');
      }
    },
  };
}

/** A structure that a copy with the same members is equal to. */
function isPlain(value: object, keys: readonly string[]): boolean {
  return Object.getPrototypeOf(value) === Object.prototype && !keys.includes('__proto__');
}

function sizeOfLength(length: number): number {
  return length < longText ? 1 : 5;
}
