import type { ErrorCode } from '../errors.ts';
import type { SourceError, SourceReport, SourceStatus } from '../fleet/reports.ts';
import { perSource } from '../limits/price.ts';
import { encodeGlobalId } from '../snapshots/global-id.ts';
import { serviceTable } from '../snapshots/service.ts';
import type { Source } from '../snapshots/source.ts';
import { builder } from './builder.ts';

export const ServiceEnum = builder.enumType('Service', {
  description: 'The AWS services whose snapshots this API serves.',
  values: serviceTable,
});

export const ErrorCodeEnum = builder.enumType('ErrorCode', {
  description:
    'What kind of failure this is. The same codes stand in `extensions.code` of top-level errors, besides UNAUTHENTICATED, those of GraphQL such as GRAPHQL_VALIDATION_FAILED, and INTERNAL_SERVER_ERROR for what is masked.',
  values: {
    INVALID_INPUT: { description: 'Something in the request cannot be used; the message says what is allowed.' },
    NOT_FOUND: { description: 'What was named does not exist.' },
    ALREADY_EXISTS: { description: 'What was to be made exists already.' },
    INVALID_STATE: { description: 'The snapshot or cluster is not in a state that allows this.' },
    QUOTA_EXCEEDED: { description: 'AWS, or a bound of this API, allows no more.' },
    NOT_SUPPORTED: { description: 'The service has no such thing, or this API does not offer it.' },
    SHARING_REFUSED: { description: 'The snapshot cannot be shared as asked.' },
    PRECONDITION_FAILED: { description: 'The snapshot is not as the request expects it.' },
    FORBIDDEN: { description: 'AWS, or the policy of this gateway, denies it.' },
    THROTTLED: { description: 'AWS asked to slow down.' },
    TIMED_OUT: { description: 'AWS did not answer in time.' },
    UPSTREAM: { description: 'AWS failed, or its answer could not be read.' },
    OUTCOME_UNKNOWN: { description: 'The change may or may not have happened, and could not be read back.' },
  } satisfies Record<ErrorCode, { readonly description: string }>,
});

export const SourceType = builder.objectRef<Source>('Source');
SourceType.implement({
  description: 'One AWS service in one region of one account: the unit that AWS answers for, throttles and denies by.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({
      description: 'The id of this source for `node(id:)`.',
      resolve: (source) => encodeGlobalId('Source', source.key),
    }),
    account: t.expose('account', { type: 'AccountId', description: 'The AWS account that is asked.' }),
    accountName: t.exposeString('accountName', {
      nullable: true,
      description: 'The name that the configuration gives the account.',
    }),
    region: t.exposeString('region', { description: 'The AWS region, such as `eu-west-1`.' }),
    service: t.expose('service', { type: ServiceEnum, description: 'The AWS service that is asked.' }),
  }),
});

const SourceStatusEnum = builder.enumType('SourceStatus', {
  description: 'How far a source answered.',
  values: {
    COMPLETE: { description: 'It answered all that was asked of it.' },
    PARTIAL: { description: 'It answered in part, then failed or was cut short; `error` says why.' },
    NOT_REACHED: { description: 'The page was full before its turn came.' },
    DENIED: { description: 'AWS denied the call.' },
    THROTTLED: { description: 'AWS asked to slow down.' },
    TIMED_OUT: { description: 'It did not answer in time.' },
    FAILED: { description: 'It failed in another way; `error` says how.' },
  } satisfies Record<SourceStatus, object>,
});

const SourceErrorType = builder.objectRef<SourceError>('SourceError').implement({
  description: 'Why a source did not answer in full.',
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCodeEnum, description: 'The kind of failure.' }),
    message: t.exposeString('message', { description: 'What was asked and what went wrong.' }),
    requestId: t.exposeString('requestId', { nullable: true, description: "AWS's id of the failed call." }),
  }),
});

export const SourceReportType = builder.objectRef<SourceReport>('SourceReport').implement({
  description: 'How one source took part in this answer.',
  fields: (t) => ({
    source: t.expose('source', { type: SourceType, description: 'The source.' }),
    status: t.expose('status', { type: SourceStatusEnum, description: 'How far it answered.' }),
    error: t.expose('error', { type: SourceErrorType, nullable: true, description: 'Why it did not answer in full.' }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its records were read from AWS; cached records are older than now. Null when none were read.',
    }),
    awsCalls: t.exposeInt('awsCalls', { description: 'The AWS calls that this list made to it.' }),
  }),
});

builder.queryField('sources', (t) =>
  t.field({
    type: [SourceType],
    description: 'Every source that the gateway is configured to ask, in the order in which lists read them.',
    extensions: { price: perSource },
    resolve: (_root, _args, ctx) => ctx.sources.all,
  }),
);
