import { Counter, Gauge, type Registry } from 'prom-client';
import type { SourceState } from '../../aws/calls/source-state.ts';
import type { GatewayState } from '../../server/observation/state.ts';

/** A value of a metric, with its labels. */
export type Sample = readonly [value: number, labels?: Readonly<Record<string, string>>];

/** A metric whose values are read at each scrape. */
export interface StateMetric<State> {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** Returns the current values; a metric without values is not exposed. */
  read(state: State): readonly Sample[];
}

/** Adds metrics to a registry. A name that ends in `_total` is that of a counter. */
export function addStateMetrics<State>(
  registry: Registry,
  metrics: readonly StateMetric<State>[],
  current: () => State | undefined,
): void {
  for (const { name, help, labels: labelNames = [], read } of metrics) {
    const options = { name, help, labelNames, registers: [registry] };
    const hasLabels = labelNames.length > 0;
    const samples = () => {
      const state = current();
      return state === undefined ? [] : read(state);
    };
    if (name.endsWith('_total')) {
      const counter: Counter = new Counter({ ...options, collect: () => collect(counter, hasLabels, samples()) });
    } else {
      const gauge: Gauge = new Gauge({ ...options, collect: () => collect(gauge, hasLabels, samples()) });
    }
  }
}

function collect(metric: Counter | Gauge, hasLabels: boolean, samples: readonly Sample[]): void {
  metric.reset();
  // The value of a metric without labels is 0 after a reset.
  if (samples.length === 0 && !hasLabels) metric.remove();
  for (const [value, labels = {}] of samples) metric.inc(labels, value);
}

/** The labels of a source. */
export const ofSource = ['service', 'account', 'region'];

function labelsOf({ service, account, region }: SourceState) {
  return { service, account, region };
}

const breakerStates = ['closed', 'half-open', 'open'] as const;

/** The metrics of the sources, whose labels come from the configuration. */
export const sourceMetrics: readonly StateMetric<GatewayState>[] = [
  {
    name: 'snapgate_aws_running_calls',
    help: 'The AWS calls in progress, by source.',
    labels: ofSource,
    read: ({ sources }) => sources.map((source) => [source.running, labelsOf(source)]),
  },
  {
    name: 'snapgate_aws_queued_calls',
    help: 'The AWS calls that wait in the queues of a source.',
    labels: ofSource,
    read: ({ sources }) => sources.map((source) => [source.waiting, labelsOf(source)]),
  },
  {
    name: 'snapgate_aws_pace_calls_per_second',
    help: 'The AWS calls per second that the gateway allows itself while AWS throttles a source, for lists and changes (lists) and for the slowest operation that reads single records (records). Without a value, the rate is not limited because of throttling.',
    labels: [...ofSource, 'calls'],
    read: ({ sources }) =>
      sources.flatMap((source) => [
        ...paceOf(source, 'lists', source.listsPerSecond),
        ...paceOf(source, 'records', source.recordsPerSecond),
      ]),
  },
  {
    name: 'snapgate_aws_breaker_state',
    help: 'The state of the circuit breaker of a source: 1 for the current state (closed, half-open or open), 0 for the others.',
    labels: [...ofSource, 'state'],
    read: ({ sources }) =>
      sources.flatMap((source) =>
        breakerStates.map((state): Sample => [Number(source.breaker === state), { ...labelsOf(source), state }]),
      ),
  },
  {
    name: 'snapgate_aws_coalesced_calls_total',
    help: 'The reads that shared an AWS call in progress.',
    read: ({ sources }) => [[sources.reduce((sum, { coalesced }) => sum + coalesced, 0)]],
  },
];

function paceOf(source: SourceState, calls: string, perSecond: number | undefined): readonly Sample[] {
  return perSecond === undefined ? [] : [[perSecond, { ...labelsOf(source), calls }]];
}

/** The metrics of what the requests of a gateway share. */
export const gatewayMetrics: readonly StateMetric<GatewayState>[] = [
  {
    name: 'snapgate_cache_hits_total',
    help: 'The reads that found their response in the cache of AWS responses of this process.',
    read: ({ cache }) => [[cache.hits]],
  },
  {
    name: 'snapgate_cache_misses_total',
    help: 'The reads that did not find their response in the cache of AWS responses of this process.',
    read: ({ cache }) => [[cache.misses]],
  },
  {
    name: 'snapgate_cache_shared_hits_total',
    help: 'The reads that found their response in the cache of another replica.',
    read: ({ cache }) => [[cache.sharedHits]],
  },
  {
    name: 'snapgate_cache_evictions_total',
    help: 'The responses that were removed from the cache because it was full.',
    read: ({ cache }) => [[cache.evictions]],
  },
  {
    name: 'snapgate_cache_entries',
    help: 'The responses in the cache of AWS responses.',
    read: ({ cache }) => [[cache.entries]],
  },
  {
    name: 'snapgate_cache_bytes',
    help: 'The memory of the cache of AWS responses, in bytes.',
    read: ({ cache }) => [[cache.bytes]],
  },
  {
    name: 'snapgate_full_reads_running',
    help: 'The full reads in progress.',
    read: ({ fullReads }) => [[fullReads.running]],
  },
  {
    name: 'snapgate_full_reads_kept',
    help: 'The full reads that are kept for later requests.',
    read: ({ fullReads }) => [[fullReads.entries]],
  },
  {
    name: 'snapgate_full_reads_bytes',
    help: 'The memory of full reads, in bytes: of those that are kept (kept), and of those that only requests in progress use (unkept).',
    labels: ['held'],
    read: ({ fullReads }) => [
      [fullReads.bytes, { held: 'kept' }],
      [fullReads.unkeptBytes, { held: 'unkept' }],
    ],
  },
  {
    name: 'snapgate_full_read_requests_total',
    help: 'The requests for a full read, by what they found: a kept one (kept), one in progress (coalesced), or none (none).',
    labels: ['found'],
    read: ({ fullReads: { hits, coalesced, misses } }) => [
      [hits, { found: 'kept' }],
      [coalesced, { found: 'coalesced' }],
      [misses, { found: 'none' }],
    ],
  },
  {
    name: 'snapgate_full_read_pages_total',
    help: 'The AWS pages that full reads have read.',
    read: ({ fullReads }) => [[fullReads.pages]],
  },
  {
    name: 'snapgate_full_read_evictions_total',
    help: 'The full reads that were discarded because they exceed fullReads.megabytes.',
    read: ({ fullReads }) => [[fullReads.evictions]],
  },
  {
    name: 'snapgate_budget_charged_calls_total',
    help: 'The AWS calls that were charged to the allowances of principals.',
    read: ({ budget }) => [[budget.charged]],
  },
  {
    name: 'snapgate_budget_refused_calls_total',
    help: 'The estimated AWS calls of refused operations, by reason: their own cost exceeds the limit (cost), or the allowance of the principal is used up (allowance).',
    labels: ['reason'],
    read: ({ budget }) => [
      [budget.refusedByCost, { reason: 'cost' }],
      [budget.refusedByAllowance, { reason: 'allowance' }],
    ],
  },
  {
    name: 'snapgate_subscriptions_open',
    help: 'The open subscriptions.',
    read: ({ subscriptions }) => [[subscriptions]],
  },
  {
    name: 'snapgate_requests_in_flight',
    help: 'The requests in progress, without open subscriptions.',
    read: ({ requests }) => [[requests.executing]],
  },
  {
    name: 'snapgate_requests_refused_total',
    help: 'The requests that were refused because of too many requests in progress or unsent bytes.',
    read: ({ requests }) => [[requests.refused]],
  },
  {
    name: 'snapgate_connections_open',
    help: 'The open connections of clients.',
    read: ({ connections }) => [[connections.open]],
  },
  {
    name: 'snapgate_connections_closed_total',
    help: 'The connections that the gateway closed, by reason: refused because of a limit (refused), idle or stalled and replaced by another one (evicted), or because the client did not read (timed_out).',
    labels: ['reason'],
    read: ({ connections: { refused, evicted, timedOut } }) => [
      [refused, { reason: 'refused' }],
      [evicted, { reason: 'evicted' }],
      [timedOut, { reason: 'timed_out' }],
    ],
  },
  {
    name: 'snapgate_unsent_bytes',
    help: 'The bytes of responses that wait for clients to read.',
    read: ({ connections }) => [[connections.unsentBytes]],
  },
  {
    name: 'snapgate_redis_connected',
    help: 'Whether the gateway is connected to Redis: 1 or 0. Without a value, no Redis is configured.',
    read: ({ isRedisConnected }) => (isRedisConnected === undefined ? [] : [[Number(isRedisConnected)]]),
  },
];
