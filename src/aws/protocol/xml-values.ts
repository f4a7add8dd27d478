import type { NormalizedSchema } from '@smithy/core/schema';
import { type Cursor, textBetween } from './xml-bytes.ts';
import { decodeReferences, textReader } from './xml-text.ts';

/** Reads the value between two positions: undefined for an empty string, `unreadable` for an invalid text. */
export type ValueReader = (xml: Cursor, start: number, end: number) => unknown;

const zero = 48;
const nine = 57;
const minus = 45;
const point = 46;
const space = 32;
const firstBeyondAscii = 128;
/** The most digits of a number that a double holds exactly. */
const exactDigits = 15;
const powersOfTen = Array.from({ length: exactDigits + 1 }, (_, exponent) => 10 ** exponent);

const [trueWord, falseWord] = ['true', 'fals'].map((text) => Buffer.from(text).readInt32LE());
const lastOfFalse = 101;

/** The days before each month in a year that is not a leap year, by the number of the month. */
const daysBefore = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
/** The days of each month in a leap year, by the number of the month. */
const daysOf = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const [letterT, colon] = [84, 58];
const utc = 90;
const [lengthOfSeconds, lengthOfMilliseconds] = [20, 24];
/** The days before 1970 in the proleptic Gregorian calendar, from the year 0. */
const daysBefore1970 = 719_528;

/** Returns the reader of a schema; undefined if these services do not use the type of the schema for text. */
export function valueReader(schema: NormalizedSchema): ValueReader | undefined {
  const readText = textReader(schema);
  if (readText === undefined) return undefined;
  const readAny: ValueReader = (xml, start, end) => readText(plainText(xml, start, end));
  if (schema.isNumericSchema()) return (xml, start, end) => numberIn(xml, start, end) ?? readAny(xml, start, end);
  if (schema.isBooleanSchema()) return (xml, start, end) => booleanIn(xml, start, end) ?? readAny(xml, start, end);
  if (schema.isTimestampSchema()) {
    return (xml, start, end) => {
      const time = timeIn(xml, start, end);
      return time === undefined ? readAny(xml, start, end) : new Date(time);
    };
  }
  return readAny;
}

function plainText(xml: Cursor, start: number, end: number): string {
  if (start === end) return '';
  const text = textBetween(xml, start, end);
  const first = xml.bytes[start] ?? 0;
  const canBeBlank = first <= space || first >= firstBeyondAscii;
  // The SDK treats blank text with a line break as the layout of an empty element.
  if (canBeBlank && text.includes('\n') && text.trim() === '') return '';
  return xml.hasReferences && text.includes('&') ? decodeReferences(text) : text;
}

/** Returns a number of at most 15 digits, with or without a fraction; undefined for any other text. */
function numberIn({ bytes }: Cursor, start: number, end: number): number | undefined {
  const isNegative = bytes[start] === minus;
  const first = isNegative ? start + 1 : start;
  let digits = 0;
  let pointAt = -1;
  for (let at = first; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= zero && byte <= nine) digits = digits * 10 + (byte - zero);
    else if (byte === point && pointAt < 0 && at > first && at + 1 < end) pointAt = at;
    else return undefined;
  }
  const length = end - first - (pointAt < 0 ? 0 : 1);
  if (length < 1 || length > exactDigits) return undefined;
  // A quotient of two exact numbers is rounded as the decimal number is.
  const value = pointAt < 0 ? digits : digits / (powersOfTen[end - pointAt - 1] ?? NaN);
  return isNegative ? -value : value;
}

function booleanIn({ bytes, view }: Cursor, start: number, end: number): boolean | undefined {
  const length = end - start;
  if (length === 4 && view.getInt32(start, true) === trueWord) return true;
  const isFalse = length === 5 && view.getInt32(start, true) === falseWord && bytes[start + 4] === lastOfFalse;
  return isFalse ? false : undefined;
}

/** Returns a time in the form that AWS sends, in epoch milliseconds; undefined for any other text. */
function timeIn({ bytes }: Cursor, start: number, end: number): number | undefined {
  const length = end - start;
  const hasMilliseconds = length === lengthOfMilliseconds;
  if ((!hasMilliseconds && length !== lengthOfSeconds) || bytes[end - 1] !== utc) return undefined;
  const isDate = bytes[start + 4] === minus && bytes[start + 7] === minus && bytes[start + 10] === letterT;
  if (!isDate || bytes[start + 13] !== colon || bytes[start + 16] !== colon) return undefined;
  if (hasMilliseconds && bytes[start + 19] !== point) return undefined;

  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  const hour = twoDigits(bytes, start + 11);
  const minute = twoDigits(bytes, start + 14);
  const second = twoDigits(bytes, start + 17);
  const milliseconds = hasMilliseconds ? twoDigits(bytes, start + 20) * 10 + digitAt(bytes, start + 22) : 0;
  // A character that is not a digit gives NaN, for which every comparison is false.
  const isPlain = year >= 1 && month >= 1 && month <= 12 && hour <= 23 && minute <= 59 && second <= 59;
  if (!isPlain || !(milliseconds >= 0)) return undefined;

  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const lastDay = month === 2 && !isLeap ? 28 : (daysOf[month] ?? NaN);
  if (!(day >= 1 && day <= lastDay)) return undefined;
  const before = year - 1;
  // The year 0 is a leap year.
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) + 1;
  const dayOfYear = (daysBefore[month] ?? NaN) + (isLeap && month > 2 ? 1 : 0) + day - 1;
  const days = year * 365 + leapDays + dayOfYear - daysBefore1970;
  return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + milliseconds;
}

function twoDigits(bytes: Buffer, at: number): number {
  return digitAt(bytes, at) * 10 + digitAt(bytes, at + 1);
}

function digitAt(bytes: Buffer, at: number): number {
  const byte = bytes[at] ?? 0;
  return byte >= zero && byte <= nine ? byte - zero : NaN;
}
