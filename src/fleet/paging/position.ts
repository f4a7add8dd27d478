import type { Source } from '../../snapshots/source.ts';
import type { EarlierPages, Failure } from '../reports.ts';
import type { CursorContent } from './cursor.ts';
import { decodeFailures, encodeFailures } from './failures.ts';
import type { ReadBefore } from './read-before.ts';
import { decodeTrail, encodeTrail, type Trail } from './trail.ts';

/** A position in a list in the order of AWS: after `offset` records of the AWS page that starts at `marker`. */
export interface Position {
  /** The key of the source. */
  readonly source: string;
  /** The index of the AWS query of the source. */
  readonly query: number;
  /** Undefined at the start of the query. */
  readonly marker: string | undefined;
  /** The requested size of the AWS page, so that the same call is made again. */
  readonly size: number | undefined;
  readonly offset: number;
  /**
   * Marks of these records, and of earlier ones that AWS no longer returns on this page, to skip them although records
   * were created, deleted or moved.
   */
  readonly seen?: readonly string[] | undefined;
  /** What is known of the Markers before this one; undefined at the start of the query. */
  readonly trail?: Trail | undefined;
  /** The sources up to this position with missing records; undefined if there are none. */
  readonly failures?: readonly Failure[] | undefined;
}

/** The number of characters that identify a record among the records of its AWS page. */
const markLength = 5;

/** The maximum number of marks in a position: those of an AWS page, and some of records that it no longer has. */
const maximumMarks = 120;

/**
 * Returns whether each record of an AWS page is before the position, wherever it is on the page now, or is a repetition
 * on this page. A null digest, which is a record that is not in the list, counts as before the position.
 */
export function passedIn({ seen = [] }: Position, digests: readonly (string | null)[]): readonly boolean[] {
  // A mark is used up by the first record that has it, so that an unchanged page has no marks left for other records.
  const marks = new Set(seen);
  const above = new Set<string | null>([null]);
  return digests.map((each) => {
    const isKnown = above.has(each);
    above.add(each);
    return isKnown || (each !== null && marks.delete(markOf(each)));
  });
}

/** Returns the position after the record at `index` of a page that was read from the position `page`. */
export function behind(page: Position, digests: readonly (string | null)[], index: number): Position {
  const before = new Set(page.seen);
  const marks = digests.flatMap((each, at) => {
    if (each === null) return [];
    const mark = markOf(each);
    return at <= index || before.has(mark) ? [mark] : [];
  });
  return {
    ...page,
    offset: index + 1,
    seen: [...new Set([...missedIn(page, digests), ...marks])].slice(-maximumMarks),
  };
}

/**
 * Returns the marks of a position that no record of its AWS page has: these records were deleted, or new records before
 * them have moved them to the next page.
 */
export function missedIn({ seen = [] }: Position, digests: readonly (string | null)[]): readonly string[] {
  if (seen.length === 0) return seen;
  const marks = new Set(digests.map((each) => each && markOf(each)));
  return seen.filter((mark) => !marks.has(mark));
}

function markOf(record: string): string {
  return record.slice(0, markLength);
}

/** Returns the start of an AWS query of a source. */
export function startOf(source: Source, query: number): Position {
  return { source: source.key, query, marker: undefined, size: undefined, offset: 0 };
}

/** Returns whether a position is at the start of its query, of which nothing was read. */
function isAtStart({ marker, offset }: Pick<Position, 'marker' | 'offset'>): boolean {
  return marker === undefined && offset === 0;
}

/** Returns a digest of everything that was read before a position, including the part of its own query. */
export function digestBefore(position: Position, sources: readonly Source[], readBefore: ReadBefore): string {
  const index = indexIn(sources, position.source);
  return readBefore.digest(index, isAtStart(position) ? position.query : position.query + 1);
}

/** Converts a position in these sources to the content of a cursor. */
export function toContent(position: Position, sources: readonly Source[], readBefore: ReadBefore): CursorContent {
  const { source, query, marker, size, offset, trail, failures = [], seen = [] } = position;
  const marks = seen.join('');
  return [
    source,
    query,
    marker ?? null,
    size ?? null,
    offset,
    digestBefore(position, sources, readBefore),
    encodeFailures(failures, marks.length),
    encodeTrail(trail),
    marks,
  ];
}

/** A position to continue from, and what the pages before it have read. */
export interface Opened {
  readonly position: Position;
  readonly earlier: EarlierPages;
}

/**
 * Converts the content of a cursor to a position in these sources; undefined unless exactly the sources and AWS queries
 * before it were read to reach it, so that its Marker is never sent with another query, and no records are missing.
 */
export function toPosition(
  content: CursorContent,
  sources: readonly Source[],
  readBefore: ReadBefore,
): Opened | undefined {
  const [source, query, marker, size, offset, before, failures, trail, marks] = content as readonly [
    string,
    number,
    string | null,
    number | null,
    number,
    string,
    string | null,
    string | null,
    string,
  ];
  const index = indexIn(sources, source);
  const position = {
    source,
    query,
    marker: marker ?? undefined,
    size: size ?? undefined,
    offset,
    trail: decodeTrail(trail),
    seen: marksIn(marks),
  };
  if (index < 0 || before !== digestBefore(position, sources, readBefore)) return undefined;
  const isStart = query === 0 && isAtStart(position);
  return {
    position,
    earlier: { ...decodeFailures(failures, sources, index), begun: isStart ? undefined : sources[index] },
  };
}

function marksIn(text: string): string[] {
  return Array.from({ length: text.length / markLength }, (_, index) =>
    text.slice(index * markLength, (index + 1) * markLength),
  );
}

function indexIn(sources: readonly Source[], key: string): number {
  return sources.findIndex((source) => source.key === key);
}
