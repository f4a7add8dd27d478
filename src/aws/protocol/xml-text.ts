import type { NormalizedSchema } from '@smithy/core/schema';
import { _parseRfc3339DateTimeWithOffset as parseTimestamp } from '@smithy/core/serde';

/** An ampersand that does not start a predefined XML entity; the SDK's parser silently drops other entities. */
export const strayAmpersand = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)/;

const utcTimestamp = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{3})?Z$/;

/** Converts the text of an element to its value. Throws if the text is not valid for the type of the value. */
type TextReader = (text: string) => unknown;

/** Returns the text reader for a schema; undefined if these services do not use the type of the schema for text. */
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
  // Number('') is 0, but an empty text is not a number.
  if (!Number.isFinite(number) || (number === 0 && text.trim() === '')) throw new TypeError('not a number');
  return number;
}

// The SDK's parser accepts any offset and fraction, but takes ten times as long as parsing the form that AWS sends.
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
