import type { Answer, Gateway } from '../../support/gateway.ts';
import type { ServiceName } from '../../support/services.ts';
import { clusterArn, snapshotArn, snapshotId } from '../../support/worlds.ts';

type Rule = Parameters<Gateway['disturb']>[number];

/** What goes wrong with every call to AWS, and what a client then gets. */
export interface Fault {
  readonly name: string;
  readonly rule: Rule;
  /** The code of a list's source, or of a look-up's error. */
  readonly read: string;
  /** The code of a change's error, where the call itself fails so and AWS can be read afterwards; `done` where it was made. */
  readonly change: string;
  /** What some AWS operations mean by it. */
  readonly exceptions?: Readonly<Record<string, string>>;
}

/** Every fault of AWS and of the way there, by what it means. */
export const faults: readonly Fault[] = [
  { name: 'a server error', rule: error('InternalFailure', 500), read: 'UPSTREAM', change: 'UPSTREAM' },
  { name: 'unavailability', rule: error('ServiceUnavailable', 503), read: 'UPSTREAM', change: 'UPSTREAM' },
  { name: 'throttling', rule: { kind: 'throttle' }, read: 'THROTTLED', change: 'THROTTLED' },
  {
    name: 'slowness',
    // Before the action, it would take effect in the world of a later test.
    rule: { kind: 'delay', moment: 'after', milliseconds: 5000 },
    read: 'TIMED_OUT',
    change: 'done',
  },
  { name: 'a hung call', rule: { kind: 'hang' }, read: 'TIMED_OUT', change: 'TIMED_OUT' },
  { name: 'dripping', rule: { kind: 'drip', milliseconds: 9000 }, read: 'TIMED_OUT', change: 'done' },
  { name: 'an answer that breaks off', rule: { kind: 'truncate', bytes: 90 }, read: 'UPSTREAM', change: 'done' },
  { name: 'an answer that is cut', rule: { kind: 'cut', bytes: 90 }, read: 'UPSTREAM', change: 'done' },
  { name: 'a page of HTML', rule: { kind: 'html', status: 200 }, read: 'UPSTREAM', change: 'UPSTREAM' },
  { name: 'plain text', rule: { kind: 'text', status: 200 }, read: 'UPSTREAM', change: 'UPSTREAM' },
  { name: 'an empty body', rule: { kind: 'empty' }, read: 'UPSTREAM', change: 'UPSTREAM' },
  { name: 'a wrong root', rule: { kind: 'wrongRoot' }, read: 'UPSTREAM', change: 'done' },
  { name: 'a reset connection', rule: { kind: 'reset' }, read: 'UPSTREAM', change: 'UPSTREAM' },
  { name: 'expired credentials', rule: error('ExpiredToken', 403), read: 'FORBIDDEN', change: 'FORBIDDEN' },
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
  /** The error that an answer tells; `none`, or `silent` with all about it where something is missing and nothing says so. */
  readonly outcome: (answer: Answer) => string;
}

const report = 'isComplete sources { status error { code } }';

/** Every way to read a service. */
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

/** The status of a source whose records are missing for a reason; PARTIAL where some are there. */
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
