import type { Plugin } from 'graphql-yoga';
import { refusal } from '../../limits/refusal.ts';

/** Refuses a parameter of the address that is not JSON, by its name; the server library takes it for a fault of its own. */
export function useReadableAddresses(): Plugin {
  return {
    onRequestParse: ({ request, url }) => {
      if (request.method !== 'GET') return;
      const broken = ['variables', 'extensions'].find((name) => !isJson(url.searchParams.get(name) || '{}'));
      if (broken !== undefined) {
        throw refusal('INVALID_INPUT', `The parameter ${broken} is not JSON.`, { http: { status: 400 } });
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
