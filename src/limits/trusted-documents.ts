import { readFileSync } from 'node:fs';
import { type GraphQLSchema, parse, validate } from 'graphql';
import { z } from 'zod';
import { ConfigurationError } from '../errors.ts';

/** The `documents` of the configuration file. */
export const documentSettings = z
  .strictObject({
    file: z.string().min(1).meta({
      description:
        'The path of a JSON file, relative to the working directory, that contains an object with the ids of the documents as keys and their texts as values.',
    }),
    only: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether to accept only these documents, and reject all others.' }),
    cost: z.int().min(1).default(100).meta({
      description:
        'The cost of each trusted document, in AWS calls. It replaces the estimate, so that a document is not refused because the fleet has grown. It must not exceed `limits.cost` or `limits.costPerMinute`, or all trusted documents are refused. When a document ends, the AWS calls that it made are charged instead.',
    }),
    maxAgeSeconds: z.int().min(0).default(15).meta({
      description:
        'How long a browser can cache the response to a query that was sent by GET with a document id, in seconds.',
    }),
  })
  .meta({
    description: 'Trusted documents, which clients send by id. If omitted, clients send the text of their documents.',
  });

/** The trusted documents by id, and their settings. */
export interface TrustedDocuments {
  readonly byId: ReadonlyMap<string, string>;
  /** The texts of all documents. */
  readonly texts: ReadonlySet<string>;
  /** The fixed cost of each document, in AWS calls. */
  readonly cost: number;
  readonly only: boolean;
  readonly maxAgeSeconds: number;
}

/** Reads the file and validates its documents; throws one ConfigurationError with every problem. */
export function readTrustedDocuments(
  { file, only, cost, maxAgeSeconds }: z.output<typeof documentSettings>,
  schema: GraphQLSchema,
): TrustedDocuments {
  const byId = new Map(Object.entries(parseFile(file)));
  const problems = [...byId].flatMap(([id, text]) =>
    problemsOf(text, schema).map((problem) => `${file}: ${id}: ${problem}`),
  );
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { byId, texts: new Set(byId.values()), cost, only, maxAgeSeconds };
}

function parseFile(file: string): Record<string, string> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? 'it must be an object with ids as keys and document texts as values'
        : (error as Error).message;
    throw new ConfigurationError([`${file} cannot be read: ${why}.`]);
  }
}

function problemsOf(text: string, schema: GraphQLSchema): string[] {
  try {
    return validate(schema, parse(text)).map(({ message }) => message);
  } catch (error) {
    return [(error as Error).message];
  }
}
