import { getRetryAfterHint } from '@smithy/core/retry';
import {
  AlreadyExistsError,
  ForbiddenError,
  InvalidInputError,
  InvalidStateError,
  type InvalidStateReason,
  NotFoundError,
  NotSupportedError,
  QuotaExceededError,
  SnapgateError,
  ThrottledError,
  type UpstreamDetails,
  UpstreamError,
} from '../errors.ts';
import { type FaultCode, faultNameOf, type Meaning, meaningOf } from './fault-table.ts';

/** The AWS call that failed. */
export interface Asked {
  /** As in IAM policies, such as `redshift:DescribeClusters`. */
  readonly action: string;
  readonly account: string;
  readonly region: string;
  /** True for calls made before the change itself, such as AssumeRole. */
  readonly isHarmless?: boolean;
  /** The seconds until a call can be sent, if the gateway limits the rate of calls after AWS throttled some. */
  readonly retrySeconds?: number;
}

/** The seconds until a throttled call can be retried, if neither AWS nor the rate of calls says more. */
const shortestRetrySeconds = 1;

/**
 * Converts an error of the SDK to an error with a message of our own, because the message of AWS can contain the names
 * of the gateway's roles. The original error is in `cause`, for the log.
 */
export function toSnapgateError(error: unknown, asked: Asked): SnapgateError {
  if (error instanceof SnapgateError) return error;
  const { name, requestId, status, isOfAws, retryAfterSeconds, connectionError } = read(error);
  const isUnconnected = status === undefined && isConnectionFailure(error);
  const unknown = isOfAws && status === 403 ? (['FORBIDDEN'] as const) : (['UPSTREAM'] as const);
  const [code, advice] = brokenOff.get(connectionError) ?? meaningOf(error as Error) ?? unknown;
  // A page without an error of AWS, for example of a proxy, does not say whether AWS received the request.
  const isPage = status !== undefined && !isOfAws;
  const isRefused = status !== undefined && !isPage && status < 500;
  const isUnsent = isUnconnected || name === 'CredentialsProviderError';
  const isLost =
    !isUnsent && (code === 'TIMED_OUT' || (code === 'UPSTREAM' && !isRefused) || (code === 'THROTTLED' && isPage));
  return describe(code, { ...asked, denied: deniedActionIn(error), isUnconnected }, advice, {
    fault: isOfAws ? name : undefined,
    requestId,
    retryAfterSeconds: retryAfterSeconds ?? asked.retrySeconds,
    isAnswerLost: !asked.isHarmless && isLost,
    cause: error,
  });
}

/**
 * Returns the error of one failed item of a batch, which AWS reports by its wire code in a successful response.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_SnapshotErrorMessage.html
 */
export function toItemError(wireCode: string | undefined, asked: Asked, requestId: string | undefined): SnapgateError {
  const fault = faultNameOf(wireCode ?? 'Unknown');
  const [code, advice] = meaningOf(Object.assign(new Error(), { name: fault })) ?? ['UPSTREAM'];
  return describe(code, asked, advice, { fault, requestId });
}

/** How a message starts, and the reason if the fault table has none. */
const sentences: Readonly<Record<FaultCode, readonly [start: string, reason?: string]>> = {
  INVALID_INPUT: ['AWS refused', 'a parameter is not valid. Check the input'],
  NOT_FOUND: ['AWS refused'],
  ALREADY_EXISTS: ['AWS refused'],
  INVALID_STATE: ['AWS refused'],
  QUOTA_EXCEEDED: ['AWS refused'],
  NOT_SUPPORTED: ['AWS refused', 'the operation is not supported for this resource'],
  FORBIDDEN: ['AWS denied', 'the gateway lacks this permission. The operator of the gateway must grant it in IAM'],
  THROTTLED: ['AWS throttled', 'too many calls were made. Retry later'],
  TIMED_OUT: ['AWS did not respond in time to'],
  UPSTREAM: ['AWS failed or returned no usable response to'],
};

const notConnected = [
  'The gateway could not connect to AWS for',
  'the operator of the gateway must check its network and proxy settings; its log contains the cause',
] as const;

const roleDenied =
  'the gateway may not assume the role. The operator of the gateway must check the trust policy and external ID of the role, and the permissions of the gateway';

const keyDenied =
  'the gateway lacks this permission. The operator of the gateway must grant it in IAM, and the policy of the key must allow it';

type FaultDetails = Omit<UpstreamDetails, 'code'> & { retryAfterSeconds?: number | undefined };

/** The faults whose reason is known; the state of a snapshot can forbid a change for several reasons. */
const stateReasons = new Map<string, InvalidStateReason>([
  ['InvalidClusterSnapshotScheduleStateFault', 'IN_USE'],
  ['InvalidClusterStateFault', 'CLUSTER_NOT_AVAILABLE'],
  ['InvalidDBClusterStateFault', 'CLUSTER_NOT_AVAILABLE'],
  ['InvalidDBInstanceStateFault', 'CLUSTER_NOT_AVAILABLE'],
]);

const classes: Readonly<Record<FaultCode, (message: string, details: FaultDetails) => SnapgateError>> = {
  INVALID_INPUT: (message, details) => new InvalidInputError(message, [], details),
  NOT_FOUND: (message, details) => new NotFoundError(message, details),
  ALREADY_EXISTS: (message, details) => new AlreadyExistsError(message, details),
  INVALID_STATE: (message, details) =>
    new InvalidStateError(stateReasons.get(details.fault ?? '') ?? 'OTHER', message, details),
  QUOTA_EXCEEDED: (message, details) => new QuotaExceededError(message, details),
  NOT_SUPPORTED: (message, details) => new NotSupportedError(message, details),
  FORBIDDEN: (message, details) => new ForbiddenError(message, details),
  THROTTLED: (message, { retryAfterSeconds = shortestRetrySeconds, ...details }) =>
    new ThrottledError(message, { ...details, retryAfterSeconds }),
  TIMED_OUT: (message, details) => new UpstreamError(message, { ...details, code: 'TIMED_OUT' }),
  UPSTREAM: (message, details) => new UpstreamError(message, details),
};

/** Connection errors that the SDK reports as timeouts. */
const brokenOff = new Map<string | undefined, Meaning>([
  ['ECONNRESET', ['UPSTREAM', 'the connection was interrupted']],
  ['EPIPE', ['UPSTREAM', 'the connection was interrupted']],
]);

/** The codes of errors that prevent a connection, in addition to the errors of the system call `connect`. */
const connectionFailures = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENOTFOUND',
  'ERR_PROXY_TUNNEL',
  // The certificate of AWS, or of a proxy that inspects connections.
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Whether a request was not sent, because there was no connection to send it on. */
function isConnectionFailure(error: unknown): boolean {
  const { code = '', syscall, errors = [], message = '' } = error as Partial<NodeJS.ErrnoException & AggregateError>;
  const isTimeout = message.includes('did not establish a connection');
  return connectionFailures.has(code) || syscall === 'connect' || isTimeout || errors.some(isConnectionFailure);
}

/** A call, and the other action that AWS denied, if the call requires a permission for it too. */
interface Described extends Asked {
  readonly denied?: string | undefined;
  /** Whether the call could not be sent without a connection. */
  readonly isUnconnected?: boolean;
}

function describe(code: FaultCode, asked: Described, advice: string | undefined, details: FaultDetails): SnapgateError {
  const { action, account, region, denied, isUnconnected = false } = asked;
  const [start, reason] = isUnconnected ? notConnected : sentences[code];
  const why = advice ?? (code === 'FORBIDDEN' ? whyDenied(action, denied) : reason);
  const isOther = code === 'FORBIDDEN' && denied !== undefined && denied !== action;
  const call = isOther ? `${denied}, which ${action} requires,` : action;
  const what = `${start} ${call} in account ${account}, region ${region}`;
  return classes[code](why === undefined ? `${what}.` : `${what}: ${why}.`, details);
}

function whyDenied(action: string, denied = action): string | undefined {
  if (action === 'sts:AssumeRole') return roleDenied;
  return denied.startsWith('kms:') ? keyDenied : sentences.FORBIDDEN[1];
}

/** Reads the parts of an SDK exception, any of which can be absent. */
function read(error: unknown) {
  const {
    name,
    code,
    $metadata,
    $response,
    Error: document,
    __type: type,
  } = error as {
    name?: string;
    code?: string;
    $metadata?: { httpStatusCode?: number; requestId?: string };
    $response?: unknown;
    Error?: { Code?: unknown };
    __type?: unknown;
  };
  const retryAt = getRetryAfterHint($response);
  return {
    name: name ?? 'Error',
    connectionError: code,
    status: $metadata?.httpStatusCode,
    requestId: $metadata?.requestId,
    /** Whether the response has an error document of AWS, in XML or JSON. */
    isOfAws: typeof document?.Code === 'string' || typeof type === 'string',
    retryAfterSeconds: retryAt && Math.max(0, Math.ceil((retryAt.getTime() - Date.now()) / 1000)),
  };
}

/** Returns the action that AWS denied; the rest of its message can contain the names of the gateway's roles. */
function deniedActionIn(error: unknown): string | undefined {
  const { message = '' } = error as { message?: string };
  return /\bnot authorized to perform: ([a-z0-9-]{1,64}:[A-Za-z]{1,128})(?=\s|$)/.exec(message)?.[1];
}
