import type { Answer, Gateway } from '../support/gateway.ts';

type Rule = Parameters<Gateway['disturb']>[number];

/** What goes wrong with every call to AWS, and what a client then gets. */
export interface Fault {
  readonly name: string;
  readonly rule: Rule;
  /** The code of a list's source, or of a look-up's error. */
  readonly read: string;
  /** The type of a change's error, where the call itself fails so and AWS can be read afterwards. */
  readonly change: string;
}

/** Every fault of AWS and of the way there, by what it means. */
export const faults: readonly Fault[] = [
  { name: 'a server error', rule: error('InternalFailure', 500), read: 'UPSTREAM', change: 'UpstreamError' },
  { name: 'unavailability', rule: error('ServiceUnavailable', 503), read: 'UPSTREAM', change: 'UpstreamError' },
  { name: 'throttling', rule: { kind: 'throttle' }, read: 'THROTTLED', change: 'ThrottledError' },
  {
    name: 'slowness',
    // Before the action, it would take effect in the world of a later test.
    rule: { kind: 'delay', moment: 'after', milliseconds: 5000 },
    read: 'TIMED_OUT',
    change: 'done',
  },
  { name: 'a hung call', rule: { kind: 'hang' }, read: 'TIMED_OUT', change: 'UpstreamError' },
  { name: 'dripping', rule: { kind: 'drip', milliseconds: 9000 }, read: 'TIMED_OUT', change: 'done' },
  { name: 'an answer that breaks off', rule: { kind: 'truncate', bytes: 90 }, read: 'UPSTREAM', change: 'done' },
  { name: 'an answer that is cut', rule: { kind: 'cut', bytes: 90 }, read: 'UPSTREAM', change: 'done' },
  { name: 'a page of HTML', rule: { kind: 'html', status: 200 }, read: 'UPSTREAM', change: 'UpstreamError' },
  { name: 'plain text', rule: { kind: 'text', status: 200 }, read: 'UPSTREAM', change: 'UpstreamError' },
  { name: 'an empty body', rule: { kind: 'empty' }, read: 'UPSTREAM', change: 'UpstreamError' },
  { name: 'a wrong root', rule: { kind: 'wrongRoot' }, read: 'UPSTREAM', change: 'done' },
  { name: 'a reset connection', rule: { kind: 'reset' }, read: 'UPSTREAM', change: 'UpstreamError' },
  { name: 'expired credentials', rule: error('ExpiredToken', 403), read: 'FORBIDDEN', change: 'ForbiddenError' },
  { name: 'a denial', rule: error('AccessDenied', 403), read: 'FORBIDDEN', change: 'ForbiddenError' },
  {
    name: 'a bad Marker',
    rule: error('InvalidParameterValue', 400),
    read: 'INVALID_INPUT',
    change: 'InvalidInputError',
  },
  { name: 'clock skew', rule: error('RequestExpired', 400), read: 'FORBIDDEN', change: 'ForbiddenError' },
];

function error(code: string, status: number): Rule {
  return { kind: 'error', code, status };
}

/** The places of the world that the operations look at. */
export interface Ids {
  readonly account: string;
  readonly redshiftCluster: string;
  readonly documentDBCluster: string;
}

export interface Operation {
  readonly name: string;
  readonly query: string;
  /** The error that an answer tells; `none`, or `silent` with all about it where something is missing and nothing says so. */
  readonly outcome: (answer: Answer) => string;
}

const report = 'isComplete sources { status error { code } }';

/** Every way to read. */
export function reads({ account }: Ids): readonly Operation[] {
  const filter = (service: string) => `(filter: { services: [${service}] })`;
  const arns = {
    REDSHIFT: `arn:aws:redshift:us-east-1:${account}:snapshot:sales/sales-0000`,
    DOCUMENTDB: `arn:aws:rds:us-east-1:${account}:cluster-snapshot:docdb-0000`,
  };
  return (['REDSHIFT', 'DOCUMENTDB'] as const).flatMap((service) => [
    list('snapshots', `{ snapshots${filter(service)} { nodes { id } ${report} } }`, 2),
    list('clusters', `{ clusters${filter(service)} { nodes { id } ${report} } }`, 1),
    list(
      'snapshots',
      `{ snapshots(filter: { services: [${service}] }, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { id } ${report} } }`,
      2,
    ),
    lookUp(`{ found: snapshot(arn: "${arns[service]}") { id } }`),
    lookUp(`{ found: snapshot(arn: "${arns[service]}") { id cluster { id } tags { key } sharing { public } } }`),
  ]);
}

/** Every service's way to change. */
export function changes({ redshiftCluster, documentDBCluster }: Ids, name: string): readonly Operation[] {
  return [redshiftCluster, documentDBCluster].map((clusterId) => ({
    name: 'createSnapshot',
    query: `mutation { change: createSnapshot(input: { clusterId: "${clusterId}", identifier: "${name}" }) { __typename } }`,
    outcome: ({ data, errors }) =>
      errors?.[0]?.message ?? data.change.__typename.replace('CreateSnapshotPayload', 'done'),
  }));
}

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
