import type { Source } from '../../graphql/source.ts';
import type { Place } from './cursor.ts';

/** A place in a list in AWS's own order: after `offset` records of the AWS page that `marker` starts. */
export interface Position {
  /** The key of the source. */
  readonly source: string;
  /** Which of the source's AWS queries. */
  readonly strand: number;
  /** Undefined at the start of the query. */
  readonly marker: string | undefined;
  /** How many records the page was asked for, so that it is asked for again in the same words. */
  readonly size: number | undefined;
  readonly offset: number;
}

/** The start of one of a source's AWS queries. */
export function startOf(source: Source, strand: number): Position {
  return { source: source.key, strand, marker: undefined, size: undefined, offset: 0 };
}

/** A position as cursors carry it. */
export function toPlace({ source, strand, marker, size, offset }: Position): Place {
  return [source, strand, marker ?? null, size ?? null, offset];
}

/** The reverse of `toPlace`, for a place that a cursor of such a list carried. */
export function toPosition(place: Place): Position {
  const [source, strand, marker, size, offset] = place as readonly [
    string,
    number,
    string | null,
    number | null,
    number,
  ];
  return { source, strand, marker: marker ?? undefined, size: size ?? undefined, offset };
}
