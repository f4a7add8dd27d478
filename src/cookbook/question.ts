/** A question about the fleet that one query answers. */
export interface Question {
  /** Names the question in the shell and for agents, such as `public-snapshots`. */
  readonly name: string;
  /** The question in words, as in the documentation. */
  readonly title: string;
  /** The name of its operation, such as `PublicSnapshots`. */
  readonly operation: string;
  /** One query, valid in the schema, in which every variable has a default. */
  readonly document: string;
}

/** Creates a question, which is named after its operation. Throws if the document has no named query. */
export function question(title: string, document: string): Question {
  const operation = /^query (\w+)/.exec(document)?.[1];
  if (operation === undefined) throw new Error(`The query for “${title}” has no name.`);
  return { name: kebabCased(operation), title, operation, document };
}

/** Returns the name of an operation or a variable as a word of the shell, such as `time-zone`. */
export function kebabCased(name: string): string {
  return name
    .replace(/(?<=[a-z\d])[A-Z]/g, (letter) => `-${letter}`)
    .replaceAll('_', '-')
    .toLowerCase();
}
