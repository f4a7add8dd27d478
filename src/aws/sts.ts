import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { countRequest, countRequests } from './calls/sent-requests.ts';
import { toSnapgateError } from './faults.ts';
import { type CallFacts, observeCall } from './observer.ts';
import { StrictQueryProtocol } from './protocol/protocol.ts';
import type { CompleteSettings, Timeouts } from './settings.ts';
import { createUnpooledTransport } from './transport.ts';

/** The identity that AWS STS reports for a set of credentials. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
}

/** Returns the options of an AWS STS client: two attempts, which together fit into the timeout of a call. */
export function stsOptions(settings: CompleteSettings, region: string) {
  const { endpoint } = settings;
  return {
    region,
    maxAttempts: 2,
    protocol: StrictQueryProtocol,
    requestHandler: createUnpooledTransport(settings, secondsPerAttempt(settings), countRequest),
    ...(endpoint === undefined ? {} : { endpoint }),
  } as const;
}

/** Returns how long a region waits for AWS STS in another region before it calls its own, in seconds. */
export function patienceSeconds({ callSeconds }: Timeouts): number {
  return callSeconds / 3;
}

/** Creates the request handler of a client that makes one of two attempts, each on a new connection. */
export function createStsRequestHandler(settings: CompleteSettings): NodeHttpHandler {
  return createUnpooledTransport(settings, secondsPerAttempt(settings));
}

function secondsPerAttempt({ timeouts }: CompleteSettings): number {
  return timeouts.callSeconds / 2;
}

/** Makes an AWS STS call for an account in a region; no call of a request. Its error is translated. */
export function callSts<Output>(
  { observer }: CompleteSettings,
  action: 'AssumeRole' | 'GetCallerIdentity',
  { account, region }: Omit<CallFacts, 'service' | 'action'>,
  send: () => Promise<Output>,
): Promise<Output> {
  return observeCall(observer, { service: 'sts', action, account, region }, (call) =>
    countRequests(call, () => {}, send).catch((error: unknown) => {
      throw toSnapgateError(error, { action: `sts:${action}`, account, region, isHarmless: true });
    }),
  );
}

/**
 * Reads the identity of a client's credentials. The call requires no IAM permission. Rejects with the error of the SDK.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function readIdentity(client: STSClient, milliseconds: number): Promise<Identity> {
  const { Account: account, Arn: arn = '' } = await client.send(new GetCallerIdentityCommand({}), {
    abortSignal: AbortSignal.timeout(milliseconds),
  });
  if (account === undefined) throw new Error('AWS returned no account.');
  return { account, arn };
}
