import { createHash } from 'node:crypto';
import type { Source } from '../../snapshots/source.ts';
import type { CursorContent } from './cursor.ts';

/** A position in a list in AWS's own order: after `offset` records of the AWS page that `marker` starts. */
export interface Position {
  /** The key of the source. */
  readonly source: string;
  /** The index of the source's AWS query. */
  readonly query: number;
  /** Undefined at the start of the query. */
  readonly marker: string | undefined;
  /** How many records the page was asked for, so that it is asked for again in the same words. */
  readonly size: number | undefined;
  readonly offset: number;
  /** Digests of the last of these records, by which the position is found again when others came and went. */
  readonly seen?: readonly string[] | undefined;
}

/** Records by which a position is found again: one would do while it is there. */
const anchors = 8;
const digestLength = 8;

/** The position behind a record of a page; null stands for what is no record of the list. */
export function behind(page: Position, digests: readonly (string | null)[], index: number): Position {
  const before = digests.slice(0, index + 1).filter((each) => each !== null);
  return { ...page, offset: index + 1, seen: before.slice(-anchors) };
}

/**
 * How many records of a page lie before the position. Where all that it was known by are gone, it is the start of the page:
 * that may show others twice, and leaves none out.
 */
export function offsetIn({ offset, seen }: Position, digests: readonly (string | null)[]): number {
  if (seen === undefined) return offset;
  return digests.findLastIndex((each) => each !== null && seen.includes(each)) + 1;
}

/** A short name for a record among those of its page. */
export function digest(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, digestLength);
}

/** The start of one of a source's AWS queries. */
export function startOf(source: Source, query: number): Position {
  return { source: source.key, query, marker: undefined, size: undefined, offset: 0 };
}

/** A position as cursors carry it. */
export function toContent({ source, query, marker, size, offset, seen = [] }: Position): CursorContent {
  return [source, query, marker ?? null, size ?? null, offset, ...seen];
}

/** The reverse of `toContent`, for the content of a cursor of such a list. */
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
