/** What binds the calls of one request; it may change until the request is executed. */
export interface RequestScope {
  /** Aborts, with a reason for the client, when the request's time is over or its client no longer waits. */
  signal: AbortSignal | undefined;
  /** The principal; AWS records the name with what is changed. */
  readonly subject?: string;
  /** Whether answers of before the request are not good enough. */
  isFresh: boolean;
  /** Whether the request changes something, which goes before what only reads. */
  isChange?: boolean;
  /** Calls that the request may make; changes are made all the same. */
  mostCalls?: number;
  /** Set where the caller keeps the answers itself, so that they need not be kept twice. */
  readonly isKeeping?: boolean;
}
