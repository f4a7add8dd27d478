import type { ExecutionArgs, VariableValues } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { CompiledOperations } from '../../execution/compiled-operations.ts';
import type { CompiledOperation } from '../../execution/operation.ts';
import { questionOf } from '../../execution/ready/ready-key.ts';
import type { Documents } from '../../limits/documents.ts';
import type { TrustedDocuments } from '../../limits/trusted-documents.ts';
import { variablesOf } from '../../limits/variables.ts';
import { schema } from '../../schema.ts';
import { createKnownDocuments, type KnownDocument, type KnownDocuments } from './known-documents.ts';
import { readPosted } from './posted.ts';

/** An operation that can be executed. */
export interface Executable {
  /** What is asked, by which ready responses are kept; undefined if none can be. */
  readonly question: string | undefined;
  readonly args: ExecutionArgs;
  readonly variableValues: VariableValues;
  readonly document: KnownDocument;
  readonly compiled: CompiledOperation;
}

/** Finds the operations in the bodies of requests. */
export interface Executables {
  /**
   * Returns the operation of a body, for callers with or without `mayIntrospect`; undefined unless its document is known
   * to be valid and compiled, and its variables are valid.
   */
  find(body: Buffer, mayIntrospect: boolean): Executable | undefined;
  /** Remembers the operation of a body that is sent repeatedly. */
  remember(body: Buffer, mayIntrospect: boolean, executable: Executable): void;
}

export interface ExecutablesParts {
  readonly parsed: Documents;
  readonly trusted: TrustedDocuments | undefined;
  readonly operations: CompiledOperations;
}

/** The number of bodies that are remembered, and the bytes of the longest one. */
const [rememberedBodies, longestRemembered] = [500, 8 * 1024];

/** Creates the search of one version of the settings. */
export function createExecutables(parts: ExecutablesParts): Executables {
  const knownDocuments = createKnownDocuments(parts.trusted?.texts);
  const create = () => new LRUCache<string, Executable>({ max: rememberedBodies });
  const [remembered, ofIntrospectors] = [create(), create()];
  const memoryOf = (mayIntrospect: boolean) => (mayIntrospect ? ofIntrospectors : remembered);
  return {
    find: (body, mayIntrospect) => {
      const known = body.length > longestRemembered ? undefined : memoryOf(mayIntrospect).get(textOf(body));
      return known ?? findExecutable(parts, knownDocuments, body, mayIntrospect);
    },
    remember: (body, mayIntrospect, executable) => {
      if (body.length <= longestRemembered) memoryOf(mayIntrospect).set(textOf(body), executable);
    },
  };
}

/** A text of the bytes of a body, which is another one for other bytes; not its characters. */
function textOf(body: Buffer): string {
  return body.toString('latin1');
}

function findExecutable(
  { parsed, trusted, operations }: ExecutablesParts,
  knownDocuments: KnownDocuments,
  body: Buffer,
  mayIntrospect: boolean,
): Executable | undefined {
  const posted = readPosted(body, trusted);
  const parsedDocument = posted && parsed.find(posted.text, mayIntrospect);
  if (posted === undefined || parsedDocument === undefined) return undefined;
  const { operationName, variables } = posted;
  const args: ExecutionArgs = {
    schema,
    document: parsedDocument,
    operationName,
    variableValues: variables,
    hideSuggestions: !mayIntrospect,
  };
  const { variableValues } = variablesOf(args);
  const compiled = variableValues && operations.find(parsedDocument, operationName, variableValues);
  if (variableValues === undefined || compiled === undefined) return undefined;
  const document = knownDocuments(parsedDocument, operationName);
  const question = questionOf({ document: document.id, operationName, variables });
  return { question, args, variableValues, compiled, document };
}
