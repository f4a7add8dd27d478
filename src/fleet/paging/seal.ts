import { LRUCache } from 'lru-cache';
import type { Source } from '../../snapshots/source.ts';
import type { Binding, Cursors } from './cursor.ts';
import { type Found, positionAfter } from './found.ts';
import { digestBefore, type Position, toContent } from './position.ts';
import type { ReadBefore } from './read-before.ts';

/** Creates the cursors of a page, each when it is first needed. */
export interface Seal<Row> {
  of(found: Found<Row>): string;
  at(position: Position): string;
}

/** The memory of cursors that are kept, in bytes. */
const keptBytes = 8 * 1024 * 1024;
/** The bytes of a cursor without its marks, and of the marks that each record before it adds. */
const [bytesOfCursor, bytesOfMark] = [300, 7];

/** The cursors of the records of AWS pages, by page, position, list and rights, so that repeated requests reuse them. */
const kept = new LRUCache<string, string[]>({ maxSize: keptBytes });

/** Creates the cursors of one page of a list. */
export function createSeal<Row>(
  cursors: Cursors,
  bindingOf: () => Binding,
  sources: readonly Source[],
  readBefore: ReadBefore,
): Seal<Row> {
  const at = (position: Position) => cursors.seal(toContent(position, sources, readBefore), bindingOf());
  const ofPages = new Map<Found<Row>['page'], string[]>();
  const keptOf = (found: Found<Row>): string[] => {
    const { page } = found;
    const own =
      ofPages.get(page) ??
      keptFor(page, cursors.name(bindingOf()), digestBefore(positionAfter(found), sources, readBefore));
    ofPages.set(page, own);
    return own;
  };
  return {
    at,
    of: (found) => {
      // Failures differ between requests, and a position that skips records is that of one reader.
      if (found.failures.length > 0 || found.page.at.seen?.length) return at(positionAfter(found));
      const own = keptOf(found);
      return (own[found.index] ??= at(positionAfter(found)));
    },
  };
}

function keptFor<Row>({ at, content }: Found<Row>['page'], name: string, before: string): string[] {
  const { id, rows } = content;
  const key = JSON.stringify([id, name, before, at.query, at.marker, at.size, at.trail]);
  const known = kept.get(key) ?? [];
  kept.set(key, known, {
    size: Math.ceil(rows.length * (bytesOfCursor + (bytesOfMark * rows.length) / 2)) + key.length,
  });
  return known;
}
