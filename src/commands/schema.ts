import { printSchema as sdlOf } from 'graphql';
import { write } from './standard-output.ts';

/** Prints the GraphQL schema, or the JSON Schema of the configuration file. */
export async function printSchema(flags: { config?: true }): Promise<void> {
  if (flags.config) {
    const { configurationSchema } = await import('../config.ts');
    return write(`${JSON.stringify(configurationSchema(), null, 2)}\n`);
  }
  const { schema } = await import('../schema.ts');
  await write(`${sdlOf(schema)}\n`);
}
