import type { Maybe } from '../../snapshots/maybe.ts';
import type { Binding, CursorArgument, CursorContent, Cursors } from './cursor.ts';

/** The time that all pages of a list refer to, and the cursors of the list, which carry it. */
export interface Anchor {
  readonly now: Date;
  readonly cursors: Cursors;
}

/**
 * Returns the anchor of a list whose conditions are relative to the current time: `now` for the first page, and the time
 * of the first page for the others, so that all pages have the same list and the same AWS queries. `after` takes
 * precedence over a `before` of another time. Throws INVALID_INPUT for a cursor of another list.
 */
export function anchorOf(
  { after, before }: { readonly [Argument in CursorArgument]?: Maybe<string> },
  binding: Binding,
  { now, cursors }: Anchor,
): Anchor {
  const timeIn = (cursor: string, argument: CursorArgument) => Number(openTimed(cursor, binding, argument)[0]);
  const time = after != null ? timeIn(after, 'after') : before != null ? timeIn(before, 'before') : now.getTime();
  return {
    now: new Date(time),
    cursors: {
      name: (own) => cursors.name(`${timed(own)} ${time}`),
      seal: (content, own) => cursors.seal([time, ...content], timed(own)),
      open: (...args) => openTimed(...args).slice(1),
    },
  };

  function openTimed(cursor: string, own: Binding, argument?: CursorArgument): CursorContent {
    return cursors.open(cursor, timed(own), argument);
  }
}

/** The content of these cursors differs from that of other lists. */
function timed(binding: Binding): Binding {
  return `${binding} with its time`;
}
