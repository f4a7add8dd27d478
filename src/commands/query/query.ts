import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  separateOperations,
  validate,
} from 'graphql';
import { operationOf } from '../../cookbook/documents.ts';
import { UsageError } from '../../errors/usage.ts';
import { execute, type ExecutionFlags } from './execute.ts';
import { follow } from './follow.ts';
import { listQuestions } from './listing.ts';
import { readDocument } from './question.ts';
import { readVariables } from './variables/flags.ts';

/** The flags of `snapgate query`. */
export interface QueryFlags extends ExecutionFlags {
  /** Whether to print the questions instead. */
  readonly list?: true;
  /** The name of the operation, if the document has several. */
  readonly operation?: string;
  /** Variables as JSON, or `@` and the path of a file. */
  readonly variables?: string;
  readonly allowChanges?: true;
}

/** Executes an operation, of which the arguments are its document and the flags of its variables. */
export async function query([given, ...rest]: readonly string[], flags: QueryFlags): Promise<void> {
  const { schema } = await import('../../schema.ts');
  if (flags.list) return listQuestions(schema, flags.output);
  if (given === undefined || (given.startsWith('-') && given !== '-')) {
    throw new UsageError(
      'The query is missing: give a text, a file, a question or -, before the flags of its variables.',
    );
  }
  const document = only(read(schema, await readDocument(given)), flags.operation);
  const operation = operationOf(document);
  if (operation.operation === 'mutation' && !flags.allowChanges) {
    throw new UsageError('This is a mutation, which can change AWS. Add --allow-changes to execute it.');
  }
  const variables = readVariables(schema, operation, { flags: rest, json: flags.variables });
  const start = operation.operation === 'subscription' ? follow : execute;
  await start(schema, { document, variables }, flags);
}

function read(schema: GraphQLSchema, text: string): DocumentNode {
  try {
    const document = parse(text);
    const errors = validate(schema, document);
    if (errors.length === 0) return document;
    throw new UsageError(`The query is not valid.\n${errors.join('\n\n')}`);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new UsageError(`The query is not valid.\n${error}`);
  }
}

/** Returns a document with only one operation, and the fragments that it uses. */
function only(document: DocumentNode, name: string | undefined): DocumentNode {
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const names = operations.map((each) => each.name?.value ?? '');
  const chosen = name ?? (names.length === 1 ? names[0] : undefined);
  if (chosen !== undefined && names.includes(chosen)) return separateOperations(document)[chosen] ?? document;
  if (name !== undefined) throw new UsageError(`The document has no operation ${name}, only ${names.join(', ')}.`);
  throw new UsageError(
    `The document has ${names.length} operations: choose one with --operation: ${names.join(', ')}.`,
  );
}
