import type { Plugin } from 'graphql-yoga';
import { refusal } from '../../limits/refusal.ts';

/** Rejects a URL parameter that is not valid JSON, which GraphQL Yoga would report as an internal error. */
export function useReadableAddresses(): Plugin {
  return {
    onRequestParse: ({ request, url }) => {
      if (request.method !== 'GET') return;
      const broken = ['variables', 'extensions'].find((name) => !isJson(url.searchParams.get(name) || '{}'));
      if (broken !== undefined) {
        throw refusal(
          'INVALID_INPUT',
          `The URL parameter ${broken} is not valid JSON. Send a URL-encoded JSON object.`,
          { http: { status: 400 } },
        );
      }
    },
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
