import { errorClasses, type ErrorClassName } from '../errors.ts';

/** Which changes can be expected to meet an error: every one, or those whose field names it. */
const membership = {
  InvalidInputError: 'every',
  NotFoundError: 'every',
  AlreadyExistsError: 'named',
  InvalidStateError: 'every',
  QuotaExceededError: 'named',
  NotSupportedError: 'every',
  SharingRefusedError: 'named',
  PreconditionFailedError: 'named',
  ForbiddenError: 'every',
  ThrottledError: 'every',
  UpstreamError: 'every',
  OutcomeUnknownError: 'every',
} satisfies Record<ErrorClassName, 'every' | 'named'>;

/** The errors in the union of every change. */
export const errorsOfEveryChange = Object.values(errorClasses).filter(
  ({ name }) => membership[name as ErrorClassName] === 'every',
);
