import type { AwsRecord } from '../../../snapshots/record.ts';
import { memoryOfPage, memoryOfShape, memoryOfSharedText, type PackedPage, type Shared, toShape } from './format.ts';
import { PackedRecord } from './record.ts';

/** The packed records of a list, in a form that another replica can read. */
export interface PortableRecords {
  readonly texts: readonly string[];
  readonly shapes: readonly (readonly string[])[];
  readonly pages: readonly PortablePage[];
}

interface PortablePage {
  readonly numbers: number;
  readonly words: number;
  /** The numbers, the words and the texts of the page. */
  readonly memory: Uint8Array;
  /** The words of the records. */
  readonly records: readonly number[];
}

/** Returns packed records in a portable form; undefined if a record is not packed, or has values without such a form. */
export function toPortable(rows: readonly AwsRecord[]): PortableRecords | undefined {
  const pages = new Map<PackedPage, number[]>();
  for (const row of rows) {
    const place = PackedRecord.placeOf(row);
    if (place === undefined || place.page.others.length > 0) return undefined;
    const records = pages.get(place.page) ?? [];
    pages.set(place.page, records);
    records.push(place.word);
  }
  const [{ shared } = { shared: { texts: [], shapes: [] } as Shared }] = pages.keys();
  return {
    texts: shared.texts,
    shapes: shared.shapes.map(({ keys }) => keys),
    pages: Array.from(pages, ([{ numbers, words }, records]) => ({
      numbers: numbers.length,
      words: words.length,
      memory: new Uint8Array(words.buffer),
      records,
    })),
  };
}

/** Returns the records of a portable form, with their source and kind from `like`, and their approximate memory in bytes. */
export function fromPortable<Row extends AwsRecord>(
  { texts, shapes, pages }: PortableRecords,
  like: Row,
): { readonly rows: Row[]; readonly bytes: number } {
  const shared = { texts, shapes: shapes.map(toShape) };
  const rows: Row[] = [];
  let bytes = 0;
  for (const text of texts) bytes += memoryOfSharedText(text);
  for (const shape of shared.shapes) bytes += memoryOfShape(shape);
  for (const portable of pages) {
    const page = toPage(portable, shared);
    bytes += memoryOfPage(page, portable.records.length);
    // A packed record has the members of its row, with the same types.
    for (const word of portable.records) rows.push(new PackedRecord(like, page, word) as unknown as Row);
  }
  return { rows, bytes };
}

function toPage({ numbers, words, memory }: PortablePage, shared: Shared): PackedPage {
  // A copy, because a view would keep all pages in memory, and can have an offset that words do not accept.
  const { buffer } = Uint8Array.from(memory);
  const bytesAt = numbers * 8 + words * 4;
  return {
    shared,
    numbers: new Float64Array(buffer, 0, numbers),
    words: new Uint32Array(buffer, numbers * 8, words),
    bytes: Buffer.from(buffer, bytesAt),
    others: [],
  };
}
