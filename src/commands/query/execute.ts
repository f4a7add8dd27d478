import { userInfo } from 'node:os';
import { type DocumentNode, getVariableValues, type GraphQLSchema } from 'graphql';
import { UsageError } from '../../errors/usage.ts';
import { type LocalFlags, openLocalSession } from '../local-session.ts';
import { withCompleteness } from './document/completeness.ts';
import type { ResponseObject } from './document/hidden.ts';
import { readOperation } from './document/lists.ts';
import { type PagedDocument, withPages } from './document/paging.ts';
import { type Table, tablesOf } from './document/rows.ts';
import { type Format, formatted, warn, write } from './output/print.ts';
import { startProgress } from './progress.ts';
import { notesOf, type Result, resultOf, runPaged } from './run.ts';

/** The flags of all commands that execute an operation. */
export interface ExecutionFlags extends LocalFlags {
  readonly output?: Exclude<Format, 'number'>;
  /** The maximum number of records of each list. */
  readonly limit?: number | undefined;
}

/** An operation to execute. */
export interface Execution {
  /** A valid document of one query or mutation. */
  readonly document: DocumentNode;
  readonly variables?: ResponseObject;
  /** The format if no flag chooses one: by default, a table on a terminal, and JSON otherwise. */
  readonly format?: Format;
  /** Replaces the tables that the selections of the operation have. */
  readonly tables?: readonly Table[];
}

/** The exit codes by result. */
const exitCodes: Readonly<Record<Result, number>> = { complete: 0, failed: 1, partial: 4 };
const interrupted = 130;

/**
 * Executes an operation as the caller of the command line, prints its result, and ends the process. Throws a UsageError
 * before it is executed if the format or the limit is not possible.
 */
export async function execute(schema: GraphQLSchema, execution: Execution, flags: ExecutionFlags): Promise<never> {
  const { document, variables = {} } = execution;
  const format = flags.output ?? execution.format ?? (process.stdout.isTTY ? 'table' : 'json');
  const prepared = prepare(schema, document, variables, flags.limit);
  const tables = execution.tables ?? prepared.tables;
  if (format === 'csv' && tables.length > 1) {
    const names = tables.map(({ name }) => name).join(', ');
    throw new UsageError(`CSV has one table, but the query has several lists: ${names}. Select one, or use JSON.`);
  }
  const progress = startProgress(process.stderr);
  onInterrupt(progress.end, prepared.isChange);
  const response = await openLocalSession(
    flags,
    ({ cli }) => ({ subject: subject(), grants: cli.grants }),
    progress.observer,
  )
    .then((session) => runPaged(session.run, prepared, variables).finally(session.close))
    .finally(progress.end);
  const result = resultOf(response);
  if (format === 'json' || result !== 'failed') await write(formatted(format, response, tables));
  warn(notesOf(response));
  // Connections that are still open do not keep the process running.
  return process.exit(exitCodes[result]);
}

/** An operation that shows whether its response is complete, and of which all pages can be read. */
export interface Prepared extends PagedDocument {
  readonly isChange: boolean;
  readonly tables: readonly Table[];
}

/** Prepares an operation for `runPaged`. Throws a UsageError if it has no list for a limit. */
export function prepare(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: ResponseObject,
  limit: number | undefined,
): Prepared {
  const single = readOperation(schema, document);
  const { operation, variableDefinitions = [] } = single.operation;
  const { variableValues = { sources: {}, coerced: {} } } = getVariableValues(schema, variableDefinitions, variables);
  const paged = withPages(single, variableValues, limit);
  if (limit !== undefined && paged.lists.length === 0) {
    throw new UsageError('--limit needs a list with pages, such as snapshots or clusters, but the query has none.');
  }
  return {
    isChange: operation === 'mutation',
    tables: tablesOf(schema, single, variableValues),
    lists: paged.lists,
    document: withCompleteness(schema, paged.document),
  };
}

/** The end of a change shows what it did, so that only a second signal ends the process before. */
function onInterrupt(clear: () => void, isChange: boolean): void {
  let isExpected = !isChange;
  process.on('SIGINT', () => {
    clear();
    if (isExpected) process.exit(interrupted);
    isExpected = true;
    warn(['The change is in progress. Press Ctrl+C again to exit without its result.']);
  });
}

/** A container can run as a user without a name. */
function subject(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    return `cli:uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
