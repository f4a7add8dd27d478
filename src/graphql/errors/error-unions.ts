import { errorClasses, type ErrorClassName } from '../../errors.ts';

/** Which mutations can return an error: every mutation, or only those that name it. */
const membership = {
  InvalidInputError: 'every',
  NotFoundError: 'every',
  AlreadyExistsError: 'named',
  InvalidStateError: 'every',
  QuotaExceededError: 'named',
  NotSupportedError: 'every',
  SharingRefusedError: 'named',
  PreconditionFailedError: 'named',
  RestoreRefusedError: 'named',
  ForbiddenError: 'every',
  ThrottledError: 'every',
  AllowanceExceededError: 'every',
  RateLimitedError: 'every',
  UpstreamError: 'every',
  OutcomeUnknownError: 'every',
} satisfies Record<ErrorClassName, 'every' | 'named'>;

/** The errors that the result of every mutation includes. */
export const errorsOfEveryChange = Object.values(errorClasses).filter(
  ({ name }) => membership[name as ErrorClassName] === 'every',
);
