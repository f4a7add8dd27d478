import type { AwsRecord } from '../../../snapshots/record.ts';
import { createDictionary } from './dictionary.ts';
import type { PackedPage } from './format.ts';
import { viewValue } from './reader.ts';
import { createPageWriter } from './writer.ts';

/** Packs the records of one list, so that a long-lived cache keeps them in little memory. */
export interface Packer<Row extends AwsRecord> {
  /**
   * Returns records that are equal to those of a page. Their `aws` are views of the packed page, which cannot be changed
   * and in which each member is created when it is read, so that a scan creates only what it tests.
   */
  pack(rows: readonly Row[]): readonly Row[];
  /** Returns the approximate memory of the records, in bytes. */
  bytes(): number;
  /** Frees the memory that only further records need. */
  end(): void;
}

/** The memory of V8 for a record and its place in a list, and for a page besides its content, in bytes. */
const bytesOfRecord = 72;
const bytesOfPage = 700;
const bytesOfOther = 200;

/** Creates the packer of one list. */
export function createPacker<Row extends AwsRecord>(): Packer<Row> {
  const dictionary = createDictionary();
  let bytes = 0;
  return {
    pack: (rows) => {
      const writer = createPageWriter(dictionary);
      const words = rows.map(({ aws }) => writer.add(aws));
      const page = writer.finish();
      bytes += bytesOfPage + page.words.buffer.byteLength + page.others.length * bytesOfOther;
      bytes += rows.length * bytesOfRecord;
      // A packed record has the members of its row, with the same types.
      return rows.map((row, index) => new PackedRecord(row, page, words[index] ?? 0) as unknown as Row);
    },
    bytes: () => bytes + dictionary.bytes(),
    end: dictionary.end,
  };
}

/** A class, because its objects take less memory than objects with a function of their own. */
class PackedRecord {
  readonly __typename: AwsRecord['__typename'];
  readonly kind: AwsRecord['kind'];
  readonly source: AwsRecord['source'];
  readonly #page: PackedPage;
  readonly #word: number;

  constructor({ __typename, kind, source }: AwsRecord, page: PackedPage, word: number) {
    this.__typename = __typename;
    this.kind = kind;
    this.source = source;
    this.#page = page;
    this.#word = word;
  }

  get aws(): unknown {
    return viewValue(this.#page, this.#word);
  }
}
