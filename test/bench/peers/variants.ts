import { shapes, type ShapeName } from './shapes.ts';
import type { Target } from './client.ts';

/** The servers that are measured. */
export type ServerName =
  | 'bare'
  | 'direct'
  | 'yoga'
  | 'apollo'
  | 'mercurius'
  | 'mercurius-jit'
  | 'mercurius-gzip'
  | 'mercurius-jit-gzip'
  | 'snapgate';

/** A row of the tables. */
export interface Variant {
  readonly name: string;
  readonly title: string;
  readonly server: ServerName;
  /** Whether it sends compressed responses, of shapes whose responses are long enough. */
  readonly isCompressed?: true;
  /** Whether it sends the JSON of the SDK instead of that of the query. */
  readonly isDirect?: true;
  /** How the requests differ from the plain query. */
  readonly how?: 'compiled' | 'uncached';
}

export const variants: readonly Variant[] = [
  { name: 'bare', title: 'Ready bytes from node:http', server: 'bare' },
  { name: 'ready', title: '**snapgate, repeated query**', server: 'snapgate' },
  { name: 'compiled', title: '**snapgate, without ready responses**', server: 'snapgate', how: 'compiled' },
  { name: 'mercurius-jit', title: 'Mercurius with JIT, in memory', server: 'mercurius-jit' },
  { name: 'mercurius', title: 'Mercurius, in memory', server: 'mercurius' },
  { name: 'apollo', title: 'Apollo Server, in memory', server: 'apollo' },
  { name: 'yoga', title: 'Yoga and Pothos, in memory', server: 'yoga' },
  { name: 'bare-gzip', title: 'Ready bytes from node:http, gzip', server: 'bare', isCompressed: true },
  { name: 'ready-gzip', title: '**snapgate, repeated query, gzip**', server: 'snapgate', isCompressed: true },
  {
    name: 'compiled-gzip',
    title: '**snapgate, without ready responses, gzip**',
    server: 'snapgate',
    how: 'compiled',
    isCompressed: true,
  },
  {
    name: 'mercurius-jit-gzip',
    title: 'Mercurius with JIT, in memory, gzip',
    server: 'mercurius-jit-gzip',
    isCompressed: true,
  },
  { name: 'mercurius-gzip', title: 'Mercurius, in memory, gzip', server: 'mercurius-gzip', isCompressed: true },
  { name: 'direct', title: 'AWS SDK and JSON.stringify, uncached', server: 'direct', isDirect: true },
  { name: 'uncached', title: '**snapgate, uncached**', server: 'snapgate', how: 'uncached' },
];

/** What the requests to the servers need besides the query. */
export interface Known {
  readonly ports: ReadonlyMap<ServerName, number>;
  readonly token: string;
  /** The id of the snapshot of shape a. */
  readonly id: string;
}

/** Returns the requests of a variant for a shape. */
export function targetOf(variant: Variant, shape: ShapeName, { ports, token, id }: Known): Target {
  const { server, how, isCompressed = false } = variant;
  const suffix = isCompressed ? '.gz' : '';
  const path = server === 'bare' || server === 'direct' ? `/${shape}${suffix}` : '/graphql';
  const variables = shape === 'a' ? { id } : {};
  const body = JSON.stringify({ query: shapes[shape].query, variables });
  return {
    port: ports.get(server)!,
    path: server === 'apollo' ? '/' : path,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(isCompressed && { 'accept-encoding': 'gzip' }),
      ...(server === 'snapgate' && { authorization: `Bearer ${token}` }),
      ...(how === 'uncached' && { 'cache-control': 'no-cache' }),
    },
    body: how === 'compiled' ? (count) => withoutReadyResponse(shapes[shape].query, variables, count) : () => body,
  };
}

/** A body that no ready response answers, but with the same document and result: it has another value of a variable. */
export function withoutReadyResponse(query: string, variables: object, count: number): string {
  return JSON.stringify({ query, variables: { ...variables, count } });
}
