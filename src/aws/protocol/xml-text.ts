import type { NormalizedSchema } from '@smithy/core/schema';
import { _parseRfc3339DateTimeWithOffset as parseTimestamp } from '@smithy/core/serde';

/** The result for a text that is not valid for the type of its value. */
export const unreadable = Symbol('unreadable');

/** Converts the text of an element to its value: undefined for an empty string, `unreadable` for an invalid text. */
type TextReader = (text: string) => unknown;

const reference = /&(?:(amp|lt|gt|quot|apos)|#(\d+)|#x([\da-fA-F]+));/g;
const characterReference = /&#(?:(\d+)|x([\da-fA-F]+));/g;
const entities = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

const utcTimestamp = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{3})?Z$/;
const decimal = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
/** The first and the last moment of the four-digit years, in epoch milliseconds. */
const years = { first: Date.UTC(-1, 12), last: Date.UTC(9999, 11, 31, 23, 59, 59, 999) };

/** Throws for an unknown entity, and for a reference to a character that XML 1.0 does not allow. */
export function requireReferences(text: string): void {
  // The SDK's parser silently drops unknown entities.
  if (text.replaceAll(reference, '').includes('&')) throw new Error('the body has an unknown XML entity');
  if (!text.includes('&#')) return;
  for (const [, digits, hexDigits] of text.matchAll(characterReference)) {
    if (!isCharacter(codeOf(digits, hexDigits))) throw new Error('the body refers to a character that XML forbids');
  }
}

/** Decodes the references of XML 1.0. The SDK's parser truncates characters above U+FFFF. */
export function decodeReferences(text: string): string {
  return text.replaceAll(
    reference,
    (_, name: string | undefined, digits: string | undefined, hexDigits: string | undefined) =>
      name === undefined ? String.fromCodePoint(codeOf(digits, hexDigits)) : (entities.get(name) ?? ''),
  );
}

function codeOf(digits: string | undefined, hexDigits: string | undefined): number {
  return digits === undefined ? parseInt(hexDigits ?? '', 16) : parseInt(digits, 10);
}

/** https://www.w3.org/TR/xml/#NT-Char */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0x10ffff && code !== 0xfffe && code !== 0xffff);
}

/** Returns the text reader for a schema; undefined if these services do not use the type of the schema for text. */
export function textReader(schema: NormalizedSchema): TextReader | undefined {
  if (schema.isStringSchema()) return readString;
  if (schema.isNumericSchema()) return readNumber;
  if (schema.isBooleanSchema()) return readBoolean;
  if (schema.isTimestampSchema()) return readTimestamp;
  return undefined;
}

/**
 * AWS writes an empty element for a value that it does not have, such as `<KmsKeyId/>`, so every empty string is a
 * missing value. The only strings that can be empty are the values of tags: `toTags` reads a missing value as empty.
 */
function readString(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function readNumber(text: string): unknown {
  const number = Number(text);
  return Number.isFinite(number) && decimal.test(text) ? number : unreadable;
}

// The SDK's parser accepts any offset and fraction, but takes ten times as long as parsing the form that AWS sends.
function readTimestamp(text: string): unknown {
  if (!isDay(text)) return unreadable;
  const utc = utcTimestamp.test(text) ? Date.parse(text) : NaN;
  const time = Number.isNaN(utc) ? timeOf(text) : utc;
  return time >= years.first && time <= years.last ? new Date(time) : unreadable;
}

function timeOf(text: string): number {
  try {
    return Number(parseTimestamp(text));
  } catch {
    return NaN;
  }
}

/** Whether a text starts with a day of the calendar: date parsers read February 30 as March 1 or 2. */
function isDay(text: string): boolean {
  const day = Number(text.slice(8, 10));
  if (day <= 28) return true;
  // The calendar repeats every 400 years, and Date.UTC does not accept the years 0 to 99.
  const year = 2000 + (Number(text.slice(0, 4)) % 400);
  return day <= new Date(Date.UTC(year, Number(text.slice(5, 7)), 0)).getUTCDate();
}

function readBoolean(text: string): unknown {
  switch (text.toLowerCase()) {
    case 'true':
      return true;
    case 'false':
      return false;
    default:
      return unreadable;
  }
}
