import { type GraphQLFormattedError, print } from 'graphql';
import type { Session } from '../../gateway/session.ts';
import { isObject, type ResponseObject, withoutHidden } from './document/hidden.ts';
import { type Outcome, outcomeOf } from './document/completeness.ts';
import { positionOf, withNextPage } from './document/merging.ts';
import { type PagedDocument, pageOf, pageSize } from './document/paging.ts';

/** The response to an operation, with all pages of its lists. */
export interface Response {
  /** Null if the operation failed before it was executed. */
  readonly data: unknown;
  readonly errors: readonly GraphQLFormattedError[];
  readonly outcome: Outcome;
  /** The number of records after which the limit cut lists that have more; undefined if no list was cut. */
  readonly cutAfter: number | undefined;
}

/** Whether a response is complete, lacks something, or has nothing of what was asked. */
export type Result = 'complete' | 'partial' | 'failed';

/** Executes an operation, and reads its lists page by page. The document is one of `withPages` and `withCompleteness`. */
export async function runPaged(
  run: Session['run'],
  { document, lists }: PagedDocument,
  given: ResponseObject,
): Promise<Response> {
  const firsts = lists.map((list) => [list.firstVariable, pageSize(list, 0)]);
  const first = await run({
    document: print(document),
    variables: { ...given, ...(Object.fromEntries(firsts) as ResponseObject) },
  });
  let data: unknown = first.data ?? null;
  const errors = [...(first.errors ?? [])].map(withoutLocations);
  let cutAfter: number | undefined;
  for (const list of lists) {
    const page = print(pageOf(document, list));
    let position = positionOf(data, list);
    while (position.next !== undefined && position.read < list.wanted) {
      const variables = {
        ...given,
        [list.firstVariable]: pageSize(list, position.read),
        [list.afterVariable]: position.next,
      };
      const next = await run({ document: page, variables });
      errors.push(...(next.errors ?? []).map(withoutLocations));
      const merged = withNextPage(data, next.data, list);
      const isMissing = merged === data;
      if (isMissing && !next.errors?.length) errors.push({ message: endedEarly(position.read), path: list.path });
      if (isMissing) break;
      data = merged;
      position = { ...positionOf(next.data, list), read: positionOf(data, list).read };
    }
    if (list.isLimited && position.next !== undefined && position.read >= list.wanted) cutAfter = list.wanted;
  }
  return responseOf(data, errors, cutAfter);
}

/** Creates the response to an operation of `withCompleteness`. */
export function responseOf(data: unknown, errors: Response['errors'], cutAfter?: number): Response {
  return { data: withoutHidden(data), errors, outcome: outcomeOf(data), cutAfter };
}

/** A cluster that is deleted between two pages of its snapshots has no next page. */
function endedEarly(read: number): string {
  return `The list has only its first ${read} records, because what contains it was not found when the next page was read.`;
}

/** The locations are those of the document with pages, not those of the caller. */
export function withoutLocations(error: { toJSON(): GraphQLFormattedError }): GraphQLFormattedError {
  const { message, path, extensions } = error.toJSON();
  return { message, ...(path && { path }), ...(extensions && { extensions }) };
}

/** Returns whether a response is complete. A failed mutation has failed, also if its error is part of the data. */
export function resultOf({ data, errors, outcome }: Response): Result {
  const { failures, items, succeeded } = outcome;
  const values = isObject(data) ? Object.values(data) : [];
  if (errors.length > 0 && values.every((value) => value === null)) return 'failed';
  if (failures.length > 0 && failures.length >= values.length) return 'failed';
  if (items.length > 0 && succeeded === 0) return 'failed';
  const isPartial = errors.length > 0 || failures.length > 0 || items.length > 0 || !outcome.isComplete;
  return isPartial ? 'partial' : 'complete';
}

/** Returns what a caller needs to know about a response besides its data, one sentence a line. */
export function notesOf({ errors, outcome, cutAfter }: Response): readonly string[] {
  const { isComplete, sources, failures, items } = outcome;
  return [
    ...errors.map(({ message, path }) => `${path ? `${path.join('.')}: ` : ''}${message}`),
    ...failures,
    ...items,
    ...(isComplete ? [] : ['The result is incomplete. These sources did not answer in full:']),
    ...(isComplete ? [] : sources.map((source) => `  ${source}`)),
    ...(cutAfter === undefined ? [] : [`Only the first ${cutAfter} records are shown. Increase --limit to see more.`]),
  ];
}
