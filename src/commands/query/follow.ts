import { type GraphQLSchema, print } from 'graphql';
import { UsageError } from '../../errors/usage.ts';
import { write } from '../standard-output.ts';
import { type Execution, type ExecutionFlags, exitCodes, openAsUser, prepare } from './execute.ts';
import { onInterrupt } from './interruption.ts';
import { lineOf, warn } from './output/print.ts';
import { notesOf, responseOf, type Result, resultOf, withoutLocations } from './run.ts';

/**
 * Follows a subscription as the caller of the command line, prints each event as a line of JSON, and ends the process with
 * the exit code of the last one. Throws a UsageError for another format, and for a limit.
 */
export async function follow(
  schema: GraphQLSchema,
  { document, variables = {} }: Pick<Execution, 'document' | 'variables'>,
  flags: ExecutionFlags,
): Promise<never> {
  if (flags.output !== undefined && flags.output !== 'json') {
    throw new UsageError(`A subscription prints lines of JSON: --output ${flags.output} is not possible.`);
  }
  const prepared = prepare(schema, document, variables, flags.limit);
  onInterrupt(() => {});
  const session = await openAsUser(flags);
  let result: Result = 'complete';
  for await (const { data, errors = [] } of session.follow({ document: print(prepared.document), variables })) {
    const event = responseOf(data ?? null, errors.map(withoutLocations));
    result = resultOf(event);
    await write(lineOf(event));
    warn(notesOf(event));
  }
  return process.exit(exitCodes[result]);
}
