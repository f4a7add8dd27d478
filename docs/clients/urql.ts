import { Client, type Exchange, fetchExchange, stringifyVariables, subscriptionExchange } from '@urql/core';
import { type Cache, cacheExchange, type Data, type Resolver, type UpdateResolver } from '@urql/exchange-graphcache';
import { createSubscribe, type Gateway, headersFor } from './connect.ts';
import introspection from './introspection.json' with { type: 'json' };
import { isBackward, isContinued, mergeReports, type Page, type PageArguments } from './reports.ts';
import { listFields, valueTypes } from './schema.ts';

/** The client: queries and mutations by POST, subscriptions by server-sent events. `exchanges` come before both. */
export function createUrql(gateway: Gateway, ...exchanges: readonly Exchange[]): Client {
  const subscribe = createSubscribe(gateway);
  return new Client({
    url: gateway.url,
    preferGetMethod: false,
    fetch: async (input, init) => {
      const headers = new Headers(init?.headers);
      for (const [name, value] of Object.entries(await headersFor(gateway))) headers.set(name, value);
      return fetch(input, { ...init, headers });
    },
    exchanges: [
      createCacheExchange(),
      ...exchanges,
      subscriptionExchange({
        forwardSubscription: ({ query = '', operationName, variables, extensions }) => ({
          subscribe: (sink) => ({
            unsubscribe: subscribe(
              {
                query,
                ...(operationName && { operationName }),
                ...(variables && { variables }),
                ...(extensions && { extensions }),
              },
              {
                next: (result) => sink.next(result as never),
                error: (error) => sink.error(error),
                complete: () => sink.complete(),
              },
            ),
          }),
        }),
      }),
      fetchExchange,
    ],
  });
}

/** The cache: one record for each entity, value types as parts of their object, and lists that grow by pages. */
export function createCacheExchange(): Exchange {
  const resolvers: Record<string, Record<string, Resolver>> = {};
  for (const [name, lists] of Object.entries(listFields)) {
    resolvers[name] = Object.fromEntries(Object.keys(lists).map((field) => [field, list]));
  }
  return cacheExchange({
    schema: introspection as never,
    keys: Object.fromEntries(valueTypes.map((name) => [name, () => null])),
    resolvers,
    updates: { Mutation: { createSnapshot: afterChange, copySnapshot: afterChange, deleteSnapshot: afterChange } },
  });
}

/** Makes lists be read again after a snapshot was created, and removes a deleted snapshot from them. */
const afterChange: UpdateResolver = (result, _args, cache, { fieldName }) => {
  const payload = result[fieldName] as Payload | null;
  // Null for an error and for the dry run of a creation; the dry run of a deletion returns the unchanged snapshot.
  const snapshot = payload?.snapshot ? cache.keyOfEntity(payload.snapshot) : null;
  if (snapshot === null || (fieldName === 'deleteSnapshot' && payload?.snapshot?.status !== 'DELETED')) return;
  const cluster = cache.resolve(snapshot, 'cluster');
  for (const entity of ['Query', ...(typeof cluster === 'string' ? [cluster] : [])]) {
    for (const { fieldName: name, fieldKey, arguments: args } of cache.inspectFields(entity)) {
      if (name === 'latestSnapshot') cache.invalidate(entity, name, args);
      if (name !== 'snapshots') continue;
      if (fieldName === 'deleteSnapshot') remove(cache, cache.resolve(entity, fieldKey), snapshot);
      else cache.invalidate(entity, name, args);
    }
  }
};

interface Payload {
  readonly snapshot?: (Data & { readonly status?: string }) | null;
}

/** Removes a record from a page. To invalidate the record would remove it from the result of the mutation, too. */
function remove(cache: Cache, page: unknown, record: string): void {
  if (typeof page !== 'string') return;
  for (const field of ['nodes', 'edges']) {
    const keys = cache.resolve(page, field);
    if (!Array.isArray(keys)) continue;
    const rest = (keys as string[]).filter((key) => (field === 'nodes' ? key : cache.resolve(key, 'node')) !== record);
    cache.link(page, field, rest);
  }
}

interface StoredPage extends Page {
  readonly key: string;
}

/** Resolves a field that returns a page with the whole list that the cached pages make. */
const list: Resolver = (_parent, args, cache, info) => {
  const known = cachedPages(cache, info.parentKey, info.fieldName, args);
  const requested = known.find((page) => isSame(page.args, args));
  if (!requested) info.partial = true;
  const pages = linked(known, requested ?? { args, key: '' }).filter(({ key }) => key);
  const last = pages.at(-1);
  if (!last) return undefined;
  const inOrder = isBackward(last.args) ? pages.toReversed() : pages;
  const links = (field: string) => {
    const all = inOrder.map(({ key }) => cache.resolve(key, field) as string[] | undefined);
    return all.every((each) => each === undefined) ? undefined : all.flatMap((each) => each ?? []);
  };
  const [start, end] = [infoOf(cache, inOrder.at(0)?.key), infoOf(cache, inOrder.at(-1)?.key)];
  return {
    __typename: cache.resolve(last.key, '__typename') as string,
    nodes: links('nodes'),
    edges: links('edges'),
    pageInfo: {
      __typename: 'PageInfo',
      startCursor: start('startCursor'),
      hasPreviousPage: start('hasPreviousPage'),
      endCursor: end('endCursor'),
      hasNextPage: end('hasNextPage'),
    },
    isComplete: cache.resolve(last.key, 'isComplete'),
    totalCount: cache.resolve(last.key, 'totalCount'),
    sources: mergeReports(pages.map(({ key }) => reportsOf(cache, key))),
  } as never;
};

/** The cached pages of the same list: their arguments are equal, except for the cursors. */
function cachedPages(cache: Cache, parentKey: string, fieldName: string, args: object): StoredPage[] {
  const fields = cache.inspectFields(parentKey).filter((field) => field.fieldName === fieldName);
  return fields.flatMap((field) => {
    const page: PageArguments = field.arguments ?? {};
    const key = cache.resolve(parentKey, field.fieldKey);
    if (typeof key !== 'string' || listKey(page) !== listKey(args)) return [];
    const cursor = infoOf(cache, key);
    return [{ key, args: page, startCursor: cursor('startCursor'), endCursor: cursor('endCursor') }];
  });
}

const listKey = (args: object) => stringifyVariables({ ...args, after: null, before: null });
const isSame = (one: PageArguments, other: PageArguments) =>
  (one.after ?? null) === (other.after ?? null) && (one.before ?? null) === (other.before ?? null);

/** The pages that make one list with a page, in the order in which they were read. */
function linked(known: readonly StoredPage[], page: StoredPage): StoredPage[] {
  const pages = [page];
  const isNew = (each: StoredPage) => !pages.includes(each);
  const next = (to: StoredPage) => known.find((each) => isNew(each) && isContinued(to, each));
  const previous = (to: StoredPage) => known.find((each) => isNew(each) && isContinued(each, to));
  for (let each = previous(page); each; each = previous(each)) pages.unshift(each);
  for (let each = next(page); each; each = next(each)) pages.push(each);
  return pages;
}

function infoOf(cache: Cache, key: string | undefined) {
  const pageInfo = key === undefined ? undefined : (cache.resolve(key, 'pageInfo') as string | undefined);
  return (field: string) => (pageInfo === undefined ? undefined : (cache.resolve(pageInfo, field) as string | null));
}

function reportsOf(cache: Cache, key: string) {
  const reports = (cache.resolve(key, 'sources') ?? []) as string[];
  return reports.map((report) => {
    const source = cache.resolve(report, 'source') as string | undefined;
    const error = cache.resolve(report, 'error') as string | null | undefined;
    return {
      __typename: 'SourceReport',
      source,
      sourceId: source && (cache.resolve(source, 'id') as string | undefined),
      status: cache.resolve(report, 'status') as string | undefined,
      error,
      errorCode: error == null ? undefined : (cache.resolve(error, 'code') as string | undefined),
      fetchedAt: cache.resolve(report, 'fetchedAt') as string | null | undefined,
      awsCalls: cache.resolve(report, 'awsCalls') as number | undefined,
    };
  });
}
