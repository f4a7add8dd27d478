import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { networkChecks } from '../../src/doctor/network.ts';
import { createOwnIdentity } from '../../src/doctor/own-identity.ts';
import { createSources } from '../../src/fleet/sources.ts';
import { accountSettings } from '../../src/fleet/settings.ts';
import { proxyFor, readProxy } from '../../src/server/proxy.ts';
import { home } from '../support/emulator.ts';
import { errorAnswer, type StaticUpstream, startStaticUpstream } from '../support/static-upstream.ts';
import { findingsOf } from './support.ts';

let upstream: StaticUpstream;
beforeEach(async () => {
  upstream = await startStaticUpstream();
});
afterEach(() => upstream.close());

const [source] = createSources([accountSettings.parse({ id: home, regions: ['us-east-1'] })]).all;

async function clock(endpoint = upstream.url) {
  if (source === undefined) throw new Error('no source');
  const credentials = { accessKeyId: home, secretAccessKey: 'secret' };
  const timeouts = { callSeconds: 60, connectionSeconds: 30 };
  const [finding] = await findingsOf(
    networkChecks(createOwnIdentity({ endpoint, credentials, timeouts }, source), undefined),
  );
  return finding;
}
const secondsFromNow = (seconds: number) => ({ date: new Date(Date.now() + seconds * 1000).toUTCString() });

describe('the clock', () => {
  it.each([
    [-3600, 'PROBLEM', 'ahead of'],
    [3600, 'PROBLEM', 'behind'],
    [120, 'WARNING', 'behind'],
  ])('that differs by %i seconds is a %s', async (seconds, status, direction) => {
    // The SDK repeats a call that is refused because of the clock.
    upstream.answer({ GetCallerIdentity: errorAnswer('SignatureDoesNotMatch', 403, 'No.', secondsFromNow(seconds)) });
    expect(await clock()).toMatchObject({ name: 'clock', status, message: expect.stringContaining(direction) });
  });

  it('that agrees is fine, even if the credentials are refused', async () => {
    upstream.answer({ GetCallerIdentity: errorAnswer('InvalidClientTokenId', 403) });
    expect(await clock()).toMatchObject({ status: 'OK' });
  });

  it('is unchecked if AWS STS cannot be reached', async () => {
    expect(await clock('http://127.0.0.1:1')).toMatchObject({
      status: 'UNCHECKED',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('the proxy for a URL', () => {
  const proxy = (without: string) =>
    readProxy({ HTTPS_PROXY: 'http://ada:topsecret@proxy.example.com:3128', NO_PROXY: without }, []);

  it.each([
    ['https://sts.amazonaws.com', '', 'http://proxy.example.com:3128'],
    ['http://sts.amazonaws.com', '', undefined],
    ['https://localhost:4510', '', undefined],
    ['https://127.0.0.1:4510', '', undefined],
    ['https://sts.amazonaws.com', '*', undefined],
    ['https://sts.amazonaws.com', 'amazonaws.com', undefined],
    ['https://sts.amazonaws.com', '.amazonaws.com', undefined],
    ['https://sts.amazonaws.com', 'STS.amazonaws.com:443', undefined],
    ['https://sts.amazonaws.com', 'sts.amazonaws.com:8443', 'http://proxy.example.com:3128'],
    ['https://notamazonaws.com', 'amazonaws.com', 'http://proxy.example.com:3128'],
  ])('%s with NO_PROXY "%s" is %s', (url, without, expected) => {
    const settings = proxy(without);
    expect(settings && proxyFor(settings, new URL(url))).toBe(expected);
  });
});
