import { AsyncLocalStorage } from 'node:async_hooks';
import type { ObservedCall } from '../observer.ts';

/** What the SDK's client reports while it makes a call. */
interface Sender {
  readonly call: ObservedCall;
  onRequest?: () => void;
}

const senders = new AsyncLocalStorage<Sender>();

/** Makes an SDK call, and calls `onRequest` for each request sent, including retries and calls that are aborted. */
export async function countRequests<Output>(
  call: ObservedCall,
  onRequest: () => void,
  send: () => Promise<Output>,
): Promise<Output> {
  const sender: Sender = { call, onRequest };
  try {
    return await senders.run(sender, send);
  } finally {
    // An idle connection keeps the sender of its last request, and would also keep what that request has read.
    delete sender.onRequest;
  }
}

/** Counts a request that is sent now. */
export function countRequest(): void {
  const sender = senders.getStore();
  if (sender === undefined) return;
  sender.onRequest?.();
  sender.call.attempts += 1;
  sender.call.sentAt ??= performance.now();
}

/** Counts a request that AWS has throttled. */
export function countThrottled(): void {
  const call = senders.getStore()?.call;
  if (call) call.throttled += 1;
}
