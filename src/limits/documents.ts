import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  parse,
  validate,
  type ValidationRule,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../access/principal.ts';
import { measure } from './measure.ts';
import { type LimitSettings, refusal, refusalOf } from './settings.ts';

const rememberedBytes = 16 * 1024 * 1024;
const largestRemembered = 1024 * 1024;
const bytesOfToken = 500;

/**
 * Parses and validates each document once, within the limits. Those that are valid are remembered by their text, up to
 * 16 MiB. Those who may not read the schema are not told the names that are like a wrong one either.
 */
export function useDocuments(limits: LimitSettings): Plugin<{ principal: Principal }> {
  const known = new LRUCache<string, DocumentNode>({
    maxSize: rememberedBytes,
    maxEntrySize: largestRemembered,
    sizeCalculation: weigh,
  });
  /** For whom a document is valid: those who may read the schema, or those who may not. */
  const approved = new WeakMap<DocumentNode, Set<boolean>>();

  return {
    onParse: ({ params, setParseFn }) => {
      const text = String(params.source);
      setParseFn(() => known.get(text) ?? parseWithin(text, limits));
    },
    onExecute: ({ args }) => hideSuggestions(args),
    onSubscribe: ({ args }) => hideSuggestions(args),
    onValidate: ({ context, setValidationFn }) => {
      const { mayIntrospect } = context.principal;
      setValidationFn((schema: GraphQLSchema, document: DocumentNode, rules?: readonly ValidationRule[]) => {
        const isFor = approved.get(document) ?? new Set();
        if (isFor.has(mayIntrospect)) return [];
        const found = check(schema, document, rules, limits, mayIntrospect);
        if (found.length > 0 || document.loc === undefined) return found;
        approved.set(document, isFor.add(mayIntrospect));
        known.set(document.loc.source.body, document);
        return found;
      });
    },
  };
}

/** About the bytes that a parsed document takes. */
function weigh({ tokenCount = 0 }: DocumentNode, text: string): number {
  return tokenCount * bytesOfToken + text.length * 2 + 1;
}

/** Wrong variables are found where the operation is executed. */
function hideSuggestions(args: ExecutionArgs): void {
  const { principal } = args.contextValue as { principal: Principal };
  if (!principal.mayIntrospect) Object.assign(args, { hideSuggestions: true });
}

function parseWithin(text: string, { tokens }: LimitSettings): DocumentNode {
  try {
    return parse(text, { maxTokens: tokens });
  } catch (error) {
    if (!(error instanceof GraphQLError) || !/more (than|that) \d+ tokens/.test(error.message)) throw error;
    throw refusal('INVALID_INPUT', `The document has more than the ${tokens} words and signs that are allowed.`);
  }
}

function check(
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
