import { isAsyncIterable, type Plugin, processRegularResult } from 'graphql-yoga';
import { refusal } from '../../limits/refusal.ts';

const stream = 'text/event-stream';
const possible = ['application/json', 'application/graphql-response+json', stream, 'multipart/mixed'];

/**
 * Refuses a request whose Accept header allows no response before it is executed, and closes a subscription whose client
 * does not accept its events. GraphQL Yoga would discard the result of a change, and leave the subscription open.
 */
export function useAcceptedTypes(): Plugin {
  return {
    onParams: ({ request }) => {
      if (!isPossible(request.headers.get('accept') || '*/*')) {
        throw notAcceptable(`The response is one of ${possible.join(', ')}. Accept one of these types.`);
      }
    },
    onResultProcess: ({ result, resultProcessor, setResult, setResultProcessor }) => {
      if (resultProcessor) return;
      if (isAsyncIterable(result)) {
        void result[Symbol.asyncIterator]().return?.();
        setResult({
          errors: [
            notAcceptable(`A subscription is delivered as server-sent events. Send the header Accept: ${stream}.`),
          ],
        });
      }
      setResultProcessor(processRegularResult, 'application/json');
    },
  };
}

/** Whether an Accept header allows one of the possible types; its parameters, such as weights, do not count. */
function isPossible(header: string): boolean {
  return header.split(',').some((each) => {
    const range = each.replace(/;.*/s, '').trim().toLowerCase();
    const start = range.endsWith('/*') ? range.slice(0, -1) : undefined;
    return possible.some((type) => range === '*/*' || type === range || (start && type.startsWith(start)));
  });
}

function notAcceptable(reason: string) {
  return refusal('INVALID_INPUT', `The Accept header does not allow the response. ${reason}`, {
    http: { status: 406 },
  });
}
