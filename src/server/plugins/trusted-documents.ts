import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { refusal } from '../../limits/refusal.ts';
import type { RequestContext } from '../../context.ts';
import type { TrustedDocuments } from '../../limits/trusted-documents.ts';
import { badRequest, idsIn, quoted, readId, waysToName, withoutIds } from '../operations/document-ids.ts';

/**
 * Executes documents by id, from `documentId`, Relay's `doc_id` or Apollo's `extensions.persistedQuery.sha256Hash`, by
 * POST or, for queries, by GET. The client can cache the response to a GET request, unless it has errors or may lack
 * records. If the request has a `query`, that text is executed, and ids are ignored; with `only`, the request is refused
 * unless it is the text of a trusted document.
 */
export function useTrustedDocuments({ byId, texts, only, maxAgeSeconds }: TrustedDocuments): Plugin {
  const named = new WeakSet<Request>();
  const spelledOut = new WeakSet<Request>();
  const wholeAnswers = new WeakSet<Request>();
  const persisted: Plugin = usePersistedOperations({
    allowArbitraryOperations: (request) => !only || spelledOut.has(request),
    extractPersistedOperationId: (params) => readId(params, byId) ?? null,
    getPersistedOperation: (id, request) => {
      const text = byId.get(id);
      if (text === undefined) throw unknownId(id);
      named.add(request);
      return text;
    },
    customErrors: {
      keyNotFound: () =>
        refusal(
          'INVALID_INPUT',
          `The request contains no document. Send ${only ? '' : 'a document in `query`, or '}the id of a trusted document in one of ${waysToName}.`,
          badRequest,
        ),
      persistedQueryOnly: () =>
        refusal(
          'FORBIDDEN',
          `This gateway accepts only trusted documents. Send the id of a trusted document in one of ${waysToName}, without \`query\`.`,
          { http: { status: 403 } },
        ),
    },
  });
  return {
    onPluginInit: ({ addPlugin }) => addPlugin(persisted),
    onRequestParse: readIds,
    onParams: ({ request, params, setParams }) => {
      if (!params.query) return;
      if (texts.has(params.query)) spelledOut.add(request);
      setParams(withoutIds(params));
    },
    onExecutionResult: ({ result, request, context }) => {
      const { usage } = context as Partial<RequestContext>;
      const hasNoErrors = result !== undefined && 'data' in result && result.errors === undefined;
      const isWhole = hasNoErrors && usage?.scope.isIncomplete !== true;
      if (isWhole && request.method === 'GET' && named.has(request)) wholeAnswers.add(request);
    },
    onResponse: ({ request, response }) => {
      if (!wholeAnswers.has(request)) return;
      response.headers.set('cache-control', `private, max-age=${maxAgeSeconds}`);
      // This replaces the Vary of the server, so it also contains the headers on which CORS and compression depend.
      response.headers.append('vary', 'Accept, Accept-Encoding, Authorization, Origin');
    },
  };
}

/** Reads ids from URLs and forms, from which GraphQL Yoga reads only the parameters of GraphQL. */
const readIds: NonNullable<Plugin['onRequestParse']> = ({
  request,
  url,
  requestParser,
  setRequestParser,
  fetchAPI,
}) => {
  if (requestParser === undefined) return;
  const isForm = request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') === true;
  if (request.method === 'GET') {
    setRequestParser(async () => withIds(await requestParser(request), url.searchParams));
  } else if (isForm) {
    setRequestParser(async () => {
      const body = await request.text();
      const { method, headers } = request;
      const copy = new fetchAPI.Request(request.url, { method, headers, body });
      return withIds(await requestParser(copy), new URLSearchParams(body));
    });
  }
};

function withIds(parsed: object, fields: URLSearchParams): GraphQLParams {
  return { ...parsed, ...idsIn(fields) };
}

function unknownId(id: string) {
  return refusal(
    'INVALID_INPUT',
    `No trusted document has the id ${quoted(id)}. Check the id, and that the gateway has the documents of this version of the client.`,
    badRequest,
  );
}
