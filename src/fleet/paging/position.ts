import { createHash } from 'node:crypto';
import type { Source } from '../../snapshots/source.ts';
import type { CursorContent } from './cursor.ts';

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
}

/** The number of digests in a position: the position is found as long as one of these records still exists. */
const anchors = 8;
const digestLength = 8;

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

/** Returns a short digest that identifies a record within its page. */
export function digest(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, digestLength);
}

/** Returns the start of an AWS query of a source. */
export function startOf(source: Source, query: number): Position {
  return { source: source.key, query, marker: undefined, size: undefined, offset: 0 };
}

/** Converts a position to the content of a cursor. */
export function toContent({ source, query, marker, size, offset, seen = [] }: Position): CursorContent {
  return [source, query, marker ?? null, size ?? null, offset, ...seen];
}

/** Converts the content of a cursor of a list in the order of AWS to a position. */
export function toPosition(content: CursorContent): Position {
  const [source, query, marker, size, offset, ...seen] = content as readonly [
    string,
    number,
    string | null,
    number | null,
    number,
    ...string[],
  ];
  return {
    source,
    query,
    marker: marker ?? undefined,
    size: size ?? undefined,
    offset,
    ...(seen.length > 0 && { seen }),
  };
}
