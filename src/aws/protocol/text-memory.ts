const narrow = /^[\0-\u00FF]*$/;

/** Returns the memory that V8 needs for the characters of a text, in bytes: two for each, if one is outside Latin-1. */
export function memoryOfText(text: string): number {
  return narrow.test(text) ? text.length : text.length * 2;
}
