import type { ErrorCode } from '../../errors.ts';
import type { Source } from '../../snapshots/source.ts';
import type { EarlierPages, Failure } from '../reports.ts';
import { digest } from './digest.ts';

/**
 * The maximum number of characters in a cursor that vary with its position, so that a cursor with a Marker of usual
 * length is shorter than 2 KiB. They suffice for 150 failures, a multiple of the sources that most fleets have.
 */
const maximumLength = 900;

/** The letter of each code in a cursor: lowercase if the source failed, uppercase if it answered in part. */
const letters: Record<ErrorCode, string> = {
  INVALID_INPUT: 'a',
  NOT_FOUND: 'b',
  ALREADY_EXISTS: 'c',
  INVALID_STATE: 'd',
  QUOTA_EXCEEDED: 'e',
  NOT_SUPPORTED: 'f',
  SHARING_REFUSED: 'g',
  PRECONDITION_FAILED: 'h',
  FORBIDDEN: 'i',
  THROTTLED: 'j',
  TIMED_OUT: 'k',
  UPSTREAM: 'l',
  OUTCOME_UNKNOWN: 'm',
  ALLOWANCE_EXCEEDED: 'n',
  RATE_LIMITED: 'o',
};
const codes = new Map(Object.entries(letters).map(([code, letter]) => [letter, code as ErrorCode]));

/** The number of characters that identify a source, which few enough sources share by accident. */
const nameLength = 5;
const entryLength = nameLength + 1;
const isTruncated = '+';

/**
 * Encodes failures, in the order of the sources, for a cursor of which `used` characters are already used; null if there
 * are none. If not all of them fit, the rest is encoded as unknown.
 */
export function encodeFailures(failures: readonly Failure[], used: number): string | null {
  if (failures.length === 0) return null;
  const maximumFailures = Math.max(0, Math.floor((maximumLength - used) / entryLength));
  const entries = failures.slice(0, maximumFailures).map(({ source, code, isPartial }) => {
    const letter = letters[code];
    return nameOf(source) + (isPartial ? letter.toUpperCase() : letter);
  });
  return entries.join('') + (failures.length > maximumFailures ? isTruncated : '');
}

/** What earlier pages have read, apart from the source at which a page starts. */
type Earlier = Omit<EarlierPages, 'begun'>;

/** Returns what the pages before the source at `index` have read, from the text in a cursor. */
export function decodeFailures(text: string | null, sources: readonly Source[], index: number): Earlier {
  const byName = new Map(sources.map((source) => [nameOf(source), source]));
  const failures = entriesOf(text ?? '').flatMap(({ name, letter }): Failure[] => {
    const source = byName.get(name);
    const code = codes.get(letter.toLowerCase());
    return source && code ? [{ source, code, isPartial: letter !== letter.toLowerCase() }] : [];
  });
  const last = failures.at(-1);
  const known = last ? sources.indexOf(last.source) + 1 : 0;
  return {
    passed: sources.slice(0, index),
    failures,
    doubtful: text?.endsWith(isTruncated) ? sources.slice(known, index + 1) : [],
  };
}

function entriesOf(text: string): { name: string; letter: string }[] {
  return Array.from({ length: Math.floor(text.length / entryLength) }, (_, index) => {
    const entry = text.slice(index * entryLength, (index + 1) * entryLength);
    return { name: entry.slice(0, nameLength), letter: entry.slice(nameLength) };
  });
}

/** The names of sources, because each cursor of a page contains those of all failed sources. */
const names = new WeakMap<Source, string>();

function nameOf(source: Source): string {
  const name = names.get(source) ?? digest(source.key).slice(0, nameLength);
  names.set(source, name);
  return name;
}
