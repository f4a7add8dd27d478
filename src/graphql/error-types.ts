import { wrapErrorIfMatches } from '@pothos/plugin-errors';
import {
  errorClasses,
  type ErrorClassName,
  type InputProblem,
  InvalidInputError,
  type SharingRefusal,
  SharingRefusedError,
  type SnapgateError,
  ThrottledError,
} from '../errors.ts';
import { maximumSharedAccounts } from '../snapshots/sharing.ts';
import { builder } from './builder.ts';
import { ErrorCodeEnum } from './source.ts';

export const ErrorInterface = builder.interfaceRef<SnapgateError>('Error').implement({
  description: 'Why a change was not made, or not as a whole.',
  resolveType: (error) => error.name,
  fields: (t) => ({
    message: t.exposeString('message', { description: 'What was asked, why it was not done, and what to do.' }),
    code: t.expose('code', { type: ErrorCodeEnum, description: 'The kind of failure.' }),
    fault: t.exposeString('fault', {
      nullable: true,
      description:
        "The class name of AWS's exception, such as `ClusterSnapshotAlreadyExistsFault`, where AWS raised one.",
    }),
    requestId: t.exposeString('requestId', { nullable: true, description: "AWS's id of the failed call." }),
  }),
});

/** An error as the value of a field, which GraphQL would otherwise take for the failure of that field. */
export function asValue(error: SnapgateError): SnapgateError {
  return wrapErrorIfMatches(error, Object.values(errorClasses)) as SnapgateError;
}

const InputProblemType = builder.objectRef<InputProblem>('InputProblem').implement({
  description: 'One part of an input that cannot be used.',
  fields: (t) => ({
    field: t.stringList({ description: 'Its path in the arguments.', resolve: ({ field }) => [...field] }),
    message: t.exposeString('message', { description: 'What was given and what is allowed.' }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'Something in the input cannot be used. AWS was asked for no change, unless `fault` is there.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    field: t.stringList({
      description: 'The path of the first problem in the arguments.',
      resolve: ({ field }) => [...field],
    }),
    problems: t.field({
      type: [InputProblemType],
      description: 'Every problem of the input.',
      resolve: ({ problems }) => [...problems],
    }),
  }),
});

builder.objectType(SharingRefusedError, {
  name: 'SharingRefusedError',
  description: 'The snapshot cannot be shared as asked.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    reason: t.expose('reason', {
      description: 'The rule that forbids it.',
      type: builder.enumType('SharingRefusal', {
        description: 'Why a snapshot cannot be shared as asked.',
        values: {
          NOT_MANUAL: { description: 'Only manual snapshots can be shared; copy it first.' },
          NOT_OWNED: { description: 'Only the account that owns a snapshot can share it.' },
          TARGET_NOT_ALLOWED: { description: 'The policy of this gateway does not allow sharing with that account.' },
          PUBLIC_NOT_ALLOWED: { description: 'The policy of this gateway does not allow sharing with everybody.' },
          ENCRYPTED_PUBLIC: { description: 'An encrypted snapshot cannot be shared with everybody.' },
          DEFAULT_KMS_KEY: {
            description: "It is encrypted with the account's default key, which no other account can use.",
          },
          ACCOUNT_LIMIT: { description: `A snapshot can be shared with ${maximumSharedAccounts} accounts at most.` },
          TARGET_IS_OWNER: { description: 'It cannot be shared with the account that owns it.' },
          NOT_SUPPORTED: { description: 'The service cannot share in this way.' },
        } satisfies Record<SharingRefusal, object>,
      }),
    }),
  }),
});

builder.objectType(ThrottledError, {
  name: 'ThrottledError',
  description: 'AWS asked to slow down. Nothing was changed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    retryAfterSeconds: t.exposeFloat('retryAfterSeconds', {
      nullable: true,
      description: 'How long to wait, where AWS says so.',
    }),
  }),
});

/** The errors whose types have fields of their own. */
const withFields = { InvalidInputError, SharingRefusedError, ThrottledError };

/** The errors that have no fields of their own. */
const plain = {
  NotFoundError: 'What the input names does not exist.',
  AlreadyExistsError: 'What was to be made exists already.',
  InvalidStateError: 'The snapshot or cluster is not in a state that allows the change.',
  QuotaExceededError: 'AWS allows the account no more of this.',
  NotSupportedError: 'The service has no such thing.',
  PreconditionFailedError: 'What the input expects of the snapshot does not hold. Nothing was changed.',
  ForbiddenError: 'This gateway, or AWS, does not allow it.',
  UpstreamError:
    'AWS failed or did not answer in time. What AWS holds was read afterwards, and does not show the change.',
  OutcomeUnknownError:
    'The change may or may not have happened: no answer came, and what AWS holds could not be read. Read it before asking again.',
} satisfies Record<Exclude<ErrorClassName, keyof typeof withFields>, string>;

for (const [name, description] of Object.entries(plain)) {
  builder.objectType(errorClasses[name as keyof typeof plain], { name, description, interfaces: [ErrorInterface] });
}
