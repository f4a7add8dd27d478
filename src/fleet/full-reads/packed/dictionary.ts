import { memoryOfShape, memoryOfSharedText, type Shape, type Shared, toShape } from './format.ts';

/** The texts and structures of a list that occur more than once, each by its number. */
export interface Dictionary {
  readonly shared: Shared;
  /** Returns the number of a text; undefined for a text that was not seen before, as far as is remembered. */
  numberOfText(text: string): number | undefined;
  numberOfShape(keys: readonly string[]): number;
  /** Returns the approximate memory of the texts and structures, in bytes. */
  bytes(): number;
  /** Frees the memory that only further texts need. */
  end(): void;
}

/** The texts that are remembered until they occur again. */
const longestMemory = 5_000;

/** Creates an empty dictionary. */
export function createDictionary(): Dictionary {
  const texts: string[] = [];
  const shapes: Shape[] = [];
  const textNumbers = new Map<string, number>();
  const once = new Set<number>();
  let bytes = 0;
  return {
    shared: { texts, shapes },
    numberOfText: (text) => {
      const known = textNumbers.get(text);
      if (known !== undefined) return known;
      const hash = hashOf(text);
      if (!once.delete(hash)) {
        if (once.size >= longestMemory) once.clear();
        once.add(hash);
        return undefined;
      }
      // A text of an unusual response is a slice that keeps its whole page in memory.
      const own = Buffer.from(text, 'utf16le').toString('utf16le');
      textNumbers.set(own, texts.length);
      bytes += memoryOfSharedText(own);
      return texts.push(own) - 1;
    },
    numberOfShape: (keys) => {
      const known = shapes.findIndex((shape) => areEqual(shape.keys, keys));
      if (known >= 0) return known;
      const shape = toShape(keys);
      bytes += memoryOfShape(shape);
      return shapes.push(shape) - 1;
    },
    bytes: () => bytes,
    end: () => {
      textNumbers.clear();
      once.clear();
    },
  };
}

function areEqual(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false;
  return true;
}

/** Returns a 32-bit hash (FNV-1a). A collision only makes a text shared that occurs once. */
function hashOf(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93);
  return hash;
}
