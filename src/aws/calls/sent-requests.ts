import { AsyncLocalStorage } from 'node:async_hooks';
import type { ObservedCall } from '../observer.ts';

/** What the SDK's client reports while it makes a call. */
interface Sender {
  readonly call: ObservedCall;
  readonly onRequest: () => void;
}

const senders = new AsyncLocalStorage<Sender>();

/** Makes an SDK call, and calls `onRequest` for each request sent, including retries and calls that are aborted. */
export function countRequests<Output>(call: ObservedCall, onRequest: () => void, send: () => Output): Output {
  return senders.run({ call, onRequest }, send);
}

/** Counts a request that is sent now. */
export function countRequest(): void {
  const sender = senders.getStore();
  if (sender === undefined) return;
  sender.onRequest();
  sender.call.attempts += 1;
  sender.call.sentAt ??= performance.now();
}

/** Counts a request that AWS has throttled. */
export function countThrottled(): void {
  const call = senders.getStore()?.call;
  if (call) call.throttled += 1;
}
