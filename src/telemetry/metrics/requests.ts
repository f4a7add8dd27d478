import { Counter, Histogram, type Registry } from 'prom-client';
import { executors, type ObservedOperation, type RequestObserver } from '../../server/observation/observer.ts';
import { closedCode, errorCodes, hasOperation, outcomeOf } from '../outcome.ts';
import { durations } from './buckets.ts';

const statuses = ['2xx', '3xx', '4xx', '5xx', 'none'];

/** Measures requests to the GraphQL endpoint. No text that a client chose becomes the value of a label. */
export function createRequestMetrics(registry: Registry): RequestObserver {
  const registers = [registry];
  const operations = new Histogram({
    name: 'snapgate_operation_duration_seconds',
    help: 'The duration of GraphQL operations, by the name of the trusted document (others: anonymous), kind and outcome. The kind of a document that could not be parsed is unknown.',
    labelNames: ['operation', 'kind', 'outcome'],
    buckets: durations,
    registers,
  });
  const executions = new Counter({
    name: 'snapgate_executions_total',
    help: 'The operations that were executed, by what executed them: graphql-js (GraphQL.js, for mutations, subscriptions, introspection, new documents and everything else that is not compiled), compiled, or ready (the data of an earlier response was still correct, or an identical request in progress had the same data).',
    labelNames: ['executor'],
    registers,
  });
  const responses = new Counter({
    name: 'snapgate_http_responses_total',
    help: 'The responses to requests that need authentication, by class of HTTP status; none if the client disconnected before the response.',
    labelNames: ['status'],
    registers,
  });
  const errors = new Counter({
    name: 'snapgate_errors_total',
    help: 'The responses with an error of a code, those of refused requests and changes included.',
    labelNames: ['code'],
    registers,
  });
  // A rate misses the first event of a series that does not exist before it.
  for (const executor of executors) executions.inc({ executor }, 0);
  for (const status of statuses) responses.inc({ status }, 0);
  for (const code of errorCodes) errors.inc({ code }, 0);
  return {
    run: (_request, answer) => answer(),
    end: (request, end) => {
      const { operation, codes, startedAt, executor } = request;
      if (executor !== undefined) executions.inc({ executor });
      responses.inc({ status: classOf(end.status) });
      for (const code of new Set([...codes].map(closedCode))) errors.inc({ code });
      if (!hasOperation(request)) return;
      operations.observe(
        { operation: nameOf(operation), kind: operation?.kind ?? 'unknown', outcome: outcomeOf(request, end) },
        (performance.now() - startedAt) / 1_000,
      );
    },
  };
}

/** Returns the name of a trusted operation; the names of other operations are unlimited. */
function nameOf(operation: ObservedOperation | undefined): string {
  return (operation?.isTrusted && operation.name) || 'anonymous';
}

function classOf(status: number | undefined): string {
  return status === undefined ? 'none' : `${Math.floor(status / 100)}xx`;
}
