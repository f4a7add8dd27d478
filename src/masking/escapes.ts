/** The characters that control a terminal or change the direction of a text; a text from AWS can contain them. */
const controls = /\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/gu;

/** Those characters, except for the end of a line and the tab. */
const controlsInLines = /[^\P{Cc}\t\n]|\p{Bidi_Control}/gu;

/** Returns a text in one line that a terminal shows as it is. */
export function printable(text: string): string {
  return text.replace(controls, escaped);
}

/** Returns lines, such as those of JSON or of the log, that a terminal shows as they are. In JSON, the value stays the same. */
export function printableLines(text: string): string {
  return text.replace(controlsInLines, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
