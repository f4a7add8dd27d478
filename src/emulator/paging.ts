import { invalidValue } from './fault.ts';
import { compareKeys, firstAtOrAfter, type Entry, type Key, type Order } from './world/sorted.ts';

/** The paging members of an AWS Query list operation's input. */
export interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxRecords?: number | undefined;
}

/** The allowed page size. */
interface PageLimits {
  readonly least: number;
  readonly most: number;
}

/** The limits of every list operation except DescribeTags. */
const pageLimits: PageLimits = { least: 20, most: 100 };

/**
 * Returns one page of sorted entries: the matching items after the Marker, and a new Marker only if more items remain.
 * A Marker is the key of the last item: it stays valid after that item is deleted and with another page size or filter.
 */
export function readPage<T>(
  entries: readonly Entry<T>[],
  request: PageRequest,
  matches: (item: T) => boolean,
  order: Pick<Order<T>, 'descending'> = {},
  limits = pageLimits,
): { readonly items: T[]; readonly marker: string | undefined } {
  const size = pageSize(request.MaxRecords, limits);
  const items: T[] = [];
  let last: Key | undefined;
  for (let index = startOf(entries, request.Marker, order); index < entries.length; index += 1) {
    const entry = entries[index];
    if (!entry || !matches(entry.item)) continue;
    if (items.length === size) return { items, marker: writeMarker(last ?? entry.key) };
    items.push(entry.item);
    last = entry.key;
  }
  return { items, marker: undefined };
}

function pageSize(asked: number | undefined, { least, most }: PageLimits): number {
  const size = asked ?? most;
  if (Number.isInteger(size) && size >= least && size <= most) return size;
  throw invalidValue(`Invalid value ${size} for MaxRecords. Must be between ${least} and ${most}`);
}

function startOf<T>(
  entries: readonly Entry<T>[],
  marker: string | undefined,
  order: Pick<Order<T>, 'descending'>,
): number {
  if (!marker) return 0;
  const key = readMarker(marker, entries[0]?.key);
  const index = firstAtOrAfter(entries, key, order);
  const entry = entries[index];
  return entry && compareKeys(entry.key, key) === 0 ? index + 1 : index;
}

function writeMarker(key: Key): string {
  return Buffer.from(JSON.stringify(key)).toString('base64');
}

function readMarker(marker: string, sample: Key | undefined): Key {
  const refused = invalidValue(`Invalid value '${marker}' for Marker`);
  const bytes = Buffer.from(marker, 'base64');
  if (bytes.toString('base64') !== marker) throw refused;
  const key = parseKey(bytes.toString());
  if (!key) throw refused;
  const alike = key.length === sample?.length && key.every((part, index) => typeof part === typeof sample[index]);
  // An empty list has no key to compare with, so any well-formed Marker is valid.
  if (sample && !alike) throw refused;
  return key;
}

function parseKey(text: string): Key | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.length > 0 && value.every(isKeyPart) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isKeyPart(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
