import type { Plugin } from 'graphql-yoga';
import type { CreateContext, RequestContext } from '../../context.ts';
import { withoutEnd } from '../../errors.ts';
import type { ObservedRequest } from '../observation/observer.ts';
import type { ServerContext } from '../requests.ts';

/** Adds the request parts to the context of Yoga. */
export function useRequestContext(createContext: CreateContext): Plugin<ServerContext> {
  return {
    onContextBuilding: ({ context }) => {
      const { principal, observed } = context;
      addParts(context, createContext(principal, { signal: undefined, isFresh: true, client: clientOf(observed) }));
    },
  };
}

/** The maximum length of a user agent in the audit log, in characters. */
const longestUserAgent = 512;

function clientOf({ id, address, headers }: ObservedRequest) {
  const agent = headers['user-agent'];
  return { requestId: id, address, userAgent: agent === undefined ? undefined : withoutEnd(agent, longestUserAgent) };
}

/** Adds the request parts to an object as getters, because copying the values would create every part. */
export function addParts<Base extends object>(base: Base, parts: RequestContext): Base & RequestContext {
  for (const name of Object.keys(parts) as (keyof RequestContext)[]) {
    Object.defineProperty(base, name, { configurable: true, enumerable: true, get: () => parts[name] });
  }
  return base as Base & RequestContext;
}
