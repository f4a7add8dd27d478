import { STSClient } from '@aws-sdk/client-sts';
import { createOwnKeys } from '../aws/credentials/own-keys.ts';
import { toSnapgateError } from '../aws/faults.ts';
import { completeSettings, type AwsSettings } from '../aws/settings.ts';
import { type Identity, readIdentity, stsOptions } from '../aws/sts.ts';
import type { Source } from '../snapshots/source.ts';

/** What one call of AWS STS with the gateway's own credentials showed. */
export interface OwnIdentity {
  /** The identity of the credentials, or the error of the call. */
  readonly identity: Identity | Error;
  /** Where the call was sent; undefined if there were no credentials to send it with. */
  readonly url: URL | undefined;
  /** By how many seconds the local clock is at least ahead of AWS, or behind if negative; undefined without a response. */
  readonly secondsAhead: number | undefined;
}

/** Returns a function that calls AWS STS in the region of a source, once. */
export function createOwnIdentity(settings: AwsSettings, source: Source): () => Promise<OwnIdentity> {
  let asked: Promise<OwnIdentity> | undefined;
  return () => (asked ??= ask(settings, source));
}

async function ask(settings: AwsSettings, { account, region }: Source): Promise<OwnIdentity> {
  const complete = completeSettings(settings);
  const own = createOwnKeys(complete);
  const options = stsOptions(complete, region);
  const { requestHandler } = options;
  const handle = requestHandler.handle.bind(requestHandler);
  let url: URL | undefined;
  let secondsAhead: number | undefined;
  requestHandler.handle = async (request, handling) => {
    const port = request.port === undefined ? '' : `:${request.port}`;
    url = new URL(`${request.protocol}//${request.hostname}${port}`);
    const start = Date.now();
    const answer = await handle(request, handling);
    const time = Date.parse(answer.response.headers['date'] ?? '');
    if (!Number.isNaN(time)) secondsAhead ??= aheadOf(time, start, Date.now()) / 1000;
    return answer;
  };
  const client = new STSClient({ ...options, credentials: () => own.get(region) });
  try {
    const identity = await readIdentity(client, complete.timeouts.callSeconds * 1000);
    return { identity, url, secondsAhead };
  } catch (error) {
    const asked = { action: 'sts:GetCallerIdentity', account, region, isHarmless: true };
    return { identity: toSnapgateError(error, asked), url, secondsAhead };
  } finally {
    client.destroy();
  }
}

/** AWS wrote the time at some moment of the call, without its fraction of a second. */
function aheadOf(time: number, start: number, end: number): number {
  const [least, most] = [start - (time + 1000), end - time];
  if (least > 0) return least;
  return Math.min(most, 0);
}
