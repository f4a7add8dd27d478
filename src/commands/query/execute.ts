import { userInfo } from 'node:os';
import { type DocumentNode, getVariableValues, type GraphQLSchema } from 'graphql';
import { UsageError } from '../../errors.ts';
import { type LocalFlags, openLocalSession } from '../local-session.ts';
import { withCompleteness } from './document/completeness.ts';
import type { ResponseObject } from './document/hidden.ts';
import { readOperation } from './document/lists.ts';
import { withPages } from './document/paging.ts';
import { type Table, tablesOf } from './document/rows.ts';
import { type Format, formatted, warn, write } from './output/print.ts';
import { startProgress } from './progress.ts';
import { notesOf, type Result, resultOf, runPaged } from './run.ts';

/** The flags of all commands that execute an operation. */
export interface ExecutionFlags extends LocalFlags {
  readonly output?: Exclude<Format, 'number'>;
  /** The most records of each list. */
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
  const single = readOperation(schema, document);
  const { variableValues = { sources: {}, coerced: {} } } = getVariableValues(
    schema,
    single.operation.variableDefinitions ?? [],
    variables,
  );
  const tables = execution.tables ?? tablesOf(schema, single, variableValues);
  if (format === 'csv' && tables.length > 1) {
    const names = tables.map(({ name }) => name).join(', ');
    throw new UsageError(`CSV has one table, but the query has several lists: ${names}. Select one, or use JSON.`);
  }
  const paged = withPages(single, variableValues, flags.limit);
  if (flags.limit !== undefined && paged.lists.length === 0) {
    throw new UsageError('--limit needs a list with pages, such as snapshots or clusters, but the query has none.');
  }
  const complete = { ...paged, document: withCompleteness(schema, paged.document) };
  const progress = startProgress(process.stderr);
  const isChange = single.operation.operation === 'mutation';
  onInterrupt(progress.end, isChange);
  const response = await openLocalSession(
    flags,
    ({ cli }) => ({ subject: subject(), grants: cli.grants }),
    progress.observer,
  )
    .then((session) => runPaged(session.run, complete, variables).finally(session.close))
    .finally(progress.end);
  const result = resultOf(response);
  if (format === 'json' || result !== 'failed') await write(formatted(format, response, tables));
  warn(notesOf(response));
  // Connections that are still open do not keep the process running.
  return process.exit(exitCodes[result]);
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
