/** The start of the aliases and variables that are added to a document, and of which no output shows anything. */
export const hidden = 'snapgate_';

/** An object of a response. */
export type ResponseObject = Readonly<Record<string, unknown>>;

/** Whether a value of a response is an object. */
export function isObject(value: unknown): value is ResponseObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the value at a place of a response; undefined if there is none. */
export function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((parent, key) => {
    if (Array.isArray(parent)) return parent[Number(key)];
    return isObject(parent) ? parent[key] : undefined;
  }, value);
}

/** Returns a response without what was added to its document. */
export function withoutHidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutHidden);
  if (!isObject(value)) return value;
  const shown = Object.entries(value).filter(([key]) => !key.startsWith(hidden));
  return Object.fromEntries(shown.map(([key, each]) => [key, withoutHidden(each)]));
}
