import { LRUCache } from 'lru-cache';

/** The media types of the responses to operations, as GraphQL Yoga has negotiated them. */
export interface MediaTypes {
  /** Returns the media type of a response for an Accept header; undefined if it is not known yet. */
  find(accept: string | undefined): string | undefined;
  /** Notes the media type that GraphQL Yoga chose for an Accept header. */
  add(accept: string | undefined, contentType: string): void;
}

const remembered = 100;
/** Headers of browsers and client libraries are shorter. */
const longestHeader = 300;
const known = /^application\/(?:graphql-response\+)?json; charset=utf-8$/;

/** Creates an empty memory: GraphQL Yoga answers the first request with each Accept header. */
export function createMediaTypes(): MediaTypes {
  const types = new LRUCache<string, string>({ max: remembered });
  return {
    find: (accept = '') => types.get(accept),
    add: (accept = '', contentType) => {
      if (accept.length <= longestHeader && known.test(contentType)) types.set(accept, contentType);
    },
  };
}
