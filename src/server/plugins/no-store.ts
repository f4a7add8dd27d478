import type { Plugin } from 'graphql-yoga';

/** Keeps answers out of caches: they say what AWS says now, and one of them may hold a password. */
export function useNoStore(): Plugin {
  return {
    onResponse: ({ request, response }) => {
      // The page of GraphiQL is the same for everyone, unless it contains a token.
      const isPage = response.headers.get('content-type')?.startsWith('text/html');
      if (isPage && !request.headers.has('authorization')) return;
      response.headers.set('cache-control', 'no-store');
    },
  };
}
