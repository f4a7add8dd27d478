import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import type { Plugin } from 'graphql-yoga';
import { z } from 'zod';
import { refusal } from '../../limits/refusal.ts';
import type { TrustedDocuments } from '../../limits/trusted-documents.ts';

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
