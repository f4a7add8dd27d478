import type { Plugin } from 'graphql-yoga';

/** Forbids caching of responses: they show the current state of AWS, and can contain a password. */
export function useNoStore(): Plugin {
  return {
    onResponse: ({ request, response }) => {
      // The GraphiQL page is the same for all callers, unless it contains a token.
      const isPage = response.headers.get('content-type')?.startsWith('text/html');
      if (isPage && !request.headers.has('authorization')) return;
      response.headers.set('cache-control', 'no-store');
    },
  };
}
