import { type DocumentNode, getOperationAST, type GraphQLSchema, type VariableValues } from 'graphql';
import { LRUCache } from 'lru-cache';
import { createFragmentMemory } from './fragments.ts';
import { compileOperation, type CompiledOperation } from './operation.ts';
import type { Conditions } from './run.ts';
import { conditionNames, unsupported, type UnsupportedReason } from './support.ts';

export interface CompiledOperationsOptions {
  /** The memory for compiled operations and kept JSON together. */
  readonly megabytes: number;
  /** Called each time that an operation is not supported. */
  onUnsupported?(reason: UnsupportedReason): void;
}

/** The compiled operations of a schema, in bounded memory. */
export interface CompiledOperations {
  /**
   * Returns the compiled operation of a validated document, which it compiles when it first occurs. Undefined if it is
   * not supported: graphql-js must execute it.
   */
  find(
    document: DocumentNode,
    operationName: string | undefined,
    variableValues: Pick<VariableValues, 'coerced'>,
  ): CompiledOperation | undefined;
  /** The estimated number of bytes that are used at most. */
  bytes(): number;
}

/** One operation of a document. */
interface Entry {
  readonly reason: UnsupportedReason | undefined;
  readonly conditions: readonly string[];
  /** By the values of the conditions, as a sequence of 0 and 1. */
  readonly variants: Map<string, CompiledOperation | undefined>;
}

/** An operation with more combinations of @skip and @include is executed by graphql-js. */
const maximumVariants = 16;
/** Estimates of the memory of a compiled operation, and of each character of its document. */
const [bytesOfOperation, bytesOfCharacter] = [16_000, 200];

/** Creates the cache of compiled operations. A quarter of its memory is for the operations, the rest for kept JSON. */
export function createCompiledOperations(
  schema: GraphQLSchema,
  { megabytes, onUnsupported }: CompiledOperationsOptions,
): CompiledOperations {
  const limit = megabytes * 1_000_000;
  const memory = createFragmentMemory(0.75 * limit);
  const documents = new LRUCache<DocumentNode, Map<string | undefined, Entry>>({
    maxSize: Math.max(1, Math.floor(0.25 * limit)),
    sizeCalculation: (_entries, { loc }) => bytesOfOperation + bytesOfCharacter * (loc?.end ?? 1_000),
  });

  const entryOf = (document: DocumentNode, operationName: string | undefined): Entry => {
    const entries = documents.get(document) ?? new Map<string | undefined, Entry>();
    if (entries.size === 0) documents.set(document, entries);
    const entry = entries.get(operationName) ?? createEntry(document, operationName);
    entries.set(operationName, entry);
    return entry;
  };
  return {
    find: (document, operationName, { coerced }) => {
      const { reason, conditions, variants } = entryOf(document, operationName);
      const values = conditions.map((name) => coerced[name]);
      const bits = values.map((value) => (value === true ? '1' : value === false ? '0' : '?')).join('');
      const isTooMany = bits.includes('?') || (!variants.has(bits) && variants.size >= maximumVariants);
      if (reason ?? (isTooMany ? 'conditions' : undefined)) {
        onUnsupported?.(reason ?? 'conditions');
        return undefined;
      }
      if (!variants.has(bits)) {
        const given = Object.fromEntries(conditions.map((name) => [name, coerced[name] === true])) satisfies Conditions;
        variants.set(bits, compileOperation(schema, document, operationName, given, memory));
      }
      return variants.get(bits);
    },
    bytes: () => documents.calculatedSize + memory.bytes(),
  };
}

function createEntry(document: DocumentNode, operationName: string | undefined): Entry {
  const operation = getOperationAST(document, operationName);
  return {
    reason: operation ? unsupported(document, operation) : 'operation',
    conditions: operation ? conditionNames(document, operation) : [],
    variants: new Map(),
  };
}
