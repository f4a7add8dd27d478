import type { AwsRecord } from '../../../snapshots/record.ts';
import type { PackedPage } from './format.ts';
import { viewValue } from './reader.ts';

/** A class, because its objects take less memory than objects with a function of their own. */
export class PackedRecord {
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

  /** Returns the page of a record, and its word there; undefined for a record that is not packed. */
  static placeOf(record: object): { readonly page: PackedPage; readonly word: number } | undefined {
    return #page in record ? { page: record.#page, word: record.#word } : undefined;
  }

  get aws(): unknown {
    return viewValue(this.#page, this.#word);
  }
}
