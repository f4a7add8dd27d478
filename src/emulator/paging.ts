import { Fault, invalidValue } from './fault.ts';
import type { Assumptions } from './world/assumptions.ts';
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

/** How a list pages. */
interface PageRules extends Pick<Order<never>, 'descending'> {
  /** Whether a Marker becomes invalid when the item that it follows is deleted. */
  readonly needsAnchor?: boolean;
  /** The code of the fault for an invalid MaxRecords or Marker. Default: InvalidParameterValue. */
  readonly invalidCode?: string;
}

/** Returns how the lists of snapshots page, which AWS does not document. */
export function snapshotPages({ snapshotMarkersSurviveDeletion, snapshotPagingIsValidated }: Assumptions): PageRules {
  return {
    needsAnchor: !snapshotMarkersSurviveDeletion,
    ...(snapshotPagingIsValidated ? { invalidCode: 'ValidationError' } : {}),
  };
}

/**
 * Returns one page of sorted entries: the matching items after the Marker, and a new Marker only if more items remain.
 * A Marker is the key of the last item: it stays valid with another page size or filter and, unless the rules say
 * otherwise, after that item is deleted.
 */
export function readPage<T>(
  entries: readonly Entry<T>[],
  request: PageRequest,
  matches: (item: T) => boolean,
  rules: PageRules = {},
  limits = pageLimits,
): { readonly items: T[]; readonly marker: string | undefined } {
  const size = pageSize(request.MaxRecords, limits, rules);
  const items: T[] = [];
  let last: Key | undefined;
  for (let index = startOf(entries, request.Marker, rules); index < entries.length; index += 1) {
    const entry = entries[index];
    if (!entry || !matches(entry.item)) continue;
    if (items.length === size) return { items, marker: writeMarker(last ?? entry.key) };
    items.push(entry.item);
    last = entry.key;
  }
  return { items, marker: undefined };
}

function pageSize(asked: number | undefined, { least, most }: PageLimits, rules: PageRules): number {
  const size = asked ?? most;
  if (Number.isInteger(size) && size >= least && size <= most) return size;
  throw invalid(`Invalid value ${size} for MaxRecords. Must be between ${least} and ${most}`, rules);
}

function startOf<T>(entries: readonly Entry<T>[], marker: string | undefined, rules: PageRules): number {
  if (!marker) return 0;
  const refused = invalid(`Invalid value '${marker}' for Marker`, rules);
  const key = readMarker(marker, entries[0]?.key, refused);
  const index = firstAtOrAfter(entries, key, rules);
  const entry = entries[index];
  if (entry && compareKeys(entry.key, key) === 0) return index + 1;
  if (rules.needsAnchor) throw refused;
  return index;
}

function invalid(message: string, { invalidCode }: PageRules): Fault {
  return invalidCode === undefined ? invalidValue(message) : new Fault(invalidCode, message);
}

function writeMarker(key: Key): string {
  return Buffer.from(JSON.stringify(key)).toString('base64');
}

function readMarker(marker: string, sample: Key | undefined, refused: Fault): Key {
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
