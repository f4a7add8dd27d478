import { Histogram, type Registry } from 'prom-client';
import type { ObservedRead, ObserveRead } from '../../fleet/full-reads/activity.ts';
import { longDurations } from './buckets.ts';

/** Measures full reads. */
export function createFullReadMetrics(registry: Registry): ObserveRead {
  const duration = new Histogram({
    name: 'snapgate_full_read_duration_seconds',
    help: 'The duration of full reads since they started or were continued, by outcome: complete, failed, or paused because no request waits for them.',
    labelNames: ['outcome'],
    buckets: longDurations,
    registers: [registry],
  });
  return (read) => duration.observe({ outcome: outcomeOf(read) }, read.seconds);
}

function outcomeOf({ isEnded, failure }: ObservedRead): 'complete' | 'failed' | 'paused' {
  if (failure !== null) return 'failed';
  return isEnded ? 'complete' : 'paused';
}
