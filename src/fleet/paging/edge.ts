/** A record of a page, and its cursor, which is sealed when it is first selected. */
export class Edge<Row> {
  readonly node: Row;
  readonly #seal: () => string;
  #cursor: string | undefined;

  constructor(node: Row, seal: () => string) {
    this.node = node;
    this.#seal = seal;
  }

  // Not a getter of an object literal: V8 gives each such object a hidden class, which keeps the whole request in memory.
  get cursor(): string {
    return (this.#cursor ??= this.#seal());
  }
}
