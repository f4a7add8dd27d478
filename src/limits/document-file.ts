import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { ConfigurationError } from '../errors.ts';

/** A document of the file, with the name of its operation if the file has names. */
export interface FiledDocument {
  readonly id: string;
  readonly text: string;
  readonly name?: string | undefined;
}

const format = 'apollo-persisted-query-manifest';
const nonEmpty = (what: string) => {
  const error = `must be ${what}`;
  return z.string({ error }).min(1, { error });
};

/** The entries of an object with the text for each id, as the Relay compiler writes it: https://relay.dev/docs/guides/persisted-queries/ */
const map = z.array(z.tuple([z.string(), z.string()]));

/** Apollo's manifest of persisted queries: https://www.apollographql.com/docs/graphos/platform/security/persisted-queries */
const manifest = z.object({
  format: z.literal(format, { error: ({ input }) => `is ${JSON.stringify(input)}; it must be "${format}"` }),
  version: z.literal(1, { error: ({ input }) => `is ${JSON.stringify(input)}; only version 1 is supported` }),
  operations: z.array(
    z.object(
      {
        id: nonEmpty('the id of the operation'),
        body: nonEmpty('the text of the operation, with its fragments'),
        name: z.string().nullish(),
        /** If set, the id belongs to one client, and other clients can use it for another operation. */
        clientName: z.string().nullish(),
      },
      { error: 'must be an object with `id` and `body`' },
    ),
    { error: 'must be the list of operations' },
  ),
});

type Operation = z.output<typeof manifest>['operations'][number];

/**
 * Reads a file with documents, which is a map of ids to texts or Apollo's manifest of persisted queries. Throws one
 * ConfigurationError with every problem of the file; does not parse the documents.
 */
export function readDocumentFile(file: string): readonly FiledDocument[] {
  const content = parseFile(file);
  return isManifest(content) ? documentsOfManifest(file, content) : documentsOfMap(file, content);
}

function parseFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    throw new ConfigurationError([`${file} cannot be read: ${(error as Error).message}.`]);
  }
}

/** Whether the content is meant to be a manifest; the values of a map are texts. */
function isManifest(content: unknown): boolean {
  if (typeof content !== 'object' || content === null) return false;
  const { format: named, operations } = content as { format?: unknown; operations?: unknown };
  return named === format || (operations !== undefined && typeof operations !== 'string');
}

function documentsOfMap(file: string, content: unknown): readonly FiledDocument[] {
  const isObject = typeof content === 'object' && content !== null && !Array.isArray(content);
  const { data } = map.safeParse(isObject ? Object.entries(content) : undefined);
  if (data) return data.map(([id, text]) => ({ id, text }));
  throw new ConfigurationError([
    `${file} cannot be read: it must be an object with ids as keys and document texts as values, or a manifest with the format "${format}".`,
  ]);
}

function documentsOfManifest(file: string, content: unknown): readonly FiledDocument[] {
  const { data, error } = manifest.safeParse(content);
  const problems = error
    ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}.`)
    : repeatedIds(data.operations);
  if (error || problems.length > 0) throw new ConfigurationError(problems.map((problem) => `${file}: ${problem}`));
  return data.operations.map(({ id, body, name }) => ({ id, text: body, name: name ?? undefined }));
}

/** Returns the problems of ids that occur twice, unless two clients have the same operation. */
function repeatedIds(operations: readonly Operation[]): string[] {
  const first = new Map<string, number>();
  return operations.flatMap(({ id, body, clientName }, index) => {
    const earlier = first.get(id) ?? index;
    first.set(id, earlier);
    const known = operations[earlier];
    if (earlier === index || known === undefined) return [];
    if (known.body === body && known.clientName !== clientName) return [];
    return [
      `operations.${index}.id: ${id} is also the id of operations.${earlier}. Each operation must have its own id, also if the operations belong to different clients.`,
    ];
  });
}
