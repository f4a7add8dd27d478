import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';

/** Calls `onStart` for each response that is an event stream, which stays open after its request has been executed. */
export function useEventStreams(onStart: (response: ServerResponse) => void): Plugin {
  return {
    onResponse: ({ response, serverContext }) => {
      const res = (serverContext as { res?: ServerResponse } | undefined)?.res;
      if (res && response.headers.get('content-type')?.startsWith('text/event-stream')) onStart(res);
    },
  };
}
