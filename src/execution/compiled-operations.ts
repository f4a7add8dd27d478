import { type DocumentNode, type GraphQLSchema, Kind, visit } from 'graphql';
import { LRUCache } from 'lru-cache';
import { compileOperation, type CompiledOperation } from './compile.ts';
import { createKeptTexts } from './kept-texts.ts';
import type { VariableValues } from './run.ts';

/** The compiled operations of valid documents. */
export interface CompiledOperations {
  /** Returns a compiled operation, compiled now if necessary; undefined if only GraphQL.js can execute it. */
  find(
    document: DocumentNode,
    operationName: string | undefined,
    variableValues: VariableValues,
  ): CompiledOperation | undefined;
}

export interface CompileOptions {
  /** The memory for the texts of records, in megabytes. */
  readonly megabytes: number;
}

/** An operation with more variables in @skip and @include is not compiled: each combination is another operation. */
const maximumConditions = 6;
const rememberedOperations = 2000;

/** The compiled operations of one document, and the variables in its @skip and @include. */
interface DocumentPlans {
  /** Undefined for a document that is not compiled. */
  readonly variables: readonly string[] | undefined;
  readonly operations: Map<string, CompiledOperation | null>;
}

/** Creates the compiled operations of a schema, each compiled when it is first needed. */
export function createCompiledOperations(
  schema: GraphQLSchema,
  { megabytes }: CompileOptions = { megabytes: 16 },
): CompiledOperations {
  const kept = createKeptTexts(megabytes);
  const documents = new LRUCache<DocumentNode, DocumentPlans>({ max: rememberedOperations });
  return {
    find: (document, operationName, { coerced }) => {
      const plans = documents.get(document) ?? { variables: conditionsIn(document), operations: new Map() };
      documents.set(document, plans);
      if (plans.variables === undefined) return undefined;
      const values = plans.variables.map((name) => [name, coerced[name]] as const);
      const key = `${operationName ?? ''} ${values.map(([, value]) => String(value)).join(' ')}`;
      const known = plans.operations.get(key);
      if (known !== undefined) return known ?? undefined;
      const conditions = new Map(values.map(([name, value]) => [name, value === true]));
      // A condition without a value is an error, which GraphQL.js reports.
      const isComplete = values.every(([, value]) => typeof value === 'boolean');
      const compiled = isComplete ? compileOperation(schema, document, operationName, { conditions, kept }) : undefined;
      plans.operations.set(key, compiled ?? null);
      return compiled;
    },
  };
}

/** Returns the variables in the @skip and @include of a document; undefined if it has too many, or other directives. */
function conditionsIn(document: DocumentNode): readonly string[] | undefined {
  const variables = new Set<string>();
  let isOther = false;
  visit(document, {
    Directive: ({ name, arguments: given = [] }) => {
      if (name.value !== 'skip' && name.value !== 'include') isOther = true;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) variables.add(value.name.value);
    },
  });
  return isOther || variables.size > maximumConditions ? undefined : [...variables];
}
