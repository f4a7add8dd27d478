import { Counter, Histogram, type Registry } from 'prom-client';
import type { AwsObserver, ObservedCall } from '../../aws/observer.ts';
import { callOutcomeOf } from '../outcome.ts';
import { durations } from './buckets.ts';

/** Measures the calls to AWS. */
export function createCallMetrics(registry: Registry): AwsObserver {
  const registers = [registry];
  const labelNames = ['service', 'action'] as const;
  const calls = new Counter({
    name: 'snapgate_aws_calls_total',
    help: 'The AWS calls, by service, action and outcome: OK, an error code, or ABORTED if no caller waited any longer. Calls that were never sent, for example because of the circuit breaker, are included.',
    labelNames: [...labelNames, 'outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'snapgate_aws_call_duration_seconds',
    help: 'The duration of AWS calls from the first request until the end, retries included, by service, action and outcome.',
    labelNames: [...labelNames, 'outcome'],
    buckets: durations,
    registers,
  });
  const queued = new Histogram({
    name: 'snapgate_aws_call_queue_seconds',
    help: 'The time that AWS calls wait in the gateway before their first request, by service: in the queue of the source, for its pace, and for credentials.',
    labelNames: ['service'],
    buckets: durations,
    registers,
  });
  const retries = new Counter({
    name: 'snapgate_aws_retries_total',
    help: 'The requests to AWS that repeat an earlier request of the same call, by service and action.',
    labelNames,
    registers,
  });
  const throttles = new Counter({
    name: 'snapgate_aws_throttles_total',
    help: 'The requests that AWS throttled, by service and action.',
    labelNames,
    registers,
  });
  const end = ({ service, action, attempts, throttled, sentAt }: ObservedCall, startedAt: number, outcome: string) => {
    const now = performance.now();
    const labels = { service, action, outcome };
    calls.inc(labels);
    queued.observe({ service }, ((sentAt ?? now) - startedAt) / 1_000);
    if (sentAt !== undefined) duration.observe(labels, (now - sentAt) / 1_000);
    retries.inc({ service, action }, Math.max(attempts - 1, 0));
    throttles.inc({ service, action }, throttled);
  };
  return {
    call: async (call, make) => {
      const startedAt = performance.now();
      try {
        const output = await make();
        end(call, startedAt, 'OK');
        return output;
      } catch (error) {
        end(call, startedAt, callOutcomeOf(error));
        throw error;
      }
    },
  };
}
