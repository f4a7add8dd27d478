import type { Source } from '../../snapshots/source.ts';
import type { EarlierPages, Failure } from '../reports.ts';
import type { CursorContent } from './cursor.ts';
import { digest } from './digest.ts';
import { decodeFailures, encodeFailures } from './failures.ts';
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
  /** Digests of the last of these records, to find the position after records were created or deleted. */
  readonly seen?: readonly string[] | undefined;
  /** What is known of the Markers before this one; undefined at the start of the query. */
  readonly trail?: Trail | undefined;
  /** The sources up to this position with missing records; undefined if there are none. */
  readonly failures?: readonly Failure[] | undefined;
}

/** The number of digests in a position: the position is found as long as one of these records still exists. */
const anchors = 8;

/** Returns the position after a record of a page; a null digest is a record that is not in the list. */
export function behind(page: Position, digests: readonly (string | null)[], index: number): Position {
  const before = digests.slice(0, index + 1).filter((each) => each !== null);
  return { ...page, offset: index + 1, seen: before.slice(-anchors) };
}

/**
 * Returns the number of records of a page before the position. If all records of its digests were deleted, returns 0:
 * the page can repeat records, but omits none.
 */
export function offsetIn({ offset, seen }: Position, digests: readonly (string | null)[]): number {
  if (seen === undefined) return offset;
  return digests.findLastIndex((each) => each !== null && seen.includes(each)) + 1;
}

/** Returns the start of an AWS query of a source. */
export function startOf(source: Source, query: number): Position {
  return { source: source.key, query, marker: undefined, size: undefined, offset: 0 };
}

/** Returns a digest of the sources before a position, so that its cursor is rejected if these sources change. */
function digestBefore(sources: readonly Source[], index: number): string {
  return digest(
    sources
      .slice(0, index)
      .map(({ key }) => key)
      .join(),
  );
}

/** Converts a position in these sources to the content of a cursor. */
export function toContent(position: Position, sources: readonly Source[]): CursorContent {
  const { source, query, marker, size, offset, trail, failures = [], seen = [] } = position;
  const before = digestBefore(sources, indexIn(sources, source));
  return [
    source,
    query,
    marker ?? null,
    size ?? null,
    offset,
    before,
    encodeFailures(failures),
    encodeTrail(trail),
    ...seen,
  ];
}

/** A position to continue from, and what the pages before it have read. */
export interface Opened {
  readonly position: Position;
  readonly earlier: EarlierPages;
}

/** Converts the content of a cursor to a position in these sources; undefined if the sources before it have changed. */
export function toPosition(content: CursorContent, sources: readonly Source[]): Opened | undefined {
  const [source, query, marker, size, offset, before, failures, trail, ...seen] = content as readonly [
    string,
    number,
    string | null,
    number | null,
    number,
    string,
    string | null,
    string | null,
    ...string[],
  ];
  const index = indexIn(sources, source);
  if (index < 0 || before !== digestBefore(sources, index)) return undefined;
  const isStart = query === 0 && marker === null && offset === 0;
  return {
    position: {
      source,
      query,
      marker: marker ?? undefined,
      size: size ?? undefined,
      offset,
      trail: decodeTrail(trail),
      ...(seen.length > 0 && { seen }),
    },
    earlier: { ...decodeFailures(failures, sources, index), begun: isStart ? undefined : sources[index] },
  };
}

function indexIn(sources: readonly Source[], key: string): number {
  return sources.findIndex((source) => source.key === key);
}
