import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate, type ValidationRule } from 'graphql';
import { LRUCache } from 'lru-cache';
import { measure, type Shape } from './measure.ts';
import { refusal } from './refusal.ts';
import type { LimitSettings } from './settings.ts';

/** Parses and validates each document once, within the limits. */
export interface Documents {
  /** The document of a text that was valid before, or parsed now; throws INVALID_INPUT where it has too many tokens. */
  parse(text: string): DocumentNode;
  /**
   * What is wrong with a document. Those who may not read the schema do not learn the names that are like a wrong one
   * either.
   */
  validate(
    schema: GraphQLSchema,
    document: DocumentNode,
    rules: readonly ValidationRule[] | undefined,
    mayIntrospect: boolean,
  ): readonly GraphQLError[];
}

const rememberedBytes = 16 * 1024 * 1024;
const largestRemembered = 1024 * 1024;
const bytesOfToken = 500;

/** Remembers valid documents by their text, up to 16 MiB. */
export function createDocuments(limits: LimitSettings): Documents {
  const known = new LRUCache<string, DocumentNode>({
    maxSize: rememberedBytes,
    maxEntrySize: largestRemembered,
    sizeCalculation: weigh,
  });
  /** For whom a document is valid: those who may read the schema, or those who may not. */
  const approved = new WeakMap<DocumentNode, Set<boolean>>();
  return {
    parse: (text) => known.get(text) ?? parseWithin(text, limits),
    validate: (schema, document, rules, mayIntrospect) => {
      const isFor = approved.get(document) ?? new Set();
      if (isFor.has(mayIntrospect)) return [];
      const found = problemsOf(schema, document, rules, limits, mayIntrospect);
      if (found.length > 0 || document.loc === undefined) return found;
      approved.set(document, isFor.add(mayIntrospect));
      known.set(document.loc.source.body, document);
      return found;
    },
  };
}

/** About the bytes that a parsed document takes. */
function weigh({ tokenCount = 0 }: DocumentNode, text: string): number {
  return tokenCount * bytesOfToken + text.length * 2 + 1;
}

function parseWithin(text: string, { tokens }: LimitSettings): DocumentNode {
  try {
    return parse(text, { maxTokens: tokens });
  } catch (error) {
    if (!(error instanceof GraphQLError) || !/more (than|that) \d+ tokens/.test(error.message)) throw error;
    throw refusal('INVALID_INPUT', `The document has more than the ${tokens} words and signs that are allowed.`);
  }
}

function problemsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules: readonly ValidationRule[] | undefined,
  limits: LimitSettings,
  mayIntrospect: boolean,
): readonly GraphQLError[] {
  const shape = measure(document);
  const tooMuch = refusalOf(shape, limits);
  if (tooMuch) return [tooMuch];
  if (shape.isIntrospection && !mayIntrospect) {
    return [refusal('FORBIDDEN', 'You have no grant to read the schema.')];
  }
  return validate(schema, document, rules, { hideSuggestions: !mayIntrospect });
}

const words = {
  depth: 'is nested {} fields deep',
  fields: 'has {} fields',
  aliases: 'has {} aliases',
  directives: 'has {} directives',
  rootFields: 'has {} fields at its top',
} as const;

/** Why a document is refused before it is validated, with the figure; undefined where it keeps to the limits. */
function refusalOf(shape: Shape, limits: LimitSettings): GraphQLError | undefined {
  const names = Object.keys(words) as (keyof typeof words)[];
  const name = names.find((each) => shape[each] > limits[each]);
  return (
    name &&
    refusal(
      'INVALID_INPUT',
      `The document ${words[name].replace('{}', String(shape[name]))}; ${limits[name]} are allowed.`,
    )
  );
}
