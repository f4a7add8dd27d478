import { readFileSync } from 'node:fs';
import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import { type GraphQLSchema, parse, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { z } from 'zod';
import { ConfigurationError } from '../errors.ts';
import { strictObject } from '../strict-object.ts';
import { refusal } from './settings.ts';

/** The `documents` of the configuration file. */
export const documentSettings = strictObject({
  file: z.string().min(1).meta({ description: 'A JSON file of documents by their ids.' }),
  only: z.boolean().default(false).meta({ description: 'Whether nothing but these documents is accepted.' }),
  maxAgeSeconds: z.int().min(0).default(15).meta({
    description: 'How long a browser may keep the answer to a query that was asked by GET and id.',
  }),
}).meta({ description: 'Trusted documents, which clients name by id. Left out, clients send their documents.' });

/** Documents by their ids, and what holds for them. */
export interface TrustedDocuments {
  readonly byId: ReadonlyMap<string, string>;
  readonly only: boolean;
  readonly maxAgeSeconds: number;
}

/** Reads the file and checks its documents; throws one ConfigurationError with every problem found. */
export function readTrustedDocuments(
  { file, only, maxAgeSeconds }: z.output<typeof documentSettings>,
  schema: GraphQLSchema,
): TrustedDocuments {
  const byId = new Map(Object.entries(parseFile(file)));
  const problems = [...byId].flatMap(([id, text]) =>
    problemsOf(text, schema).map((problem) => `${file}: ${id}: ${problem}`),
  );
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { byId, only, maxAgeSeconds };
}

/**
 * Takes documents by their ids, as `documentId` or as `extensions.persistedQuery.sha256Hash`, by POST or, for queries,
 * by GET, where the answer may be kept by whoever asked.
 */
export function useTrustedDocuments({ byId, only, maxAgeSeconds }: TrustedDocuments): Plugin {
  const named = new WeakSet<Request>();
  const wholeAnswers = new WeakSet<Request>();
  const persisted: Plugin = usePersistedOperations({
    allowArbitraryOperations: !only,
    extractPersistedOperationId: (params, request) => idOf(params) ?? idInAddress(request),
    getPersistedOperation: (id, request) => {
      named.add(request);
      return byId.get(id) ?? null;
    },
    customErrors: {
      notFound: () => refusal('INVALID_INPUT', 'No trusted document has this id.', badRequest),
      keyNotFound: () => refusal('INVALID_INPUT', 'The request has neither a document nor the id of one.', badRequest),
      persistedQueryOnly: () =>
        refusal('FORBIDDEN', 'Only trusted documents are accepted. Send the id of one instead.', {
          http: { status: 403 },
        }),
    },
  });
  return {
    onPluginInit: ({ addPlugin }) => addPlugin(persisted),
    onExecutionResult: ({ result, request }) => {
      const isWhole = result !== undefined && 'data' in result && result.errors === undefined;
      if (isWhole && request.method === 'GET' && named.has(request)) wholeAnswers.add(request);
    },
    onResponse: ({ request, response }) => {
      if (!wholeAnswers.has(request)) return;
      response.headers.set('cache-control', `private, max-age=${maxAgeSeconds}`);
      response.headers.append('vary', 'Accept, Authorization');
    },
  };
}

const badRequest = { http: { status: 400 } };
const identified = z.object({
  documentId: z.string().optional(),
  extensions: z.object({ persistedQuery: z.object({ sha256Hash: z.string() }).optional() }).nullish(),
});

function idOf(params: object): string | undefined {
  const { data } = identified.safeParse(params);
  return data?.documentId ?? data?.extensions?.persistedQuery?.sha256Hash;
}

/** Of what stands in an address, the server library reads the other parameters alone. */
function idInAddress({ method, url }: Request): string | null {
  return method === 'GET' ? new URL(url).searchParams.get('documentId') : null;
}

function parseFile(file: string): Record<string, string> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why =
      error instanceof z.ZodError ? 'it must be an object of documents by their ids' : (error as Error).message;
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
