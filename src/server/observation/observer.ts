import type { IncomingHttpHeaders } from 'node:http';

/** An operation of a request, as far as it could be parsed. */
export interface ObservedOperation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** The name in the document, which the client chose. */
  readonly name: string | undefined;
  /** Whether the document is a trusted one, so that its name is one of a known set. */
  readonly isTrusted: boolean;
}

/**
 * What has executed an operation: GraphQL.js; its compiled form, on the fast path; or nothing, because the data of an
 * earlier response was still correct.
 */
export const executors = ['graphql-js', 'compiled', 'ready'] as const;
export type Executor = (typeof executors)[number];

/** The AWS calls of a request. */
export interface ObservedUsage {
  readonly calls: number;
  readonly coalesced: number;
  readonly cached: number;
}

/** A request to the GraphQL endpoint: what is known when it arrives, and what is added while it is answered. */
export interface ObservedRequest {
  /** The `x-request-id` of the client, or a new id. */
  readonly id: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** The client's address: that of the TCP peer, or the one that a trusted proxy reports. */
  readonly address: string | undefined;
  /** Milliseconds of `performance.now()`. */
  readonly startedAt: number;
  subject?: string;
  operation?: ObservedOperation;
  /** Undefined if the request has no valid operation. */
  executor?: Executor;
  /** The estimated cost, in AWS calls. */
  cost?: number | undefined;
  aws?: ObservedUsage | undefined;
  /** Whether the response has data: a root field that is not null. */
  hasData?: boolean;
  /** Whether the data may lack records, because a source could not be read in full. */
  isIncomplete?: boolean;
  /** The codes of the errors of the response, those of refused mutations included; each once, in their order. */
  readonly codes: Set<string>;
}

/** How a response ended. */
export interface ObservedEnd {
  /** The HTTP status; undefined if the client disconnected before it was sent. */
  readonly status: number | undefined;
  /** Whether the client disconnected before the end of the response. */
  readonly isDisconnected: boolean;
}

/** Observes the requests to the GraphQL endpoint, for logs, metrics and traces. */
export interface RequestObserver {
  /** Answers a request; what `answer` calls belongs to the request. */
  run<Result>(request: ObservedRequest, answer: () => Result): Result;
  /** Called once when the response has ended. */
  end(request: ObservedRequest, end: ObservedEnd): void;
}

/** Observes nothing. */
export const unobserved: RequestObserver = { run: (_request, answer) => answer(), end: () => {} };
