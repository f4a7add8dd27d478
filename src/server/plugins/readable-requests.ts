import type { Plugin } from 'graphql-yoga';
import { withoutEnd } from '../../errors.ts';
import { refusal } from '../../limits/refusal.ts';

/**
 * Rejects a parameter of a URL or a form that is not valid JSON, which GraphQL Yoga would report as an internal error,
 * and a body of an unsupported content type, which GraphQL Yoga would reject without a message.
 */
export function useReadableRequests(): Plugin {
  return {
    onRequestParse: ({ request, url, requestParser, setRequestParser }) => {
      // GraphQL Yoga rejects other methods itself.
      if (requestParser === undefined && request.method === 'POST')
        throw unsupported(request.headers.get('content-type'));
      if (requestParser === undefined) return;
      if (request.method !== 'GET') {
        setRequestParser((body) => readBody(() => requestParser(body)));
        return;
      }
      const broken = ['variables', 'extensions'].find((name) => !isJson(url.searchParams.get(name) || '{}'));
      if (broken !== undefined)
        throw invalid(`The URL parameter ${broken} is not valid JSON. Send a URL-encoded JSON object.`);
    },
  };
}

/** Parses the body of a request. GraphQL Yoga itself reports invalid JSON as such, except in the fields of a form. */
async function readBody<Params>(parse: () => Params | Promise<Params>): Promise<Params> {
  try {
    return await parse();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(
      'The form field variables or extensions is not valid JSON. Send a URL-encoded JSON object in each of them.',
    );
  }
}

function invalid(message: string) {
  return refusal('INVALID_INPUT', message, { http: { status: 400 } });
}

function unsupported(contentType: string | null) {
  const named =
    contentType === null ? 'A body without a content-type' : `The content-type ${withoutEnd(contentType, 100)}`;
  return refusal('INVALID_INPUT', `${named} is not supported. Send JSON with the content-type application/json.`, {
    http: { status: 415 },
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
