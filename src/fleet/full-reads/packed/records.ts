import type { AwsRecord } from '../../../snapshots/record.ts';
import { createDictionary } from './dictionary.ts';
import { PackedRecord } from './record.ts';
import { memoryOfPage } from './format.ts';
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

/** Creates the packer of one list. */
export function createPacker<Row extends AwsRecord>(): Packer<Row> {
  const dictionary = createDictionary();
  let bytes = 0;
  return {
    pack: (rows) => {
      const writer = createPageWriter(dictionary);
      const words = rows.map(({ aws }) => writer.add(aws));
      const page = writer.finish();
      bytes += memoryOfPage(page, rows.length);
      // A packed record has the members of its row, with the same types.
      return rows.map((row, index) => new PackedRecord(row, page, words[index] ?? 0) as unknown as Row);
    },
    bytes: () => bytes + dictionary.bytes(),
    end: dictionary.end,
  };
}
