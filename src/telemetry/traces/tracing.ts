import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler as SpanSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { ObservedCall } from '../../aws/observer.ts';
import { SnapgateError } from '../../errors.ts';
import { maskTokens } from '../../masking.ts';
import type { IncomingHttpHeaders } from 'node:http';
import type { ObservedEnd, ObservedRequest } from '../../server/observation/observer.ts';
import type { Log } from '../log.ts';
import type { Observer } from '../observers.ts';
import { outcomeOf } from '../outcome.ts';
import type { Sampler, TraceSettings } from './environment.ts';

/** Traces: one span for each operation, and one for each AWS call, below the operation that makes it. */
export interface Tracing {
  readonly observer: Observer;
  /** Exports the spans that have ended. Resolves after a few seconds, even if the exporter does not respond. */
  stop(): Promise<void>;
}

/**
 * Creates the traces of a gateway. They continue the trace of a client that sends `traceparent`, and contain names,
 * codes and figures: no queries, variables, tokens or messages.
 * https://www.w3.org/TR/trace-context/
 */
export function createTracing(settings: TraceSettings, log: Log): Tracing {
  reportProblems(log);
  const named = resourceFromAttributes({ 'service.name': 'snapgate' });
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(named)
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: createSampler(settings.sampler, settings.ratio),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), ...settings.batches })],
  });
  return {
    observer: createObserver(provider.getTracer('snapgate')),
    stop: async () => {
      const late = AbortSignal.timeout(longestStop);
      const ended = new Promise<void>((resolve) => late.addEventListener('abort', () => resolve()));
      await Promise.race([provider.shutdown(), ended]);
    },
  };
}

/** The time in which spans are exported when the gateway stops, in milliseconds. */
const longestStop = 3_000;

/** The exporter reports its failures, such as a collector that does not respond, only to this global. */
function reportProblems(log: Log): void {
  const warn = (message: string) => log.warn({ why: message }, 'OpenTelemetry reports a problem.');
  const ignore = () => {};
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
}

function createSampler(name: Sampler, ratio: number): SpanSampler {
  const root = createRootSampler(name, ratio);
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

function createRootSampler(name: Sampler, ratio: number): SpanSampler {
  if (name.endsWith('always_off')) return new AlwaysOffSampler();
  return name.endsWith('traceidratio') ? new TraceIdRatioBasedSampler(ratio) : new AlwaysOnSampler();
}

/** Creates an observer that makes a span for each request and for each AWS call. */
function createObserver(tracer: Tracer): Observer {
  const propagator = new W3CTraceContextPropagator();
  const contexts = new AsyncLocalStorage<Context>();
  const spans = new WeakMap<ObservedRequest, Span>();
  const carried = { get: (headers: IncomingHttpHeaders, key: string) => headers[key], keys: Object.keys };
  return {
    run: (request, answer) => {
      const parent = propagator.extract(ROOT_CONTEXT, request.headers, carried);
      const span = tracer.startSpan(`${request.method} /graphql`, { kind: SpanKind.SERVER }, parent);
      spans.set(request, span);
      return contexts.run(trace.setSpan(parent, span), answer);
    },
    end: (request, end) => {
      const span = spans.get(request);
      if (span) endRequest(span, request, end);
    },
    call: async (call, make) => {
      const parent = contexts.getStore() ?? ROOT_CONTEXT;
      const span = tracer.startSpan(`${call.service}:${call.action}`, { kind: SpanKind.CLIENT }, parent);
      const startedAt = performance.now();
      try {
        return await contexts.run(trace.setSpan(parent, span), make);
      } catch (error) {
        setFailed(span, codeOf(error));
        throw error;
      } finally {
        span.setAttributes(describeCall(call, startedAt));
        span.end();
      }
    },
  };
}

function endRequest(span: Span, request: ObservedRequest, end: ObservedEnd): void {
  const { operation, codes, id, subject, address, headers, cost, aws } = request;
  const outcome = outcomeOf(request, end);
  if (operation) span.updateName(operation.name === undefined ? operation.kind : `${operation.kind} ${operation.name}`);
  span.setAttributes({
    'graphql.operation.type': operation?.kind,
    'graphql.operation.name': operation?.name,
    'http.request.method': request.method,
    'http.response.status_code': end.status,
    'client.address': address,
    'user_agent.original': headers['user-agent'] && maskTokens(headers['user-agent']),
    'enduser.id': subject,
    'snapgate.request_id': id,
    'snapgate.outcome': outcome,
    'snapgate.cost': cost,
    'snapgate.aws_calls': aws?.calls,
    'snapgate.codes': [...codes],
  });
  if (outcome === 'failed') setFailed(span, [...codes].join(' '));
  span.end();
}

function describeCall(
  { service, action, account, region, attempts, throttled, sentAt }: ObservedCall,
  startedAt: number,
) {
  return {
    'rpc.system': 'aws-api',
    'rpc.service': service,
    'rpc.method': action,
    'cloud.account.id': account,
    'cloud.region': region,
    'snapgate.attempts': attempts,
    'snapgate.throttled': throttled,
    'snapgate.queue_milliseconds': sentAt === undefined ? undefined : Math.round(sentAt - startedAt),
  };
}

function setFailed(span: Span, code: string): void {
  span.setAttribute('error.type', code);
  span.setStatus({ code: SpanStatusCode.ERROR, message: code });
}

function codeOf(error: unknown): string {
  return error instanceof SnapgateError ? error.code : 'ABORTED';
}
