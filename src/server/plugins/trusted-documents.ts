import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import type { Plugin } from 'graphql-yoga';
import { z } from 'zod';
import { refusal } from '../../limits/refusal.ts';
import type { TrustedDocuments } from '../../limits/trusted-documents.ts';

/**
 * Executes documents by id, from `documentId` or `extensions.persistedQuery.sha256Hash`, by POST or, for queries, by GET.
 * The client can cache the response to a GET request.
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
      notFound: () =>
        refusal(
          'INVALID_INPUT',
          'No trusted document has this id. Check the id that the request contains.',
          badRequest,
        ),
      keyNotFound: () =>
        refusal(
          'INVALID_INPUT',
          `The request contains no document. Send ${only ? '' : 'a document in `query`, or '}the id of a trusted document in \`documentId\`.`,
          badRequest,
        ),
      persistedQueryOnly: () =>
        refusal(
          'FORBIDDEN',
          'This gateway accepts only trusted documents. Send the id of a trusted document in `documentId`, without `query`.',
          { http: { status: 403 } },
        ),
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

/** GraphQL Yoga does not read `documentId` from the URL. */
function idInAddress({ method, url }: Request): string | null {
  return method === 'GET' ? new URL(url).searchParams.get('documentId') : null;
}
