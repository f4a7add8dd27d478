import { memoryOfText } from '../../../aws/protocol/text-memory.ts';

/** The texts and the structures that the pages of one list share. */
export interface Shared {
  readonly texts: readonly string[];
  readonly shapes: readonly Shape[];
}

/** The members of a structure, in order. */
export interface Shape {
  readonly keys: readonly string[];
  readonly places: ReadonlyMap<unknown, number>;
  /** An object with these members, which copies of the structure start from, so that they all have one V8 shape. */
  readonly template: Readonly<Record<string, unknown>>;
}

/** The records of one AWS page, without one object for each value. */
export interface PackedPage {
  readonly shared: Shared;
  /** Values, each as one word: its tag, and below it an integer or the place of the value. */
  readonly words: Uint32Array;
  readonly numbers: Float64Array;
  /** Texts, each after its length. */
  readonly bytes: Buffer;
  /** Values that have no packed form. */
  readonly others: readonly unknown[];
}

/** What the bits of a word above `tagShift` say about the others. */
export const tags = {
  constant: 0,
  integer: 1,
  number: 2,
  date: 3,
  sharedText: 4,
  latinText: 5,
  wideText: 6,
  object: 7,
  list: 8,
  other: 9,
} as const;
export const tagShift = 28;
export const payloadMask = 2 ** tagShift - 1;
export const constants: readonly unknown[] = [undefined, null, false, true];
/** The length of a text is one byte, or this byte and four others. */
export const longText = 255;

/** The memory of V8 for a record and its place in a list, and for a page besides its content, in bytes. */
const bytesOfRecord = 72;
const bytesOfPage = 700;
const bytesOfOther = 200;
const bytesOfText = 40;
const bytesOfKey = 80;
const bytesOfShape = 200;

/** Returns the approximate memory of a page and of its records, in bytes. */
export function memoryOfPage({ words, others }: PackedPage, records: number): number {
  return bytesOfPage + words.buffer.byteLength + others.length * bytesOfOther + records * bytesOfRecord;
}

/** Returns the approximate memory of a shared text, in bytes. */
export function memoryOfSharedText(text: string): number {
  return bytesOfText + memoryOfText(text);
}

/** Returns the approximate memory of a shape, in bytes. */
export function memoryOfShape({ keys }: Shape): number {
  return bytesOfShape + keys.length * bytesOfKey;
}

/** Returns the shape of structures with these members. */
export function toShape(keys: readonly string[]): Shape {
  return {
    keys,
    places: new Map(keys.map((key, index) => [key, index])),
    template: Object.fromEntries(keys.map((key) => [key, undefined])),
  };
}
