import { printSchema as print_ } from 'graphql';
import { print } from './running.ts';

/** Prints the GraphQL schema, or the JSON Schema of the configuration file. */
export async function printSchema(flags: { config?: true }): Promise<void> {
  if (flags.config) {
    const { configurationSchema } = await import('../config.ts');
    return print(JSON.stringify(configurationSchema(), null, 2));
  }
  const { schema } = await import('../schema.ts');
  print(print_(schema));
}
