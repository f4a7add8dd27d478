import type { ServerResponse } from 'node:http';
import type { Basis } from '../../aws/calls/basis.ts';
import type { RequestClient, RequestScope } from '../../aws/request-scope.ts';
import { withoutEnd } from '../../errors.ts';
import type { ObservedRequest } from '../observation/observer.ts';

/** The part of its time limit that a request waits for full reads, so that time is left for the fields of the records. */
export const timeForFullReads = 0.8;

/** The maximum length of a user agent in the audit log, in characters. */
const longestUserAgent = 512;

/** Returns the client of a request, as the audit log names it. */
export function clientOf({ id, address, headers }: ObservedRequest): RequestClient {
  const agent = headers['user-agent'];
  return { requestId: id, address, userAgent: agent === undefined ? undefined : withoutEnd(agent, longestUserAgent) };
}

/** Whether a Cache-Control header asks for responses of AWS from after the request. */
export function isFreshWanted(cacheControl: string | undefined): boolean {
  return cacheControl !== undefined && /\bno-(?:cache|store)\b/.test(cacheControl);
}

/**
 * The scope of a query: its AWS calls end at the time limit of a request and when its client disconnects. The signal is
 * created when a call needs it, because most queries are answered from the cache.
 */
export class QueryScope implements RequestScope {
  readonly subject: string;
  readonly client: RequestClient;
  readonly waitsUntil: number;
  isFresh: boolean;
  readonly since: number;
  readonly isChange = false;
  declare mostCalls?: number;
  declare isIncomplete?: boolean;
  declare basis?: Basis;
  readonly #response: ServerResponse;
  readonly #endsAt: number;
  #signal: AbortSignal | undefined;

  constructor(subject: string, observed: ObservedRequest, response: ServerResponse, requestSeconds: number) {
    const now = performance.now();
    this.subject = subject;
    this.client = clientOf(observed);
    this.since = now;
    this.waitsUntil = now + requestSeconds * timeForFullReads * 1000;
    this.isFresh = isFreshWanted(observed.headers['cache-control']);
    this.#response = response;
    this.#endsAt = now + requestSeconds * 1000;
  }

  get signal(): AbortSignal {
    return (this.#signal ??= this.#createSignal());
  }

  #createSignal(): AbortSignal {
    const controller = new AbortController();
    // Not `AbortSignal.timeout`, which would keep the request in memory until its time limit.
    const end = () => controller.abort(new DOMException('The time limit of the request is over.', 'TimeoutError'));
    const timer = setTimeout(end, Math.max(0, Math.ceil(this.#endsAt - performance.now()))).unref();
    this.#response.once('close', () => {
      clearTimeout(timer);
      if (!this.#response.writableEnded) controller.abort();
    });
    if (this.#response.destroyed) controller.abort();
    return controller.signal;
  }
}
