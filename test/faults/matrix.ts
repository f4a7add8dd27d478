import type { Answer, Gateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { snapshotId } from '../support/worlds.ts';

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

/** Every way to read each service. */
export const reads: readonly Operation[] = serviceNames.flatMap((service) => {
  const filter = `filter: { services: [${service}] }`;
  const id = snapshotId(service, 'old');
  return [
    list('snapshots', `{ snapshots(${filter}) { nodes { id } ${report} } }`, 4),
    list('clusters', `{ clusters(${filter}) { nodes { id } ${report} } }`, 1),
    list(
      'snapshots',
      `{ snapshots(${filter}, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { id } ${report} } }`,
      4,
    ),
    lookUp(`{ found: node(id: "${id}") { id } }`),
    lookUp(`{ found: node(id: "${id}") { id ... on Snapshot { cluster { id } tags { key } sharing { public } } } }`),
  ];
});

function list(field: 'snapshots' | 'clusters', query: string, count: number): Operation {
  return {
    name: query,
    query,
    outcome: ({ data, errors }) => {
      if (errors !== undefined) return `failed whole: ${errors[0]?.message}`;
      const { isComplete, nodes, sources } = data[field];
      const code: string | undefined = sources[0].error?.code;
      if (code === undefined)
        return isComplete && nodes.length === count ? 'none' : `silent: ${JSON.stringify(data)} to ${query}`;
      return isComplete ? `silent: ${JSON.stringify(data)} to ${query}` : code;
    },
  };
}

function lookUp(query: string): Operation {
  return {
    name: query,
    query,
    outcome: ({ data, errors }) => {
      const code = errors?.[0]?.extensions['code'];
      if (typeof code === 'string') return code;
      return data.found === null ? `silent: ${query}` : 'none';
    },
  };
}
