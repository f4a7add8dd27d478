import {
  ConnectionHandler,
  DefaultHandlerProvider,
  Environment,
  type GraphQLResponse,
  type HandleFieldPayload,
  Network,
  Observable,
  type RecordProxy,
  RecordSource,
  type RecordSourceProxy,
  type RecordSourceSelectorProxy,
  Store,
} from 'relay-runtime';
import { createSubscribe, type Gateway, headersFor } from './connect.ts';
import { mergeReports } from './reports.ts';
import { entityTypes } from './schema.ts';

/** The environment: documents by id if they are persisted, subscriptions by server-sent events. */
export function createRelay(gateway: Gateway): Environment {
  const subscribe = createSubscribe(gateway);
  return new Environment({
    network: Network.create(
      async ({ id, text }, variables) => {
        const response = await fetch(gateway.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(await headersFor(gateway)) },
          body: JSON.stringify({ ...(id ? { doc_id: id } : { query: text }), variables }),
        });
        return response.json();
      },
      ({ id, text, name }, variables) =>
        Observable.create<GraphQLResponse>((sink) =>
          // The client passes its request on as it is, so the id of a persisted document can take the place of the text.
          subscribe({ ...(id ? { doc_id: id } : { query: text }), operationName: name, variables } as never, {
            next: (result) => sink.next(result as GraphQLResponse),
            error: (error) => sink.error(error as Error),
            complete: () => sink.complete(),
          }),
        ),
    ),
    store: new Store(new RecordSource()),
    // ItemResult has the id of a snapshot, but is a part of its payload.
    getDataID: ({ id }, type) => (entityTypes.includes(type) ? id : undefined),
    handlerProvider: (name) => (name === 'connection' ? connectionHandler : DefaultHandlerProvider(name)),
  });
}

/** Merges pages as Relay does, and the reports of their sources, too. Relay keeps `isComplete` of the page read last. */
const connectionHandler = {
  update(store: RecordSourceProxy, payload: HandleFieldPayload): void {
    const { after, before }: { readonly after?: string | null; readonly before?: string | null } = payload.args;
    const list = store.get(payload.dataID)?.getLinkedRecord(payload.handleKey);
    const isNext = list != null && (after != null || before != null);
    // Of a page that does not continue the list, Relay takes everything but its records.
    if (isNext && !isContinued(list, after, before)) return;
    const earlier = isNext ? reportsOf(list) : [];
    ConnectionHandler.update(store, payload);
    if (isNext && earlier.length > 0) setReports(store, list, mergeReports([earlier, reportsOf(list)]));
  },
};

function isContinued(list: RecordProxy, after: string | null | undefined, before: string | null | undefined): boolean {
  const pageInfo = list.getLinkedRecord('pageInfo');
  if (after != null) return pageInfo?.getValue('endCursor') === after;
  return pageInfo?.getValue('startCursor') === before;
}

function reportsOf(list: RecordProxy) {
  return (list.getLinkedRecords('sources') ?? []).map((record) => {
    const error = record.getLinkedRecord('error');
    return {
      record,
      sourceId: record.getLinkedRecord('source')?.getDataID(),
      status: record.getValue('status') as string | undefined,
      error,
      errorCode: error?.getValue('code') as string | undefined,
      fetchedAt: record.getValue('fetchedAt') as string | null | undefined,
      awsCalls: record.getValue('awsCalls') as number | undefined,
    };
  });
}

/** Sets the reports of a list as records of their own, because those of the pages are kept. */
function setReports(store: RecordSourceProxy, list: RecordProxy, reports: ReturnType<typeof reportsOf>): void {
  const records = reports.map(({ record, sourceId, error, ...merged }) => {
    const id = `${list.getDataID()}:sources:${sourceId}`;
    const own = store.get(id) ?? store.create(id, 'SourceReport');
    own.copyFieldsFrom(record);
    for (const name of ['status', 'fetchedAt', 'awsCalls'] as const) {
      if (merged[name] !== undefined) own.setValue(merged[name], name);
    }
    if (error) own.setLinkedRecord(error, 'error');
    return own;
  });
  list.setLinkedRecords(records, 'sources');
}

/**
 * Removes a deleted snapshot from lists: an `updater` of `deleteSnapshot`, which must select `snapshot { id status }`.
 * The directives `@deleteEdge` and `@deleteRecord` would also follow a dry run, which returns the unchanged snapshot.
 */
export function removeSnapshot(store: RecordSourceSelectorProxy, connections: readonly string[]): void {
  const snapshot = store.getRootField('deleteSnapshot')?.getLinkedRecord('snapshot');
  if (snapshot?.getValue('status') !== 'DELETED') return;
  for (const id of connections) {
    const connection = store.get(id);
    if (connection) ConnectionHandler.deleteNode(connection, snapshot.getDataID());
  }
}
