/** What is known of an AWS call before it is made. */
export interface CallFacts {
  /** The prefix of the action in IAM policies: `redshift`, `rds`, `kms` or `sts`. */
  readonly service: string;
  /** The AWS operation, such as `DescribeClusters`. */
  readonly action: string;
  readonly account: string;
  readonly region: string;
}

/** A call in progress: what is added to it while it is made. */
export interface ObservedCall extends CallFacts {
  /** The requests sent, retries included; 0 as long as the call waits in the gateway. */
  attempts: number;
  /** The requests that AWS throttled. */
  throttled: number;
  /** When the first request was sent, in milliseconds of `performance.now()`. */
  sentAt?: number;
}

/** Observes the calls to AWS, for metrics and traces. */
export interface AwsObserver {
  /** Makes a call. A failure is a SnapgateError, or the reason why the caller aborted the call. */
  call<Output>(call: ObservedCall, make: () => Promise<Output>): Promise<Output>;
}

/** Makes a call within its observation, if there is an observer. `make` receives the call, to which it adds its requests. */
export function observeCall<Output>(
  observer: AwsObserver | undefined,
  facts: CallFacts,
  make: (call: ObservedCall) => Promise<Output>,
): Promise<Output> {
  const call = { ...facts, attempts: 0, throttled: 0 };
  return observer ? observer.call(call, () => make(call)) : make(call);
}
