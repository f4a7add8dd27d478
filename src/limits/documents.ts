import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate, type ValidationRule } from 'graphql';
import { LRUCache } from 'lru-cache';
import { locateLater } from './locations.ts';
import { measure, type Shape } from './measure.ts';
import { refusal, shortened } from './refusal.ts';
import type { LimitSettings } from './settings.ts';

/** Parses and validates each document once, and enforces the limits. */
export interface Documents {
  /** Returns the cached document of a text, or parses the text; throws INVALID_INPUT if it has too many tokens. */
  parse(text: string): DocumentNode;
  /** Returns the document of a text that was already found valid for callers with or without `mayIntrospect`. */
  find(text: string, mayIntrospect: boolean): DocumentNode | undefined;
  /**
   * Returns the errors of a document. Without `mayIntrospect`, the errors do not suggest similar names, which would
   * reveal the schema.
   */
  validate(
    schema: GraphQLSchema,
    document: DocumentNode,
    rules: readonly ValidationRule[] | undefined,
    mayIntrospect: boolean,
  ): readonly GraphQLError[];
}

const rememberedBytes = 16 * 1024 * 1024;
const largestRemembered = 2 * 1024 * 1024;
/** A longer text, in characters, contains its values, such as the ids of a batch, and is hardly ever sent again. */
const longestRemembered = 64 * 1024;
const bytesOfToken = 500;
/** The maximum number of reported problems of a document, because each of them can quote a value of any length. */
const maximumProblems = 20;

/** Creates a cache of valid documents by their text, up to 16 MiB. Trusted documents keep their text at any length. */
export function createDocuments(limits: LimitSettings, trusted: ReadonlySet<string> = new Set()): Documents {
  const known = new LRUCache<string, DocumentNode>({
    maxSize: rememberedBytes,
    maxEntrySize: largestRemembered,
    sizeCalculation: weigh,
  });
  /** The values of `mayIntrospect` for which a document is valid. */
  const approved = new WeakMap<DocumentNode, Set<boolean>>();
  return {
    parse: (text) => known.get(text) ?? parseWithin(text, limits),
    find: (text, mayIntrospect) => {
      const document = known.get(text);
      return document && approved.get(document)?.has(mayIntrospect) ? document : undefined;
    },
    validate: (schema, document, rules, mayIntrospect) => {
      const isFor = approved.get(document) ?? new Set();
      if (isFor.has(mayIntrospect)) return [];
      const found = problemsOf(schema, document, rules, limits, mayIntrospect);
      const text = document.loc?.source.body;
      if (found.length > 0 || text === undefined) return found;
      if (text.length > longestRemembered && !trusted.has(text)) return found;
      approved.set(document, isFor.add(mayIntrospect));
      known.set(text, document);
      return found;
    },
  };
}

/** The approximate size of a parsed document in bytes. */
function weigh({ tokenCount = 0 }: DocumentNode, text: string): number {
  return tokenCount * bytesOfToken + text.length * 2 + 1;
}

function parseWithin(text: string, { tokens }: LimitSettings): DocumentNode {
  try {
    const document = parse(text, { maxTokens: tokens });
    locateLater(document);
    return document;
  } catch (error) {
    if (!(error instanceof GraphQLError) || !/more (than|that) \d+ tokens/.test(error.message)) throw error;
    throw refusal(
      'INVALID_INPUT',
      `The document exceeds the limit of tokens (${tokens}). Send a shorter document, or ask the operator to increase \`limits.tokens\`.`,
    );
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
  const excess = excessOf(document, limits, shape);
  if (excess) {
    const { problem, setting } = excess;
    return [
      refusal('INVALID_INPUT', `${problem} Send a smaller document, or ask the operator to increase \`${setting}\`.`),
    ];
  }
  if (shape.isIntrospection && !mayIntrospect) {
    return [
      refusal(
        'FORBIDDEN',
        'You lack the permission to introspect the schema: none of your grants allows introspection.',
      ),
    ];
  }
  const options = { hideSuggestions: !mayIntrospect, maxErrors: maximumProblems };
  return validate(schema, document, rules, options).map(explained);
}

/** The message of GraphQL for a document whose fields take too long to compare. */
const aborted = 'Validation aborted.';

/** Makes an error of GraphQL short and clear. */
function explained(error: GraphQLError): GraphQLError {
  if (error.message !== aborted) return shortened(error);
  return refusal(
    'INVALID_INPUT',
    'The document repeats fields or fragments too often to be validated. Send a document that selects each field once.',
  );
}

const words = {
  tokens: 'The document has {} tokens',
  depth: 'The document is nested {} fields deep',
  fields: 'The document has {} fields',
  aliases: 'The operation has {} aliases',
  directives: 'The document has {} directives',
  rootFields: 'The operation has {} root fields',
} as const;

/** The first limit that a document exceeds. */
export interface Excess {
  /** The actual value and the limit, as a sentence. */
  readonly problem: string;
  /** The setting of the limit. */
  readonly setting: string;
}

/** Returns the first limit that a document exceeds; undefined if it exceeds none. */
export function excessOf(
  document: DocumentNode,
  limits: LimitSettings,
  shape: Shape = measure(document),
): Excess | undefined {
  const values = { ...shape, tokens: document.tokenCount ?? 0 };
  const names = Object.keys(words) as (keyof typeof words)[];
  const name = names.find((each) => values[each] > limits[each]);
  return (
    name && {
      problem: `${words[name].replace('{}', String(values[name]))}; the limit is ${limits[name]}.`,
      setting: `limits.${name}`,
    }
  );
}
