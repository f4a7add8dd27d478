import { type DocumentNode, type GraphQLError, Source, type SourceLocation } from 'graphql';

/** The text is kept with the source: V8 keeps the values of a WeakMap until a full collection. */
const original = Symbol('original');

/** A source to which the positions of nodes refer, and which hides its text. */
interface HidingSource extends Source {
  [original]?: {
    readonly text: string;
    /** The positions at which lines start; undefined until an error is located. */
    starts?: readonly number[];
  };
}

/**
 * Makes the errors of a parsed document cheap. GraphQL searches the text for the line of an error whenever the error, or a
 * copy of it, is created. After this call, it finds no line, and `locate` sets the locations.
 */
export function locateLater(document: DocumentNode): void {
  const { loc } = document;
  if (loc === undefined) return;
  const { source } = loc;
  const { body: text, name } = source;
  // The document itself keeps its text; its nodes have the source without it.
  Object.assign(loc, { source: new Source(text, name) });
  Object.assign(source, { body: '', [original]: { text } });
}

/**
 * Sets the locations of an error of a document for which `locateLater` was called. Searches the text for lines once for
 * each document.
 * https://spec.graphql.org/September2025/#sec-Errors.Error-Result-Format
 */
export function locate(error: GraphQLError): void {
  const { source, positions }: { source?: HidingSource | undefined; positions?: readonly number[] | undefined } = error;
  const known = source?.[original];
  if (known === undefined || positions === undefined) return;
  known.starts ??= startsOf(known.text);
  const { starts } = known;
  Object.assign(error, { locations: positions.map((position) => locationOf(position, starts)) });
}

/** The positions at which lines start: https://spec.graphql.org/September2025/#LineTerminator */
function startsOf(text: string): readonly number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|[\n\r]/g)) starts.push(match.index + match[0].length);
  return starts;
}

function locationOf(position: number, starts: readonly number[]): SourceLocation {
  let [line, end] = [0, starts.length];
  while (end - line > 1) {
    const middle = (line + end) >> 1;
    if ((starts[middle] ?? 0) <= position) line = middle;
    else end = middle;
  }
  return { line: line + 1, column: position - (starts[line] ?? 0) + 1 };
}
