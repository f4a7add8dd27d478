import { wrapErrorIfMatches } from '@pothos/plugin-errors';
import {
  errorClasses,
  type ErrorClassName,
  type InputProblem,
  InvalidInputError,
  InvalidStateError,
  type InvalidStateReason,
  RestoreRefusedError,
  type SharingRefusal,
  SharingRefusedError,
  type SnapgateError,
} from '../../errors.ts';
import { maximumSharedAccounts } from '../../snapshots/sharing.ts';
import { builder } from '../builder.ts';
import { RestoreCheckType } from './restore-check.ts';
import { ErrorCodeEnum } from '../source.ts';

export const ErrorInterface = builder.interfaceRef<SnapgateError>('Error').implement({
  description: 'An error that explains why a change was not made, or not made completely.',
  resolveType: (error) => error.name,
  fields: (t) => ({
    message: t.exposeString('message', { description: 'The error message: what failed, why, and what to do.' }),
    code: t.expose('code', { type: ErrorCodeEnum, description: 'The code of this error.' }),
    fault: t.exposeString('fault', {
      nullable: true,
      description:
        'The name of the AWS exception, such as `ClusterSnapshotAlreadyExistsFault`. Null if AWS did not raise an exception.',
    }),
    requestId: t.exposeString('requestId', {
      nullable: true,
      description: 'The AWS request ID of the failed AWS call. Null if AWS returned none.',
    }),
  }),
});

/** Wraps an error so that it can be the value of a field; GraphQL would otherwise report that the field failed. */
export function asValue(error: SnapgateError): SnapgateError {
  return wrapErrorIfMatches(error, Object.values(errorClasses)) as SnapgateError;
}

const InputProblemType = builder.objectRef<InputProblem>('InputProblem').implement({
  description: 'An invalid part of an input.',
  fields: (t) => ({
    field: t.stringList({
      description: 'The path of the invalid value in the arguments.',
      resolve: ({ field }) => [...field],
    }),
    message: t.exposeString('message', {
      description: 'The value that was received, and the values that are allowed.',
    }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'The input is invalid. No change was sent to AWS, unless `fault` is set.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    field: t.stringList({
      description: 'The path, in the arguments, of the first invalid value.',
      resolve: ({ field }) => [...field],
    }),
    problems: t.field({
      type: [InputProblemType],
      description: 'All problems of the input.',
      resolve: ({ problems }) => [...problems],
    }),
  }),
});

/** The reasons why a snapshot cannot be shared. */
export const SharingRefusalEnum = builder.enumType('SharingRefusal', {
  description: 'The reason why a snapshot cannot be shared as requested.',
  values: {
    NOT_MANUAL: {
      description: 'The snapshot is not manual. Only manual snapshots can be shared; copy the snapshot first.',
    },
    NOT_OWNED: {
      description: 'The snapshot belongs to another account. Only the owner of a snapshot can share it.',
    },
    TARGET_NOT_ALLOWED: {
      description: 'The policy of this gateway does not allow sharing with one of the accounts, or with AWS Support.',
    },
    PUBLIC_NOT_ALLOWED: { description: 'The policy of this gateway does not allow public snapshots.' },
    ENCRYPTED_PUBLIC: { description: 'The snapshot is encrypted. An encrypted snapshot cannot be public.' },
    DEFAULT_KMS_KEY: {
      description:
        'The snapshot is encrypted with the default AWS KMS key of its account, which no other account can use.',
    },
    ACCOUNT_LIMIT: {
      description: `The snapshot would be shared with more than ${maximumSharedAccounts} accounts, the maximum that AWS allows.`,
    },
    TARGET_IS_OWNER: {
      description: 'One of the accounts owns the snapshot, and a snapshot cannot be shared with its owner.',
    },
    NOT_SUPPORTED: { description: 'The AWS service does not support this kind of sharing.' },
  } satisfies Record<SharingRefusal, object>,
});

builder.objectType(SharingRefusedError, {
  name: 'SharingRefusedError',
  description: 'The snapshot cannot be shared as requested.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    reason: t.expose('reason', {
      description:
        'The rule that forbids sharing the snapshot as requested. A query that also selects the `reason` of InvalidStateError needs an alias for one of them, because their types differ.',
      type: SharingRefusalEnum,
    }),
  }),
});

builder.objectType(InvalidStateError, {
  name: 'InvalidStateError',
  description: 'The current state of the snapshot or cluster does not allow the change.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    reason: t.expose('reason', {
      description:
        'The rule that forbids the change. A query that also selects the `reason` of SharingRefusedError needs an alias for one of them, because their types differ.',
      type: builder.enumType('InvalidStateReason', {
        description: 'The reason why the state of a snapshot or cluster does not allow a change.',
        values: {
          NOT_AVAILABLE: { description: 'The status of the snapshot does not allow the change.' },
          NOT_MANUAL: {
            description: 'The snapshot is automated. AWS keeps and deletes it by the settings of its cluster.',
          },
          SHARED: { description: 'The snapshot is shared. Revoke the access first.' },
          IN_USE: { description: 'The snapshot or cluster is being used by another operation.' },
          CLUSTER_NOT_AVAILABLE: { description: 'The status of the cluster does not allow the change.' },
          PROTECTED: { description: 'Deletion protection is enabled.' },
          LAST_SNAPSHOT: { description: 'The cluster would have no snapshot left to restore it from.' },
          HELD: { description: 'The snapshot has a hold tag, which protects it from deletion.' },
          OTHER: { description: 'Another rule of AWS; see `message`.' },
        } satisfies Record<InvalidStateReason, object>,
      }),
    }),
  }),
});

builder.objectType(RestoreRefusedError, {
  name: 'RestoreRefusedError',
  description:
    'The restore does not meet all requirements, so AWS was not asked to restore anything. `checks` has every requirement, with those that are not met.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    checks: t.field({
      type: [RestoreCheckType],
      description: 'Every check of the restore, including those that passed and those that could not be made.',
      resolve: ({ checks }) => [...checks],
    }),
  }),
});

/** The error types with the time of a retry: their descriptions, and those of the time. */
const limits = {
  ThrottledError: [
    'AWS throttled a call. The throttled call changed nothing; if other calls were completed before it, `message` lists them.',
    'The number of seconds to wait before a retry: as AWS reports it, otherwise an estimate from the rate of calls that AWS accepts. Null if not known.',
  ],
  AllowanceExceededError: [
    'The request needs more AWS calls than this API allows. If calls were completed before, `message` lists them.',
    'The number of seconds to wait before a retry. Null if a retry does not help: request less.',
  ],
  RateLimitedError: [
    'A rate or a capacity of this API is exhausted: the deletions or restores per hour, or the calls that can wait for AWS. The refused call changed nothing; if other calls were completed before it, `message` lists them.',
    'The number of seconds to wait before a retry. Null if a retry does not help, because the limit is lower than the request.',
  ],
} as const;

for (const [name, [description, wait]] of Object.entries(limits)) {
  builder.objectType(errorClasses[name as keyof typeof limits], {
    name,
    description,
    interfaces: [ErrorInterface],
    fields: (t) => ({
      retryAfterSeconds: t.exposeFloat('retryAfterSeconds', { nullable: true, description: wait }),
    }),
  });
}

/** The error types with additional fields. */
const withFields = { InvalidInputError, InvalidStateError, SharingRefusedError, RestoreRefusedError, ...limits };

/** The error types without additional fields. */
const plain = {
  NotFoundError: 'A resource that the input refers to does not exist, or you may not read it.',
  AlreadyExistsError: 'The resource to create, or the access to grant, already exists.',
  QuotaExceededError: 'The change would exceed a quota of AWS.',
  NotSupportedError: 'The AWS service, or this API, does not support the request.',
  PreconditionFailedError:
    'The snapshot or cluster does not meet a condition of the input, such as `expectedCreatedAt`, or a password was already issued for the `idempotencyKey`. Nothing was changed.',
  ForbiddenError: 'AWS or this gateway denies the request.',
  UpstreamError: 'AWS failed or did not respond in time, and nothing was changed.',
  OutcomeUnknownError:
    'The change may or may not have happened: the response from AWS was lost, and the outcome could not be read back, AWS does not show the change yet, or another caller may have made it. Check whether the change happened before you retry.',
} satisfies Record<Exclude<ErrorClassName, keyof typeof withFields>, string>;

for (const [name, description] of Object.entries(plain)) {
  builder.objectType(errorClasses[name as keyof typeof plain], { name, description, interfaces: [ErrorInterface] });
}
