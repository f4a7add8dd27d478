import { createRequest, type Exchange, formatDocument, getOperationName, stringifyDocument } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';

/**
 * Sends names instead of texts: the names of operations are the ids of trusted documents. An exchange for `createUrql`.
 */
export const namedDocuments: Exchange = persistedExchange({
  enforcePersistedQueries: true,
  enableForMutation: true,
  enableForSubscriptions: true,
  preferGetForPersistedQueries: false,
  generateHash: async (_text, document) => getOperationName(document),
});

/** The entries of these documents for the file of trusted documents: the texts as the cache sends them. */
export function trustedDocuments(texts: readonly string[]): Record<string, string> {
  const documents = texts.map((text) => formatDocument(createRequest(text, {}).query));
  return Object.fromEntries(documents.map((document) => [getOperationName(document), stringifyDocument(document)]));
}
