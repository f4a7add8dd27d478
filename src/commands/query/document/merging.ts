import { hidden, isObject, type ResponseObject, valueAt } from './hidden.ts';
import { isRows, type PagedList } from './paging.ts';

/** The position after the last page of a list that was read. */
export interface Position {
  readonly read: number;
  /** Undefined at the end of the list. */
  readonly next: string | undefined;
}

/** Returns how far a list was read, and where it continues. */
export function positionOf(data: unknown, { path, fields }: PagedList): Position {
  const connection = valueAt(data, path);
  const rows = [...fields].find(([, name]) => isRows(name))?.[0] ?? '';
  const read = valueAt(connection, [rows]);
  const hasNext = valueAt(connection, [`${hidden}page`, 'hasNextPage']) === true;
  const cursor = valueAt(connection, [`${hidden}page`, 'endCursor']);
  return {
    read: Array.isArray(read) ? read.length : 0,
    next: hasNext && typeof cursor === 'string' ? cursor : undefined,
  };
}

/**
 * Adds the next page of a list to a response. Reports such as `isComplete` and `sources` are those of the last page, which
 * includes the pages before it; `pageInfo` is that of all pages together.
 */
export function withNextPage(data: unknown, page: unknown, { path, fields }: PagedList): unknown {
  const [before, next] = [valueAt(data, path), valueAt(page, path)];
  if (!isObject(before) || !isObject(next)) return data;
  const merged = Object.entries({ ...before, ...next }).map(([key, value]) => {
    const name = fields.get(key);
    if (isRows(name)) return [key, [...listOf(before[key]), ...listOf(value)]] as const;
    if (name === 'pageInfo') return [key, joined(before[key], value)] as const;
    return [key, value] as const;
  });
  return replaced(data, path, Object.fromEntries(merged));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The start of a list is that of its first page. */
function joined(first: unknown, last: unknown): unknown {
  if (!isObject(first) || !isObject(last)) return last;
  const { startCursor, hasPreviousPage } = first;
  return {
    ...last,
    ...(startCursor !== undefined && { startCursor }),
    ...(hasPreviousPage !== undefined && { hasPreviousPage }),
  };
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: ResponseObject): unknown {
  if (key === undefined) return by;
  return isObject(value) ? { ...value, [key]: replaced(value[key], rest, by) } : value;
}
