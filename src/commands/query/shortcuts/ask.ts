import { type GraphQLSchema, parse, print } from 'graphql';
import { write } from '../../standard-output.ts';
import { execute, type Execution, type ExecutionFlags } from '../execute.ts';

/** The flags of all commands that ask one question about the fleet. */
export interface ShortcutFlags extends ExecutionFlags {
  readonly account?: readonly string[];
  readonly region?: readonly string[];
  readonly service?: readonly string[];
  readonly orderBy?: string;
  readonly columns?: readonly string[];
  readonly count?: true;
  readonly printQuery?: true;
}

/** Executes a query, or prints it. */
export async function ask(
  schema: GraphQLSchema,
  text: string,
  execution: Omit<Execution, 'document' | 'variables'>,
  flags: ShortcutFlags,
): Promise<void> {
  const document = parse(text, { noLocation: true });
  if (flags.printQuery) return write(`${print(document)}\n`);
  await execute(schema, { ...execution, document }, flags);
}
