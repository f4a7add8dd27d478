import type { Basis } from './calls/basis.ts';

/** The client of a request, as the audit log names it. */
export interface RequestClient {
  readonly requestId: string;
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
}

/** The limits on the AWS calls of one request; they can change until the request is executed. */
export interface RequestScope {
  /** Aborts, with a reason for the client, when the request times out or its client disconnects. */
  signal: AbortSignal | undefined;
  /** The subject of the principal, which AWS records with a change. */
  readonly subject?: string;
  /** The client that sent the request, if it was sent over HTTP. */
  readonly client?: RequestClient;
  /** Whether the request bypasses the cache: responses from before the request are not used. */
  isFresh: boolean;
  /**
   * When a query started, in milliseconds of `performance.now()`: even if it bypasses the cache, or the cache is
   * disabled, it uses the responses of calls that started later. Undefined for an operation that must see its own
   * changes, or those of others.
   */
  since?: number | undefined;
  /** Whether reads are answered by the cache of this process or not at all, without waiting. */
  readonly isCachedOnly?: boolean;
  /** Whether the request changes something; its calls are sent before those of requests that only read. */
  isChange?: boolean;
  /** The maximum number of AWS calls of the request; changes are made and read back even above the maximum. */
  mostCalls?: number;
  /** When the request stops to wait for full reads, before its time limit, in milliseconds of `performance.now()`. */
  waitsUntil?: number;
  /** Set to true when a response of the request may lack records, because a source could not be read in full. */
  isIncomplete?: boolean;
  /** Whether the calls read back a change whose response was lost. */
  readonly isReadBack?: boolean;
  /** True for a full read, which belongs to no request: its calls are never refused, and it keeps their responses. */
  readonly isForAll?: boolean;
  /** What the response rests on; undefined if it will not be reused. */
  readonly basis?: Basis | undefined;
}
