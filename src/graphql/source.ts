import type { ErrorCode } from '../errors.ts';
import type { SourceError, SourceReport, SourceStatus } from '../fleet/reports.ts';
import { perSource } from '../limits/price.ts';
import { encodeGlobalId } from '../snapshots/global-id.ts';
import { serviceTable } from '../snapshots/service.ts';
import type { Source } from '../snapshots/source.ts';
import { builder } from './builder.ts';

export const ServiceEnum = builder.enumType('Service', {
  description: 'The AWS services that this API supports.',
  values: serviceTable,
});

export const ErrorCodeEnum = builder.enumType('ErrorCode', {
  description:
    'The code of an error. Top-level errors use the same codes in `extensions.code`, and also UNAUTHENTICATED, the codes of GraphQL such as GRAPHQL_VALIDATION_FAILED, and INTERNAL_SERVER_ERROR for masked errors.',
  values: {
    INVALID_INPUT: { description: 'The request contains an invalid value; the message states what is allowed.' },
    NOT_FOUND: { description: 'The resource does not exist, or you may not read it.' },
    ALREADY_EXISTS: { description: 'The resource to create, or the access to grant, already exists.' },
    INVALID_STATE: { description: 'The current state of the snapshot or cluster does not allow the operation.' },
    QUOTA_EXCEEDED: { description: 'The request exceeds a quota of AWS, such as the number of manual snapshots.' },
    NOT_SUPPORTED: { description: 'The AWS service, or this API, does not support the request.' },
    SHARING_REFUSED: { description: 'The snapshot cannot be shared as requested.' },
    PRECONDITION_FAILED: {
      description: 'The snapshot does not meet a condition of the request, such as `expectedCreatedAt`.',
    },
    FORBIDDEN: { description: 'AWS or this gateway denies the request.' },
    THROTTLED: { description: 'AWS throttled a call.' },
    TIMED_OUT: { description: 'AWS did not respond in time.' },
    UPSTREAM: { description: 'AWS failed, or its response could not be read.' },
    OUTCOME_UNKNOWN: {
      description: 'The change may or may not have happened: its response was lost, and AWS does not show its outcome.',
    },
    ALLOWANCE_EXCEEDED: {
      description:
        'The request needs more AWS calls than this API allows: per operation, per minute, or per list. Request less, or retry after `retryAfterSeconds` if it is not null.',
    },
    RATE_LIMITED: {
      description:
        'A rate or a capacity of this API is exhausted: the deletions per hour, the open subscriptions, the requests with a large body, or the calls that can wait for AWS. Retry after `retryAfterSeconds` if it is not null.',
    },
  } satisfies Record<ErrorCode, { readonly description: string }>,
});

export const SourceType = builder.objectRef<Source>('Source');
SourceType.implement({
  description:
    'A source: one AWS service in one region of one AWS account. AWS responds, throttles and denies access per source.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({
      description: 'The Node ID of this source, for `node(id:)`.',
      resolve: (source) => encodeGlobalId('Source', source.key),
    }),
    account: t.expose('account', { type: 'AccountId', description: 'The AWS account of this source.' }),
    accountName: t.exposeString('accountName', {
      nullable: true,
      description: 'The name of the account in the configuration. Null if the account has no name.',
    }),
    region: t.exposeString('region', { description: 'The AWS region of this source, such as `eu-west-1`.' }),
    service: t.expose('service', { type: ServiceEnum, description: 'The AWS service of this source.' }),
  }),
});

const SourceStatusEnum = builder.enumType('SourceStatus', {
  description: 'Whether a source returned everything that was requested from it, on this page and the pages before it.',
  values: {
    COMPLETE: { description: 'The source returned everything that was requested from it.' },
    PASSED: {
      description:
        'The source was read to its end on earlier pages. A source that failed on an earlier page keeps the status of its failure instead.',
    },
    PARTIAL: {
      description:
        'The source returned only part of its records, because it failed, a limit was reached, or some records cannot be listed or tested; see `error`.',
    },
    NOT_REACHED: { description: 'The source was not read, because the page was already full.' },
    DENIED: { description: 'AWS denied access to the source.' },
    THROTTLED: {
      description: 'AWS throttled a call to the source, or too many calls to the source are already waiting.',
    },
    TIMED_OUT: { description: 'The source did not respond in time.' },
    FAILED: { description: 'The source failed for another reason; see `error`.' },
  } satisfies Record<SourceStatus, object>,
});

const SourceErrorType = builder.objectRef<SourceError>('SourceError').implement({
  description:
    'The reason why a source did not return everything that was requested from it: the most severe, and the first of equals. A failed list is more severe than a list that reached a limit, which is more severe than records that are left out.',
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCodeEnum, description: 'The code of this error.' }),
    message: t.exposeString('message', { description: 'The error message: what failed and why.' }),
    requestId: t.exposeString('requestId', {
      nullable: true,
      description: 'The AWS request ID of the failed AWS call. Null if AWS returned none.',
    }),
    retryAfterSeconds: t.exposeFloat('retryAfterSeconds', {
      nullable: true,
      description:
        'The number of seconds to wait before a retry, for THROTTLED, ALLOWANCE_EXCEEDED and RATE_LIMITED. Null if a retry does not help, if the time is not known, and for other codes.',
    }),
  }),
});

export const SourceReportType = builder.objectRef<SourceReport>('SourceReport').implement({
  description: 'A report on one source: whether its records are complete, and how they were read.',
  fields: (t) => ({
    source: t.expose('source', { type: SourceType, description: 'The source that this report is about.' }),
    status: t.expose('status', {
      type: SourceStatusEnum,
      description: 'Whether the source returned everything that was requested from it.',
    }),
    error: t.expose('error', {
      type: SourceErrorType,
      nullable: true,
      description: 'The reason why the source did not return everything. Null if there was no error.',
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the records of the source were read from AWS; earlier than this request if they were cached. Null if no records were read.',
    }),
    awsCalls: t.exposeInt('awsCalls', {
      description: 'The number of AWS calls that this list made to the source.',
      extensions: { variation: 'BY_CALLS' },
    }),
  }),
});

builder.queryField('sources', (t) =>
  t.field({
    type: [SourceType],
    description: 'Lists the configured sources that you may read, in the order in which lists read them.',
    extensions: { price: perSource },
    resolve: (_root, _args, ctx) => ctx.sources.all,
  }),
);
