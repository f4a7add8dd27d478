import {
  type ApolloCache,
  ApolloClient,
  ApolloLink,
  type FieldPolicy,
  HttpLink,
  InMemoryCache,
  Observable,
  type Reference,
  type StoreObject,
  type TypePolicies,
} from '@apollo/client';
import type { FieldFunctionOptions } from '@apollo/client/cache';
import { SetContextLink } from '@apollo/client/link/context';
import { print } from 'graphql';
import { createSubscribe, type Gateway, headersFor } from './connect.ts';
import { isBackward, isContinued, mergeReports, type Page, type PageArguments } from './reports.ts';
import { listFields, pageTypes, possibleTypes, valueTypes } from './schema.ts';

/** The client: queries and mutations by POST, subscriptions by server-sent events. `links` come before both. */
export function createApollo(gateway: Gateway, ...links: readonly ApolloLink[]): ApolloClient {
  const authenticate = new SetContextLink(async ({ headers }) => ({
    headers: { ...headers, ...(await headersFor(gateway)) },
  }));
  const http = ApolloLink.from([authenticate, new HttpLink({ uri: gateway.url })]);
  const send = ApolloLink.split(({ operationType }) => operationType === 'subscription', sseLink(gateway), http);
  return new ApolloClient({ link: ApolloLink.from([...links, send]), cache: createCache() });
}

/** A link that sends every operation as a stream of server-sent events. */
export function sseLink(gateway: Gateway): ApolloLink {
  const subscribe = createSubscribe(gateway);
  return new ApolloLink((operation) => {
    const { query, operationName, variables, extensions } = operation;
    // The link for persisted queries replaces the text by an id in the extensions.
    const text = operation.getContext()['http']?.includeQuery === false ? '' : print(query);
    return new Observable((observer) =>
      subscribe(
        { query: text, operationName, variables, extensions },
        {
          next: ({ data, errors }) => observer.next({ ...(data && { data }), ...(errors && { errors }) }),
          error: (error) => observer.error(error),
          complete: () => observer.complete(),
        },
      ),
    );
  });
}

/** The cache: one record for each entity, value types as parts of their object, and lists that grow by pages. */
export function createCache(): InMemoryCache {
  const policies: TypePolicies = {};
  for (const name of valueTypes) policies[name] = { keyFields: false, merge: !pageTypes.includes(name) };
  for (const [name, lists] of Object.entries(listFields)) {
    const fields = Object.entries(lists).map(([field, args]) => [field, listOf(args)] as const);
    policies[name] = { fields: Object.fromEntries(fields) };
  }
  return new InMemoryCache({ possibleTypes, typePolicies: policies });
}

/** Makes every list, and the latest snapshot of the cluster, be read again after a snapshot was created. */
export function forgetLists(cache: ApolloCache, cluster?: { __typename: string; id: string }): void {
  cache.evict({ id: 'ROOT_QUERY', fieldName: 'snapshots' });
  const id = cluster && cache.identify(cluster);
  for (const fieldName of id ? ['snapshots', 'latestSnapshot'] : []) cache.evict({ id, fieldName });
  cache.gc();
}

/** Removes a deleted snapshot from every list. */
export function removeSnapshot(cache: ApolloCache, snapshot: { __typename: string; id: string }): void {
  cache.evict({ id: cache.identify(snapshot) });
  cache.gc();
}

/** A page as the cache has it; what the query does not select is undefined. */
interface Connection {
  readonly nodes?: readonly Reference[];
  readonly edges?: readonly { readonly node: Reference }[];
  readonly pageInfo?: Omit<Page, 'args'> & { readonly hasNextPage?: boolean; readonly hasPreviousPage?: boolean };
  readonly sources?: readonly StoreObject[];
}

interface StoredPage extends Page {
  readonly connection: Connection;
}

/** The pages in the order in which they were read, and the list that they make. */
interface List {
  readonly pages: readonly StoredPage[];
  readonly merged: Connection;
}

function listOf(keyArgs: readonly string[]): FieldPolicy<List, Connection> {
  return {
    // Lists that are read from the start and from the end are different lists.
    keyArgs: (args) => (args && isBackward(args) ? [...keyArgs, 'last'] : [...keyArgs]),
    merge(list, connection, options) {
      const args: PageArguments = options.args ?? {};
      const page: StoredPage = { args, ...connection.pageInfo, connection };
      const known = list?.pages ?? [];
      // The page after which this one comes. Without it, the list begins again with this page.
      const previous = known.findIndex((each) => isContinued(each, page));
      const pages = [...known.slice(0, previous + 1), page];
      return { pages, merged: mergedConnection(pages, options) };
    },
    read(list, { readField, canRead }) {
      if (!list?.merged.edges) return list?.merged;
      const edges = list.merged.edges.filter((edge) => canRead(readField('node', edge)));
      return { ...list.merged, edges };
    },
  };
}

function mergedConnection(pages: readonly StoredPage[], { readField }: FieldFunctionOptions): Connection {
  const last = pages.at(-1);
  if (!last) return {};
  const inOrder = (isBackward(last.args) ? pages.toReversed() : pages).map(({ connection }) => connection);
  const [start, end] = [inOrder.at(0)?.pageInfo, inOrder.at(-1)?.pageInfo];
  const { nodes, edges, pageInfo, sources } = last.connection;
  const asReport = (report: StoreObject) => {
    const source = readField<Reference>('source', report);
    const error = readField<StoreObject>('error', report);
    return {
      ...report,
      sourceId: source && readField<string>('id', source),
      errorCode: error ? readField<string>('code', error) : undefined,
    };
  };
  return {
    ...last.connection,
    ...(nodes && { nodes: inOrder.flatMap((each) => each.nodes ?? []) }),
    ...(edges && { edges: inOrder.flatMap((each) => each.edges ?? []) }),
    ...(pageInfo && {
      pageInfo: {
        ...pageInfo,
        ...(start && { startCursor: start.startCursor, hasPreviousPage: start.hasPreviousPage }),
        ...(end && { endCursor: end.endCursor, hasNextPage: end.hasNextPage }),
      },
    }),
    ...(sources && { sources: mergeReports(pages.map(({ connection }) => (connection.sources ?? []).map(asReport))) }),
  };
}
