import type { RestoreCheck } from './errors/restore-checks.ts';

/** The error codes that clients receive, in `extensions.code` or in the `code` of a typed error. */
export type ErrorCode =
  | 'INVALID_INPUT'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'INVALID_STATE'
  | 'QUOTA_EXCEEDED'
  | 'NOT_SUPPORTED'
  | 'SHARING_REFUSED'
  | 'PRECONDITION_FAILED'
  | 'FORBIDDEN'
  | 'THROTTLED'
  | 'TIMED_OUT'
  | 'UPSTREAM'
  | 'OUTCOME_UNKNOWN'
  | 'ALLOWANCE_EXCEEDED'
  | 'RATE_LIMITED';

export interface ErrorDetails {
  /** The class name of the AWS exception, if AWS returned one. */
  fault?: string | undefined;
  requestId?: string | undefined;
  /** Whether the call may still have taken effect, because no response of AWS says that it did not. */
  isAnswerLost?: boolean;
  cause?: unknown;
}

/** An error whose code and message are shown to the client; all other errors are masked. */
export class SnapgateError extends Error {
  readonly code: ErrorCode;
  readonly fault: string | undefined;
  readonly requestId: string | undefined;
  /** Whether the call may still have taken effect, because no response of AWS says that it did not. */
  readonly isAnswerLost: boolean;
  /** Whether other calls of the same change, which the message lists, took effect. */
  isPartlyDone = false;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(withoutEnd(message, longestMessage), { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.fault = details.fault;
    this.requestId = details.requestId;
    this.isAnswerLost = details.isAnswerLost ?? false;
  }
}

/** The maximum length of a message, in characters: a message can quote a value of any length. */
const longestMessage = 10_000;

/** Returns a text with at most `length` characters, and an ellipsis if more were cut off. */
export function withoutEnd(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

/** Returns a copy of a SnapgateError with advice at the end of its message; any other value is returned unchanged. */
export function withAdvice(error: unknown, advice: string): unknown {
  if (!(error instanceof SnapgateError)) return error;
  const copy = Object.create(Object.getPrototypeOf(error) as object) as SnapgateError;
  return Object.assign(copy, error, { message: `${error.message} ${advice}`, cause: error.cause });
}

/** One invalid value of an input, and the allowed values. */
export interface InputProblem {
  /** The path of the value in the arguments. */
  readonly field: readonly string[];
  readonly message: string;
}

/** The input is invalid; `field` is the path of the first invalid value in the arguments. */
export class InvalidInputError extends SnapgateError {
  readonly field: readonly string[];
  readonly problems: readonly InputProblem[];

  constructor(
    message: string,
    field: readonly string[] = [],
    details: ErrorDetails & { problems?: readonly InputProblem[] } = {},
  ) {
    super('INVALID_INPUT', message, details);
    this.field = field;
    const problems = details.problems ?? [{ field, message }];
    this.problems = problems.map((problem) => ({ ...problem, message: withoutEnd(problem.message, longestMessage) }));
  }
}

/** Returns an InvalidInputError with another path; another value is returned unchanged. */
export function withField(error: unknown, field: readonly string[]): unknown {
  if (!(error instanceof InvalidInputError)) return error;
  const { message, fault, requestId, isAnswerLost, cause } = error;
  return new InvalidInputError(message, field, { fault, requestId, isAnswerLost, cause });
}

/** The resource does not exist, or the caller cannot read it. */
export class NotFoundError extends SnapgateError {
  constructor(message: string, details?: ErrorDetails) {
    super('NOT_FOUND', message, details);
  }
}

/** Returns false for a NOT_FOUND error; throws any other error again. */
export function falseIfNotFound(error: unknown): false {
  if (error instanceof SnapgateError && error.code === 'NOT_FOUND') return false;
  throw error;
}

/** Returns null for a NOT_FOUND error; throws any other error again. */
export function nullIfNotFound(error: unknown): null {
  falseIfNotFound(error);
  return null;
}

/** The resource already exists. */
export class AlreadyExistsError extends SnapgateError {
  constructor(message: string, details?: ErrorDetails) {
    super('ALREADY_EXISTS', message, details);
  }
}

/** Why the state of a snapshot or cluster does not allow a change. */
export type InvalidStateReason =
  | 'NOT_AVAILABLE'
  | 'NOT_MANUAL'
  | 'SHARED'
  | 'IN_USE'
  | 'CLUSTER_NOT_AVAILABLE'
  | 'PROTECTED'
  | 'LAST_SNAPSHOT'
  | 'HELD'
  | 'OTHER';

/** The snapshot or cluster is not in a state that allows the change; `reason` is the rule that forbids it. */
export class InvalidStateError extends SnapgateError {
  readonly reason: InvalidStateReason;

  constructor(reason: InvalidStateReason, message: string, details?: ErrorDetails) {
    super('INVALID_STATE', message, details);
    this.reason = reason;
  }
}

/** A quota of AWS is exceeded. */
export class QuotaExceededError extends SnapgateError {
  constructor(message: string, details?: ErrorDetails) {
    super('QUOTA_EXCEEDED', message, details);
  }
}

/** The service or snapgate does not support the operation. */
export class NotSupportedError extends SnapgateError {
  constructor(message: string, details?: ErrorDetails) {
    super('NOT_SUPPORTED', message, details);
  }
}

/** The reason why a snapshot cannot be shared as requested. */
export type SharingRefusal =
  | 'NOT_MANUAL'
  | 'NOT_OWNED'
  | 'TARGET_NOT_ALLOWED'
  | 'PUBLIC_NOT_ALLOWED'
  | 'ENCRYPTED_PUBLIC'
  | 'DEFAULT_KMS_KEY'
  | 'ACCOUNT_LIMIT'
  | 'TARGET_IS_OWNER'
  | 'NOT_SUPPORTED';

/** The snapshot cannot be shared as requested; `reason` is the rule that forbids it. */
export class SharingRefusedError extends SnapgateError {
  readonly reason: SharingRefusal;

  constructor(reason: SharingRefusal, message: string, details?: ErrorDetails) {
    super('SHARING_REFUSED', message, details);
    this.reason = reason;
  }
}

/** The snapshot does not match the caller's expectation. */
export class PreconditionFailedError extends SnapgateError {
  constructor(message: string, details?: ErrorDetails) {
    super('PRECONDITION_FAILED', message, details);
  }
}

/** A restore does not meet all requirements; `checks` has every requirement, also those that are met. */
export class RestoreRefusedError extends SnapgateError {
  readonly checks: readonly RestoreCheck[];

  constructor(message: string, checks: readonly RestoreCheck[]) {
    super('PRECONDITION_FAILED', message);
    this.checks = checks;
  }
}

/** The gateway or AWS denies the operation. */
export class ForbiddenError extends SnapgateError {
  constructor(message: string, details?: ErrorDetails) {
    super('FORBIDDEN', message, details);
  }
}

interface LimitDetails extends ErrorDetails {
  retryAfterSeconds?: number | null;
}

/** An error after which the same request can succeed later. */
class LimitError extends SnapgateError {
  /** The number of seconds to wait before a retry; null if a retry does not help, or the time is not known. */
  readonly retryAfterSeconds: number | null;

  constructor(code: ErrorCode, message: string, { retryAfterSeconds = null, ...details }: LimitDetails = {}) {
    super(code, message, details);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The number of seconds after which the request can succeed; null if a retry does not help, or the time is not known. */
export function retryAfterSecondsOf(error: SnapgateError): number | null {
  return error instanceof LimitError ? error.retryAfterSeconds : null;
}

/** AWS throttles the call. */
export class ThrottledError extends LimitError {
  constructor(message: string, details?: LimitDetails) {
    super('THROTTLED', message, details);
  }
}

/** The request needs more AWS calls than the gateway allows. */
export class AllowanceExceededError extends LimitError {
  constructor(message: string, details?: LimitDetails) {
    super('ALLOWANCE_EXCEEDED', message, details);
  }
}

/** A rate or a capacity of the gateway itself is exhausted, such as the deletions per hour or the queue of a source. */
export class RateLimitedError extends LimitError {
  constructor(message: string, details?: LimitDetails) {
    super('RATE_LIMITED', message, details);
  }
}

export interface UpstreamDetails extends ErrorDetails {
  code?: 'UPSTREAM' | 'TIMED_OUT';
  isListBroken?: boolean;
}

/** AWS failed or returned an unusable response; with the code TIMED_OUT, it did not respond in time. */
export class UpstreamError extends SnapgateError {
  /** Whether the pages of a list contradict each other, so that the whole list is unreliable. */
  readonly isListBroken: boolean;

  constructor(message: string, details: UpstreamDetails = {}) {
    super(details.code ?? 'UPSTREAM', message, details);
    this.isListBroken = details.isListBroken ?? false;
  }
}

/** A change may or may not have taken effect: its response was lost, and the result could not be read back. */
export class OutcomeUnknownError extends SnapgateError {
  constructor(message: string, details?: ErrorDetails) {
    super('OUTCOME_UNKNOWN', message, details);
  }
}

/** All error classes that are shown to clients, by name. */
export const errorClasses = {
  InvalidInputError,
  NotFoundError,
  AlreadyExistsError,
  InvalidStateError,
  QuotaExceededError,
  NotSupportedError,
  SharingRefusedError,
  PreconditionFailedError,
  RestoreRefusedError,
  ForbiddenError,
  ThrottledError,
  AllowanceExceededError,
  RateLimitedError,
  UpstreamError,
  OutcomeUnknownError,
} as const;

export type ErrorClassName = keyof typeof errorClasses;

/** The process cannot start because of its configuration; `problems` are complete sentences for the operator. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}
