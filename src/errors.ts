/** The codes a client can meet, in `extensions.code` or in the `code` of a typed error. */
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
  | 'OUTCOME_UNKNOWN';

export interface ErrorDetails {
  /** The AWS exception's class name, where AWS raised one. */
  fault?: string | undefined;
  requestId?: string | undefined;
  cause?: unknown;
}

/** An error whose code and message are written for the client; anything else is masked. */
export class SnapgateError extends Error {
  readonly code: ErrorCode;
  readonly fault: string | undefined;
  readonly requestId: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.fault = details.fault;
    this.requestId = details.requestId;
  }
}

/** One part of an input that cannot be used, and what is allowed. */
export interface InputProblem {
  /** Its path in the arguments. */
  readonly field: readonly string[];
  readonly message: string;
}

/** Something the caller gave cannot be used; `field` is the path of the first such thing in the arguments. */
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
    this.problems = details.problems ?? [{ field, message }];
  }
}

/** What was named does not exist. */
export class NotFoundError extends SnapgateError {
  constructor(message: string, details?: ErrorDetails) {
    super('NOT_FOUND', message, details);
  }
}

/** False for a question about what AWS no longer has; any other failure is thrown. */
export function falseIfNotFound(error: unknown): false {
  if (error instanceof SnapgateError && error.code === 'NOT_FOUND') return false;
  throw error;
}

/** The resource already exists. */
export class AlreadyExistsError extends SnapgateError {
  constructor(message: string, details?: ErrorDetails) {
    super('ALREADY_EXISTS', message, details);
  }
}

/** The snapshot or cluster is not in a state that allows the change. */
export class InvalidStateError extends SnapgateError {
  constructor(message: string, details?: ErrorDetails) {
    super('INVALID_STATE', message, details);
  }
}

/** A quota of AWS does not allow more of this. */
export class QuotaExceededError extends SnapgateError {
  constructor(message: string, details?: ErrorDetails) {
    super('QUOTA_EXCEEDED', message, details);
  }
}

/** The service has no such thing, or snapgate does not offer it. */
export class NotSupportedError extends SnapgateError {
  constructor(message: string, details?: ErrorDetails) {
    super('NOT_SUPPORTED', message, details);
  }
}

/** Why a snapshot cannot be shared as asked. */
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

/** The snapshot cannot be shared as asked; `reason` says which rule forbids it. */
export class SharingRefusedError extends SnapgateError {
  readonly reason: SharingRefusal;

  constructor(reason: SharingRefusal, message: string, details?: ErrorDetails) {
    super('SHARING_REFUSED', message, details);
    this.reason = reason;
  }
}

/** What the caller expected of the snapshot does not hold. */
export class PreconditionFailedError extends SnapgateError {
  constructor(message: string, details?: ErrorDetails) {
    super('PRECONDITION_FAILED', message, details);
  }
}

/** The gateway, or AWS, does not allow it. */
export class ForbiddenError extends SnapgateError {
  constructor(message: string, details?: ErrorDetails) {
    super('FORBIDDEN', message, details);
  }
}

/** AWS asks to slow down; `retryAfterSeconds` where it says for how long. */
export class ThrottledError extends SnapgateError {
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, details: ErrorDetails & { retryAfterSeconds?: number | undefined } = {}) {
    super('THROTTLED', message, details);
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

export interface UpstreamDetails extends ErrorDetails {
  code?: 'UPSTREAM' | 'TIMED_OUT';
  isAnswerLost?: boolean;
}

/** AWS failed, or its answer cannot be used; with the code TIMED_OUT, none came in time. */
export class UpstreamError extends SnapgateError {
  /** Whether the call may have taken effect all the same, because no answer says that it did not. */
  readonly isAnswerLost: boolean;

  constructor(message: string, details: UpstreamDetails = {}) {
    super(details.code ?? 'UPSTREAM', message, details);
    this.isAnswerLost = details.isAnswerLost ?? false;
  }
}

/** A change may or may not have happened: its answer was lost, and what AWS holds now could not be read. */
export class OutcomeUnknownError extends SnapgateError {
  constructor(message: string, details?: ErrorDetails) {
    super('OUTCOME_UNKNOWN', message, details);
  }
}

/** Every class of errors that are written for clients, by its name. */
export const errorClasses = {
  InvalidInputError,
  NotFoundError,
  AlreadyExistsError,
  InvalidStateError,
  QuotaExceededError,
  NotSupportedError,
  SharingRefusedError,
  PreconditionFailedError,
  ForbiddenError,
  ThrottledError,
  UpstreamError,
  OutcomeUnknownError,
} as const;

export type ErrorClassName = keyof typeof errorClasses;

/** The process cannot start: `problems` are complete sentences for the person who configures it. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}
