import type { Plugin } from 'graphql-yoga';
import { refusal } from '../../limits/refusal.ts';

/** Rejects a parameter of a URL or a form that is not valid JSON, which GraphQL Yoga would report as an internal error. */
export function useReadableAddresses(): Plugin {
  return {
    onRequestParse: ({ request, url, requestParser, setRequestParser }) => {
      if (request.method !== 'GET') {
        if (requestParser) setRequestParser((form) => readForm(() => requestParser(form)));
        return;
      }
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

/** Parses the body of a request. GraphQL Yoga itself reports invalid JSON as such, except in the fields of a form. */
async function readForm<Params>(parse: () => Params | Promise<Params>): Promise<Params> {
  try {
    return await parse();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refusal(
      'INVALID_INPUT',
      'The form field variables or extensions is not valid JSON. Send a URL-encoded JSON object in each of them.',
      { http: { status: 400 } },
    );
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
