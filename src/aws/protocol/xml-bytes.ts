/** The bytes of one document, and the position of the parser. */
export interface Cursor {
  readonly bytes: Buffer;
  readonly view: DataView;
  /** Whether all bytes are ASCII, so that a byte is a character. */
  readonly isAscii: boolean;
  readonly hasReferences: boolean;
  readonly texts: TextMemory;
  /** The members with a value that cannot be read, such as `Snapshot.Port`. */
  readonly unreadable: Set<string>;
  /** Whether such a value was read since the last member of a structure. */
  isUnreadable: boolean;
  at: number;
}

/** The texts that a document had so far, found by their bytes: most texts of a list are repeated. */
export interface TextMemory {
  /** For each hash of a text, the number of the last text with this hash, from 1. */
  readonly slots: Int32Array;
  readonly texts: string[];
  readonly starts: number[];
}

/** The bytes of a tag, to be compared four at a time; the last four can overlap the others. */
export interface Tag {
  readonly length: number;
  readonly words: Int32Array;
  readonly lastWord: number;
}

const word = 4;
const lessThan = 60;
/** The bytes of a document for each text that its memory has room for, and the limits of the room. */
const bytesPerText = 128;
const [leastTexts, mostTexts] = [16, 4096];
const golden = 0x9e3779b1;

/** Returns a tag of at least four characters, such as `<a/>`; undefined if it is shorter or not ASCII. */
export function tagOf(text: string): Tag | undefined {
  const bytes = Buffer.from(text);
  if (bytes.length < word || bytes.length !== text.length) return undefined;
  const words = Int32Array.from({ length: Math.floor(bytes.length / word) }, (_, index) =>
    bytes.readInt32LE(index * word),
  );
  return { length: bytes.length, words, lastWord: bytes.readInt32LE(bytes.length - word) };
}

/** Whether a tag is at a position. */
export function isAt({ view }: Cursor, at: number, { words, length, lastWord }: Tag): boolean {
  if (at + length > view.byteLength) return false;
  for (let index = 0; index < words.length; index += 1) {
    if (view.getInt32(at + index * word, true) !== words[index]) return false;
  }
  return view.getInt32(at + length - word, true) === lastWord;
}

/** Returns the position of the next tag; the end of the document if there is none. */
export function tagAfter({ bytes, at }: Cursor): number {
  const { length } = bytes;
  let next = at;
  while (next < length && bytes[next] !== lessThan) next += 1;
  return next;
}

/** Whether two ranges of a document have the same bytes. */
export function isSame({ bytes, view }: Cursor, one: number, other: number, length: number): boolean {
  let index = 0;
  for (; index + word <= length; index += word) {
    if (view.getInt32(one + index, true) !== view.getInt32(other + index, true)) return false;
  }
  for (; index < length; index += 1) if (bytes[one + index] !== bytes[other + index]) return false;
  return true;
}

/** Creates the memory of the texts of a document with a number of bytes. */
export function createTextMemory(length: number): TextMemory {
  const wanted = Math.min(Math.max(length / bytesPerText, leastTexts), mostTexts);
  const size = 2 ** Math.ceil(Math.log2(wanted));
  return { slots: new Int32Array(size), texts: [''], starts: [0] };
}

/**
 * Returns the text between two positions, as a string of its own, which does not keep the document in memory. The same
 * bytes usually give the same string.
 */
export function textBetween(xml: Cursor, start: number, end: number): string {
  const { bytes, view, isAscii } = xml;
  if (!isAscii) return bytes.toString('utf8', start, end);
  const length = end - start;
  if (length < word) return bytes.toString('latin1', start, end);
  const { slots, starts, texts: all } = xml.texts;
  const ends = view.getInt32(start, true) ^ (view.getInt32(end - word, true) * 31) ^ length;
  const middle = view.getInt32(start + ((length - word) >> 1), true);
  const hash = Math.imul(ends ^ Math.imul(middle, golden), golden);
  const slot = (hash ^ (hash >>> 15)) & (slots.length - 1);
  const number = slots[slot] ?? 0;
  const known = all[number] ?? '';
  if (known.length === length && isSame(xml, starts[number] ?? 0, start, length)) return known;
  const text = bytes.toString('latin1', start, end);
  slots[slot] = all.length;
  all.push(text);
  starts.push(start);
  return text;
}
