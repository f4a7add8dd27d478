import { GraphQLError, locatedError } from 'graphql';
import type { FieldNode } from 'graphql';

/** The place of a value in the data, linked to its parent: most places are never needed as a list. */
export interface Path {
  readonly prev: Path | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
}

/** The errors of one execution. An error below a place that has become null is dropped, as in GraphQL.js. */
export class CollectedErrors {
  readonly list: GraphQLError[] = [];
  readonly #places = new Set<Path | undefined>();

  /** Adds the error of a place that becomes null; the place is undefined for the whole data. */
  add(error: GraphQLError, place: Path | undefined): void {
    if (this.#isBelowNull(place)) return;
    this.#places.add(place);
    this.list.push(error);
  }

  #isBelowNull(place: Path | undefined): boolean {
    for (let at = place; at !== undefined; at = at.prev) if (this.#places.has(at)) return true;
    return this.#places.has(undefined);
  }
}

/** Returns an error with its place, unless it already has one. */
export function locate(raw: unknown, nodes: readonly FieldNode[], place: Path): GraphQLError {
  return locatedError(raw, nodes, toKeys(place));
}

/** Returns an error as a GraphQL error without a place. */
export function toGraphQLError(raw: unknown): GraphQLError {
  return raw instanceof GraphQLError ? raw : locatedError(raw, undefined);
}

function toKeys(place: Path): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: Path | undefined = place; at !== undefined; at = at.prev) keys.push(at.key);
  return keys.toReversed();
}
