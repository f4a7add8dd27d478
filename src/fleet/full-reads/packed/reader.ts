import { constants, longText, type PackedPage, type Shape, payloadMask, tags, tagShift } from './format.ts';

/** Returns the value of a word of a page: equal to the value that was packed, but not the same object. */
function readValue(page: PackedPage, word: number): unknown {
  const at = word & payloadMask;
  switch (word >>> tagShift) {
    case tags.constant:
      return constants[at];
    case tags.integer:
      return at;
    case tags.number:
      return page.numbers[at];
    case tags.date:
      return new Date(page.numbers[at] ?? NaN);
    case tags.sharedText:
      return page.shared.texts[at];
    case tags.latinText:
      return readText(page.bytes, at, 'latin1Slice', 1);
    case tags.wideText:
      return readText(page.bytes, at, 'ucs2Slice', 2);
    case tags.object:
      return readObject(page, at);
    case tags.list:
      return readList(page, at);
    default:
      return page.others[at];
  }
}

/** The methods of a buffer behind `toString`, which checks more than it reads for a short text. */
type Slices = Record<'latin1Slice' | 'ucs2Slice', (start: number, end: number) => string>;

function readText(bytes: Buffer, at: number, slice: keyof Slices, width: 1 | 2): string {
  const short = bytes[at] ?? 0;
  const isLong = short === longText;
  const start = at + (isLong ? 5 : 1);
  const length = isLong ? bytes.readUInt32LE(at + 1) : short;
  return (bytes as Buffer & Slices)[slice](start, start + length * width);
}

function readObject(page: PackedPage, at: number): unknown {
  const { words, shared } = page;
  const { keys, template } = shared.shapes[words[at] ?? 0] ?? { keys: [], template: {} };
  const object = { ...template };
  for (let index = 0; index < keys.length; index += 1) {
    object[keys[index] ?? ''] = readValue(page, words[at + 1 + index] ?? 0);
  }
  return object;
}

function readList(page: PackedPage, at: number): unknown[] {
  const { words } = page;
  const length = words[at] ?? 0;
  const list = [];
  for (let index = 1; index <= length; index += 1) list.push(readValue(page, words[at + index] ?? 0));
  return list;
}

/** The structure of a page that a view reads. */
interface Viewed {
  readonly page: PackedPage;
  readonly shape: Shape;
  readonly at: number;
}

/**
 * Returns a structure that behaves like the packed one, but creates a member only when it is read, and cannot be changed.
 * Any other value is returned itself.
 */
export function viewValue(page: PackedPage, word: number): unknown {
  const at = word & payloadMask;
  const shape = word >>> tagShift === tags.object ? page.shared.shapes[page.words[at] ?? 0] : undefined;
  return shape === undefined ? readValue(page, word) : new Proxy<Viewed>({ page, shape, at }, structure);
}

const readMember = ({ page, at }: Viewed, place: number) => readValue(page, page.words[at + 1 + place] ?? 0);
const refuse = () => false;

const structure: ProxyHandler<Viewed> = {
  get: (viewed, key) => {
    const place = viewed.shape.places.get(key);
    return place === undefined ? Reflect.get(Object.prototype, key) : readMember(viewed, place);
  },
  has: ({ shape }, key) => shape.places.has(key) || key in Object.prototype,
  ownKeys: ({ shape }) => [...shape.keys],
  getOwnPropertyDescriptor: (viewed, key) => {
    const place = viewed.shape.places.get(key);
    if (place === undefined) return undefined;
    // A proxy cannot report a member as constant that its target does not have.
    return { value: readMember(viewed, place), writable: true, enumerable: true, configurable: true };
  },
  set: refuse,
  defineProperty: refuse,
  deleteProperty: refuse,
  preventExtensions: refuse,
  setPrototypeOf: refuse,
};
