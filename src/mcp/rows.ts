import * as z from 'zod';
import { isAnswered } from '../fleet/reports.ts';
import { added, type List } from './lists.ts';

/** How the rows of an answer continue. */
export interface Page {
  /** The number of rows of the answer. */
  readonly rows: number;
  readonly hasNextPage: boolean;
  /** The `cursor` of the next page; null if there is none, or if only a higher `limit` returns more. */
  readonly nextCursor: string | null;
}

/** A source that did not return everything. */
interface FailedSource {
  readonly account: string;
  readonly region: string;
  readonly service: string;
  readonly status: string;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** The rows of a list, apart from the fields that were added to it. */
export interface Rows {
  readonly data: object | null;
  /** Null if the list was not returned. */
  readonly page: Page | null;
  readonly failedSources: readonly FailedSource[];
}

const report = z.object({
  status: z.string(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  source: z.object({ account: z.string(), region: z.string(), service: z.string() }),
});

const addedFields = z.object({
  [added.page]: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }).optional(),
  [added.total]: z.int().optional(),
  [added.sources]: z.array(report),
});

const records = z.record(z.string(), z.unknown());
const withRows = z.union([z.object({ nodes: z.array(z.unknown()) }), z.object({ groups: z.array(z.unknown()) })]);

/** Separates the rows of a list from how they continue, and from the sources that did not return everything. */
export function readRows(data: unknown, list: List, limit: number, cursor: string | undefined): Rows {
  if (data === null || data === undefined) return { data: null, page: null, failedSources: [] };
  const outer = records.parse(data);
  const [name = '', ...inner] = list.path;
  if (inner.length > 0) {
    const read = readRows(outer[name], { ...list, path: inner }, limit, cursor);
    return { ...read, data: { ...outer, [name]: read.data } };
  }
  if (outer[name] === null || outer[name] === undefined) return { data: outer, page: null, failedSources: [] };
  const { rows, ...rest } = list.kind === 'all' ? slice(outer[name], limit, cursor) : separate(outer[name]);
  return { data: { ...outer, [name]: rows }, ...rest };
}

interface Separated extends Omit<Rows, 'data'> {
  readonly rows: unknown;
}

function separate(value: unknown): Separated {
  const list = records.parse(value);
  const { [added.page]: page, [added.total]: total, [added.sources]: sources } = addedFields.parse(list);
  const names = new Set<string>(Object.values(added));
  const rows = Object.fromEntries(Object.entries(list).filter(([name]) => !names.has(name)));
  const [shown] = Object.values(withRows.parse(rows));
  const count = shown?.length ?? 0;
  const hasNextPage = page?.hasNextPage ?? (total ?? 0) > count;
  const failedSources = sources
    .filter((each) => !isAnswered(each))
    .map(({ source, status, error }) => ({ ...source, status, error }));
  return {
    rows,
    page: { rows: count, hasNextPage, nextCursor: hasNextPage ? (page?.endCursor ?? null) : null },
    failedSources,
  };
}

/** The API returns such a list in full, so its cursor is the number of rows before it. */
function slice(value: unknown, limit: number, cursor = '0'): Separated {
  const list = z.array(z.unknown()).parse(value);
  const end = Number(cursor) + limit;
  const rows = list.slice(Number(cursor), end);
  const hasNextPage = end < list.length;
  return {
    rows,
    page: { rows: rows.length, hasNextPage, nextCursor: hasNextPage ? String(end) : null },
    failedSources: [],
  };
}
