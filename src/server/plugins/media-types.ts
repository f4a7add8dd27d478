import type { Plugin } from 'graphql-yoga';
import type { MediaTypes } from '../operations/media-types.ts';

/** Notes the media type that GraphQL Yoga chooses for each Accept header, which the fast path then uses, too. */
export function useMediaTypes(types: MediaTypes): Plugin {
  return {
    onResponse: ({ request, response }) => {
      if (request.method !== 'POST' || response.status !== 200) return;
      types.add(request.headers.get('accept') ?? undefined, response.headers.get('content-type') ?? '');
    },
  };
}
