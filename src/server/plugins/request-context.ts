import type { Plugin } from 'graphql-yoga';
import { contextParts, type CreateContext, type RequestContext } from '../../context.ts';
import { clientOf } from '../operations/scope.ts';
import type { ServerContext } from '../operations/server-context.ts';

/** Adds the request parts to the context of Yoga. */
export function useRequestContext(createContext: CreateContext): Plugin<ServerContext> {
  return {
    onContextBuilding: ({ context }) => {
      const { principal, observed } = context;
      addParts(context, createContext(principal, { signal: undefined, isFresh: true, client: clientOf(observed) }));
    },
  };
}

/** Adds the request parts to an object as getters, because copying the values would create every part. */
export function addParts<Base extends object>(base: Base, parts: RequestContext): Base & RequestContext {
  return Object.defineProperties(Object.assign(base, { [partsOf]: parts }), getters) as Base as Base & RequestContext;
}

const partsOf = Symbol('parts');

/** The same functions for all requests: V8 keeps each function that is defined as a getter until a full collection. */
const getters: PropertyDescriptorMap = Object.fromEntries(
  contextParts.map((name) => [
    name,
    {
      configurable: true,
      enumerable: true,
      get(this: { readonly [partsOf]: RequestContext }) {
        return this[partsOf][name];
      },
    },
  ]),
);
