import type { Answer, Gateway } from '../../support/gateway.ts';
import type { ServiceName } from '../../support/services.ts';
import { clusterArn, snapshotArn, snapshotId } from '../../support/worlds.ts';

type Rule = Parameters<Gateway['disturb']>[number];

/** A fault of every AWS call, and the resulting error that the client receives. */
export interface Fault {
  readonly name: string;
  readonly rule: Rule;
  /** The error code of the source in a list, or the error code of a lookup. */
  readonly read: string;
  /** The error code of a change whose call fails this way and can be read back; `done` if the change was made. */
  readonly change: string;
  /** Different error codes for individual AWS operations. */
  readonly exceptions?: Readonly<Record<string, string>>;
}

/** Every fault of AWS and of the connection to AWS. */
export const faults: readonly Fault[] = [
  { name: 'a server error', rule: error('InternalFailure', 500), read: 'UPSTREAM', change: 'OUTCOME_UNKNOWN' },
  { name: 'unavailability', rule: error('ServiceUnavailable', 503), read: 'UPSTREAM', change: 'OUTCOME_UNKNOWN' },
  { name: 'throttling', rule: { kind: 'throttle' }, read: 'THROTTLED', change: 'THROTTLED' },
  { name: 'throttling by another name', rule: error('RequestThrottled', 400), read: 'THROTTLED', change: 'THROTTLED' },
  {
    name: 'a delayed response',
    // With a delay before the action, the action would take effect in the world of a later test.
    rule: { kind: 'delay', moment: 'after', milliseconds: 5000 },
    read: 'TIMED_OUT',
    change: 'done',
  },
  { name: 'a hung call', rule: { kind: 'hang' }, read: 'TIMED_OUT', change: 'OUTCOME_UNKNOWN' },
  { name: 'a very slow response', rule: { kind: 'drip', milliseconds: 9000 }, read: 'TIMED_OUT', change: 'done' },
  { name: 'a response that breaks off', rule: { kind: 'truncate', bytes: 90 }, read: 'UPSTREAM', change: 'done' },
  { name: 'a response that is cut off', rule: { kind: 'cut', bytes: 90 }, read: 'UPSTREAM', change: 'done' },
  { name: 'an HTML page', rule: { kind: 'html', status: 200 }, read: 'UPSTREAM', change: 'OUTCOME_UNKNOWN' },
  {
    name: 'a page of a proxy, with HTTP 403',
    rule: { kind: 'html', status: 403, moment: 'after' },
    read: 'UPSTREAM',
    change: 'done',
  },
  { name: 'plain text', rule: { kind: 'text', status: 200 }, read: 'UPSTREAM', change: 'OUTCOME_UNKNOWN' },
  { name: 'an empty body', rule: { kind: 'empty' }, read: 'UPSTREAM', change: 'OUTCOME_UNKNOWN' },
  { name: 'a wrong root element', rule: { kind: 'wrongRoot' }, read: 'UPSTREAM', change: 'done' },
  { name: 'a reset connection', rule: { kind: 'reset' }, read: 'UPSTREAM', change: 'OUTCOME_UNKNOWN' },
  { name: 'expired credentials', rule: error('ExpiredToken', 403), read: 'FORBIDDEN', change: 'FORBIDDEN' },
  { name: 'an unknown denial', rule: error('Forbidden', 403), read: 'FORBIDDEN', change: 'FORBIDDEN' },
  { name: 'a denial', rule: error('AccessDenied', 403), read: 'FORBIDDEN', change: 'FORBIDDEN' },
  {
    name: 'a bad Marker',
    rule: error('InvalidParameterValue', 400),
    read: 'INVALID_INPUT',
    change: 'INVALID_INPUT',
    exceptions: { AddTagsToResource: 'NOT_FOUND', RemoveTagsFromResource: 'NOT_FOUND' },
  },
  { name: 'clock skew', rule: error('RequestExpired', 400), read: 'FORBIDDEN', change: 'FORBIDDEN' },
];

function error(code: string, status: number): Rule {
  return { kind: 'error', code, status };
}

export interface Operation {
  readonly name: string;
  readonly query: string;
  /** The error code in a response, or `none`; starts with `silent` if records are missing without an error. */
  readonly outcome: (answer: Answer) => string;
}

const report = 'isComplete sources { status error { code } }';

/** Returns every way to read a service. */
export function readsOf(service: ServiceName): readonly Operation[] {
  const filter = `filter: { services: [${service}] }`;
  const newest = 'orderBy: { field: CREATED_AT, direction: DESC }';
  const id = snapshotId(service, 'old');
  return [
    list('snapshots', `{ snapshots(${filter}) { nodes { id } ${report} } }`, 4),
    list('clusters', `{ clusters(${filter}) { nodes { id } ${report} } }`, 1),
    list('snapshots', `{ snapshots(${filter}, ${newest}) { nodes { id } ${report} } }`, 4),
    summary(`{ snapshotSummary(${filter}) { total { value precision } ${report} } }`, 4),
    lookUp(`{ found: node(id: "${id}") { id } }`),
    lookUp(`{ found: snapshot(arn: "${snapshotArn(service, 'old')}") { id } }`),
    lookUp(`{ found: cluster(arn: "${clusterArn(service)}") { id } }`),
    lookUp(`{ found: node(id: "${id}") { id ... on Snapshot { cluster { id } tags { key } sharing { public } } } }`),
  ];
}

/** The status of a source without records, by its error code; with some records, the status is PARTIAL. */
const statuses: Readonly<Record<string, string>> = {
  FORBIDDEN: 'DENIED',
  THROTTLED: 'THROTTLED',
  TIMED_OUT: 'TIMED_OUT',
  UPSTREAM: 'FAILED',
  INVALID_INPUT: 'FAILED',
};

function list(field: 'snapshots' | 'clusters', query: string, count: number): Operation {
  const outcome = ({ data, errors }: Answer) => {
    if (errors !== undefined) return `failed whole: ${errors[0]?.message}`;
    const { isComplete, nodes, sources } = data[field];
    return outcomeOf(query, { isComplete, found: nodes.length, count, source: sources[0] });
  };
  return { name: query, query, outcome };
}

function summary(query: string, count: number): Operation {
  const outcome = ({ data, errors }: Answer) => {
    if (errors !== undefined) return `failed whole: ${errors[0]?.message}`;
    const { isComplete, total, sources } = data.snapshotSummary;
    if (isComplete !== (total.precision === 'EXACT')) return `wrong precision: ${query}`;
    return outcomeOf(query, { isComplete, found: total.value, count, source: sources[0] });
  };
  return { name: query, query, outcome };
}

interface Found {
  readonly isComplete: boolean;
  readonly found: number;
  readonly count: number;
  readonly source: { readonly status: string; readonly error: { readonly code: string } | null };
}

function outcomeOf(query: string, { isComplete, found, count, source }: Found): string {
  const { status, error } = source;
  if (error === null) return isComplete && found === count && status === 'COMPLETE' ? 'none' : `silent: ${query}`;
  if (isComplete) return `silent: ${query}`;
  return status === (found > 0 ? 'PARTIAL' : statuses[error.code])
    ? error.code
    : `${error.code} as ${status}: ${query}`;
}

function lookUp(query: string): Operation {
  const outcome = ({ data, errors }: Answer) => {
    const code = errors?.[0]?.extensions['code'];
    if (typeof code === 'string') return code;
    return data.found === null ? `silent: ${query}` : 'none';
  };
  return { name: query, query, outcome };
}
