import {
  AlreadyExistsError,
  ForbiddenError,
  InvalidInputError,
  InvalidStateError,
  NotFoundError,
  NotSupportedError,
  QuotaExceededError,
  SnapgateError,
  ThrottledError,
  type UpstreamDetails,
  UpstreamError,
} from '../errors.ts';
import { type FaultCode, faultTable, type Meaning } from './fault-table.ts';

/** What was being asked when AWS, or the way to it, failed. */
export interface Asked {
  /** As in IAM policies, such as `redshift:DescribeClusters`. */
  readonly action: string;
  readonly account: string;
  readonly region: string;
  /** Whether it changes nothing, and comes before all that does. */
  readonly isHarmless?: boolean;
}

/**
 * What the SDK threw as an error whose text is ours: AWS's own may name the gateway's roles.
 * The original stays in `cause` for the log.
 */
export function toSnapgateError(error: unknown, asked: Asked): SnapgateError {
  if (error instanceof SnapgateError) return error;
  const { name, requestId, status, isThrottling, retryAfterSeconds, connectionError } = read(error);
  const unknown = isThrottling || status === 429 ? (['THROTTLED'] as const) : (['UPSTREAM'] as const);
  const [code, advice] = brokenOff.get(connectionError) ?? faultTable.get(name) ?? unknown;
  const isRefused = status === undefined ? neverSent.has(connectionError ?? name) : status >= 400 && status < 500;
  return describe(code, asked, advice, {
    fault: status === undefined ? undefined : name,
    requestId,
    retryAfterSeconds,
    isAnswerLost: !asked.isHarmless && (code === 'TIMED_OUT' || (code === 'UPSTREAM' && !isRefused)),
    cause: error,
  });
}

/**
 * The failure of one item of a batch, which AWS tells by its wire code in an answer that is a success.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_SnapshotErrorMessage.html
 */
export function toItemError(wireCode: string | undefined, asked: Asked, requestId: string | undefined): SnapgateError {
  const name = wireCode ?? 'Unknown';
  const fault = faultTable.has(`${name}Fault`) ? `${name}Fault` : name;
  const [code, advice] = faultTable.get(fault) ?? ['UPSTREAM'];
  return describe(code, asked, advice, { fault, requestId });
}

const sentences: Readonly<Record<FaultCode, string>> = {
  INVALID_INPUT: 'AWS refused a parameter of',
  NOT_FOUND: 'AWS does not know what was asked of',
  ALREADY_EXISTS: 'AWS has already what was asked of',
  INVALID_STATE: 'AWS cannot do now',
  QUOTA_EXCEEDED: 'A quota of AWS does not allow',
  NOT_SUPPORTED: 'AWS does not support',
  FORBIDDEN: 'AWS denied',
  THROTTLED: 'AWS asked to slow down on',
  TIMED_OUT: 'AWS did not answer in time to',
  UPSTREAM: 'AWS failed or gave no usable answer to',
};

type FaultDetails = Omit<UpstreamDetails, 'code'> & { retryAfterSeconds?: number | undefined };

const classes: Readonly<Record<FaultCode, (message: string, details: FaultDetails) => SnapgateError>> = {
  INVALID_INPUT: (message, details) => new InvalidInputError(message, [], details),
  NOT_FOUND: (message, details) => new NotFoundError(message, details),
  ALREADY_EXISTS: (message, details) => new AlreadyExistsError(message, details),
  INVALID_STATE: (message, details) => new InvalidStateError(message, details),
  QUOTA_EXCEEDED: (message, details) => new QuotaExceededError(message, details),
  NOT_SUPPORTED: (message, details) => new NotSupportedError(message, details),
  FORBIDDEN: (message, details) => new ForbiddenError(message, details),
  THROTTLED: (message, details) => new ThrottledError(message, details),
  TIMED_OUT: (message, details) => new UpstreamError(message, { ...details, code: 'TIMED_OUT' }),
  UPSTREAM: (message, details) => new UpstreamError(message, details),
};

/** The SDK calls these a timeout. */
const brokenOff = new Map<string | undefined, Meaning>([
  ['ECONNRESET', ['UPSTREAM', 'the connection broke off']],
  ['EPIPE', ['UPSTREAM', 'the connection broke off']],
]);

/** Failures from before a request leaves, by the system's code or the error's name. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'CredentialsProviderError']);

function describe(code: FaultCode, asked: Asked, advice: string | undefined, details: FaultDetails): SnapgateError {
  const { action, account, region } = asked;
  const what = `${sentences[code]} ${action} in account ${account}, region ${region}`;
  return classes[code](advice === undefined ? `${what}.` : `${what}: ${advice}.`, details);
}

/** The parts of an SDK exception, of which any may be absent. */
function read(error: unknown) {
  const { name, code, $metadata, $retryable, $response } = error as {
    name?: string;
    code?: string;
    $metadata?: { httpStatusCode?: number; requestId?: string };
    $retryable?: { throttling?: boolean };
    $response?: { headers?: Record<string, string> };
  };
  const retryAfter = Number($response?.headers?.['retry-after']);
  return {
    name: name ?? 'Error',
    connectionError: code,
    status: $metadata?.httpStatusCode,
    requestId: $metadata?.requestId,
    isThrottling: $retryable?.throttling ?? false,
    retryAfterSeconds: retryAfter >= 0 ? retryAfter : undefined,
  };
}
