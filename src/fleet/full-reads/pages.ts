import { memoryOfText } from '../../aws/protocol/text-memory.ts';
import type { UpstreamError } from '../../errors.ts';
import { type AwsRecord, isSnapshot } from '../../snapshots/record.ts';
import { type AwsAnswer, createPageCheck } from '../backend.ts';
import { fromPortable, type PortableRecords } from './packed/portable.ts';
import { createPacker } from './packed/records.ts';

/** The records of one AWS query that were read so far. */
export interface FullRead<Row> {
  readonly rows: readonly Row[];
  /** The number of records of other database engines in the list. */
  readonly foreign: number;
  /** When the call for the oldest page started. */
  readonly fetchedAt: Date;
  /** True if the list was read to its end. */
  readonly isWhole: boolean;
  /** Why records are missing. */
  readonly flaw?: UpstreamError | undefined;
}

/** The pages of a list that were read, in order. */
export interface Pages<Row> {
  /** The number of pages. */
  readonly length: number;
  /** The number of records. */
  readonly records: number;
  /** The number of records that AWS returned without their tags. */
  readonly untagged: number;
  /** The approximate memory of the records, in bytes. */
  readonly bytes: number;
  /** The Marker of the next page. */
  readonly marker: string | undefined;
  /** Whether all pages were read, or as many as the maximum. */
  readonly isEnded: boolean;
  /** When the first page was added, in milliseconds of `performance.now()`. */
  readonly startedAt: number;
  /** Adds the next page. Throws UPSTREAM, and adds nothing, if AWS repeats a Marker. */
  add(page: AwsAnswer<Row>): void;
  /** Returns the records. Later pages do not change the result. */
  result(): FullRead<Row>;
}

/** A full read of another replica. */
export interface PortableRead {
  readonly fetchedAt: Date;
  /** When the other replica had read the last page. */
  readonly endedAt: Date;
  readonly length: number;
  readonly foreign: number;
  readonly untagged: number;
  readonly bytes: number;
  readonly records: PortableRecords;
}

/** The memory of V8 for a text in a set besides its characters, in bytes. */
const bytesOfArn = 60;

/** Creates the pages of a list, with none read. */
export function createPages<Row extends AwsRecord>(maximumPages: number, hasTags: (row: Row) => boolean): Pages<Row> {
  const packer = createPacker<Row>();
  const check = createPageCheck();
  const rows: Row[] = [];
  const known = createKnownRecords();
  let [length, foreign, untagged] = [0, 0, 0];
  let startedAt = Infinity;
  let marker: string | undefined;
  let fetchedAt = new Date();
  let flaw: UpstreamError | undefined;
  const isWhole = () => length > 0 && !marker;
  const isEnded = () => isWhole() || length >= maximumPages;

  return {
    get length() {
      return length;
    },
    get records() {
      return rows.length;
    },
    get untagged() {
      return untagged;
    },
    get bytes() {
      return packer.bytes() + known.bytes();
    },
    get marker() {
      return marker;
    },
    get isEnded() {
      return isEnded();
    },
    get startedAt() {
      return startedAt;
    },
    add: (page) => {
      check(page);
      const own = page.rows.filter((row) => row !== null);
      foreign += page.rows.length - own.length;
      const added = own.filter(known.isNew);
      untagged += added.filter((row) => !hasTags(row)).length;
      rows.push(...packer.pack(added));
      if (length === 0) startedAt = performance.now();
      if (length === 0 || page.fetchedAt < fetchedAt) fetchedAt = page.fetchedAt;
      flaw ??= page.flaw;
      marker = page.marker;
      length += 1;
      if (!isEnded()) return;
      known.clear();
      packer.end();
    },
    result: () => ({ rows: isEnded() ? rows : [...rows], foreign, fetchedAt, isWhole: isWhole(), flaw }),
  };
}

/** Returns the pages that another replica has read; `like` has the source and the kind of the records. */
export function pagesFrom<Row extends AwsRecord>(read: PortableRead, like: Row): Pages<Row> {
  const { fetchedAt, foreign, length, untagged } = read;
  const { rows, bytes } = fromPortable(read.records, like);
  return {
    length,
    records: rows.length,
    untagged,
    bytes,
    marker: undefined,
    isEnded: true,
    startedAt: performance.now(),
    add: () => {
      throw new Error('All pages were read.');
    },
    result: () => ({ rows, foreign, fetchedAt, isWhole: true, flaw: undefined }),
  };
}

/** Creates the records that were read: AWS can repeat a record if the list changes between two pages. */
function createKnownRecords() {
  const arns = new Set<string>();
  let bytes = 0;
  return {
    isNew: (row: AwsRecord): boolean => {
      const arn = arnOf(row);
      if (arns.has(arn)) return false;
      arns.add(arn);
      bytes += bytesOfArn + memoryOfText(arn);
      return true;
    },
    bytes: () => bytes,
    clear: () => {
      arns.clear();
      bytes = 0;
    },
  };
}

function arnOf(row: AwsRecord): string {
  return isSnapshot(row) ? row.kind.arn(row) : row.kind.arn(row);
}
