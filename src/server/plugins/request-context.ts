import type { Plugin } from 'graphql-yoga';
import type { Principal } from '../../access/principal.ts';
import type { CreateContext, RequestContext } from '../../context.ts';

/** Adds the parts of a request to Yoga's context. */
export function useRequestContext(createContext: CreateContext): Plugin<{ principal: Principal }> {
  return {
    onContextBuilding: ({ context }) => {
      addParts(context, createContext(context.principal));
    },
  };
}

/** Lets an object show the parts of a request, each created when it is first read; a copy would create all of them. */
export function addParts<Base extends object>(base: Base, parts: RequestContext): Base & RequestContext {
  for (const name of Object.keys(parts) as (keyof RequestContext)[]) {
    Object.defineProperty(base, name, { configurable: true, enumerable: true, get: () => parts[name] });
  }
  return base as Base & RequestContext;
}
