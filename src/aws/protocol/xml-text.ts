import type { NormalizedSchema } from '@smithy/core/schema';
import { _parseRfc3339DateTimeWithOffset as parseTimestamp } from '@smithy/core/serde';

/** An ampersand that begins no entity of XML itself; the SDK's parser would drop such an entity in silence. */
export const strayAmpersand = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)/;

const utcTimestamp = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{3})?Z$/;

/** Turns an element's text into its value, or throws if it is not of the value's type. */
type TextReader = (text: string) => unknown;

/** Gives the text reader for a schema; undefined where the schema is not of a type these services use for text. */
export function textReader(schema: NormalizedSchema): TextReader | undefined {
  if (schema.isStringSchema()) return readString;
  if (schema.isNumericSchema()) return readNumber;
  if (schema.isBooleanSchema()) return readBoolean;
  if (schema.isTimestampSchema()) return readTimestamp;
  return undefined;
}

function readString(text: string): string {
  return text;
}

function readNumber(text: string): number {
  const number = Number(text);
  // Number('') is 0, which nobody sent.
  if (!Number.isFinite(number) || (number === 0 && text.trim() === '')) throw new TypeError('not a number');
  return number;
}

// The SDK's parser takes any offset and fraction, at ten times the cost of the one form that AWS sends.
function readTimestamp(text: string): Date | undefined {
  const time = utcTimestamp.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? parseTimestamp(text) : new Date(time);
}

function readBoolean(text: string): boolean {
  switch (text.toLowerCase()) {
    case 'true':
      return true;
    case 'false':
      return false;
    default:
      throw new TypeError('not a boolean');
  }
}
