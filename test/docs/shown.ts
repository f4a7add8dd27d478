import { expect } from 'vitest';

const date = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Numbers that differ from run to run. */
const varying = new Set([
  'calls',
  'awsCalls',
  'cached',
  'coalesced',
  'remaining',
  'percent',
  'remainingSeconds',
  'ageSeconds',
]);

/**
 * Compares a response with the one that a page shows. Dates and the numbers that vary may differ, a text that ends with `…`
 * stands for every text with that beginning, and the `extensions` of the response can be omitted.
 */
export function expectShown(actual: unknown, shown: unknown): void {
  expect(likened(actual, shown)).toEqual(shown);
}

/** Compares output with the lines that a page shows, where `…` stands for any text within a line. */
export function expectShownText(actual: string, shown: string): void {
  const literal = shown.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  expect(literal).not.toBe('');
  expect(actual).toMatch(new RegExp(`^${literal.replaceAll('…', '.*')}$`, 'm'));
}

/** The actual value, with every part that may differ replaced by the one shown. */
function likened(actual: unknown, shown: unknown, name?: string): unknown {
  if (Array.isArray(actual) && Array.isArray(shown)) {
    return actual.map((each, index) => likened(each, shown[index]));
  }
  if (isObject(actual) && isObject(shown)) {
    const { extensions, ...rest } = actual;
    const isOmitted = 'data' in actual && !('extensions' in shown);
    return Object.fromEntries(
      Object.entries(isOmitted || extensions === undefined ? rest : actual).map(([key, value]) => [
        key,
        likened(value, shown[key], key),
      ]),
    );
  }
  if (typeof actual === 'number' && typeof shown === 'number' && varying.has(name ?? '')) return shown;
  return isAlike(actual, shown) ? shown : actual;
}

function isAlike(actual: unknown, shown: unknown): boolean {
  if (typeof actual !== 'string' || typeof shown !== 'string') return false;
  if (shown.endsWith('…')) return actual.startsWith(shown.slice(0, -1));
  return date.test(actual) && date.test(shown);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
