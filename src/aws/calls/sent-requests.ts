import { AsyncLocalStorage } from 'node:async_hooks';
import type { ObservedCall } from '../observer.ts';

/** What an SDK client reports during a call, and what the transport of the client reads of the call. */
interface Sender {
  readonly call: ObservedCall;
  readonly signal: AbortSignal | undefined;
  known?: KnownResponse | undefined;
  onRequest?: () => void;
}

/** The former response to the same call, if it is in memory: what it has in common with the next one is used again. */
export interface KnownResponse {
  readonly output: object | undefined;
}

/** What the client learns of a call. */
interface Sending {
  readonly signal?: AbortSignal;
  /** Undefined if the response is not cached. */
  readonly known?: KnownResponse | undefined;
}

const senders = new AsyncLocalStorage<Sender>();

/**
 * Makes an SDK call, and calls `onRequest` for each request sent, including retries and calls that are aborted. A pooled
 * transport aborts the request when the signal aborts, and then sends no other.
 */
export async function countRequests<Output>(
  call: ObservedCall,
  onRequest: () => void,
  send: () => Promise<Output>,
  { signal, known }: Sending = {},
): Promise<Output> {
  const sender: Sender = { call, signal, known, onRequest };
  try {
    return await senders.run(sender, send);
  } finally {
    // An idle connection keeps the sender of its last request, and would also keep what that request has read.
    delete sender.onRequest;
    delete sender.known;
  }
}

/** Counts a request that is sent now, and returns the signal of its call. Throws if the signal has aborted. */
export function countRequest(): AbortSignal | undefined {
  const sender = senders.getStore();
  if (sender === undefined) return undefined;
  const { signal, call } = sender;
  if (signal?.aborted) throw abortError(signal);
  sender.onRequest?.();
  call.attempts += 1;
  call.sentAt ??= performance.now();
  return signal;
}

/** Returns an error with the name that the SDK neither retries nor counts as a failure of AWS. */
function abortError(signal: AbortSignal): Error {
  return Object.assign(new Error('The call was aborted.', { cause: signal.reason }), { name: 'AbortError' });
}

/** Counts a request that AWS has throttled. */
export function countThrottled(): void {
  const call = senders.getStore()?.call;
  if (call) call.throttled += 1;
}

/** Returns the former response to the call that is made; undefined if its response is not cached. */
export function knownResponse(): KnownResponse | undefined {
  return senders.getStore()?.known;
}
