import { expect } from 'vitest';

const date = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/**
 * Compares a response with the one that a page shows. Dates may differ, and a text that ends with `…` stands for every text
 * with that beginning. A page can omit `extensions`; the figures in them may differ, apart from the cost.
 */
export function expectShown(actual: unknown, shown: unknown): void {
  expect(likened(actual, shown)).toEqual(shown);
}

/** Compares output with the one that a page shows, where `…` stands for any text within a line. */
export function expectShownText(actual: string, shown: string): void {
  const literal = shown.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  expect(actual).toMatch(new RegExp(literal.replaceAll('…', '.*')));
}

/** The actual value, with every part that may differ replaced by the one shown. */
function likened(actual: unknown, shown: unknown, mayDiffer = false): unknown {
  if (Array.isArray(actual) && Array.isArray(shown)) {
    return actual.map((each, index) => likened(each, shown[index], mayDiffer));
  }
  if (isObject(actual) && isObject(shown)) {
    return Object.fromEntries(
      Object.entries(actual).map(([name, value]) => [
        name,
        likened(value, shown[name], (mayDiffer || name === 'extensions') && name !== 'announced'),
      ]),
    );
  }
  return mayDiffer || isAlike(actual, shown) ? shown : actual;
}

function isAlike(actual: unknown, shown: unknown): boolean {
  if (typeof actual !== 'string' || typeof shown !== 'string') return false;
  if (shown.endsWith('…')) return actual.startsWith(shown.slice(0, -1));
  return date.test(actual) && date.test(shown);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
