import { afterEach, describe, expect, it } from 'vitest';
import { createRequestRate, rateSeconds } from '../../src/limits/request-rate.ts';
import { defaultLimits } from '../../src/limits/settings.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { useStallFreeClock } from '../support/stall-free-clock.ts';
import { as, authenticationWith } from '../support/tokens.ts';

useStallFreeClock();

describe('requests per second', () => {
  let gateway: Gateway;
  afterEach(() => gateway.close());

  const requestsPerSecond = 2;
  const most = requestsPerSecond * rateSeconds;
  async function start(options: GatewayOptions = {}): Promise<void> {
    gateway = await startGateway({ limits: { requestsPerSecond }, ...options });
  }
  const send = (headers: Record<string, string> = {}, body = '{"query":"{__typename}"}') =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  /** Sends several requests at once, and counts their responses by status. */
  async function sendMany(count: number, headers: Record<string, string> = {}) {
    const responses = await Promise.all(Array.from({ length: count }, () => send(headers)));
    const statuses = responses.map(({ status }) => status);
    return { accepted: statuses.filter((each) => each === 200).length, statuses: new Set(statuses) };
  }

  it('are limited per principal', async () => {
    await start({ authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]) });
    const [ada, bea] = [await as({ sub: 'ada' }), await as({ sub: 'bea' })];
    expect(await sendMany(most + 10, ada)).toEqual({ accepted: most, statuses: new Set([200, 429]) });
    expect(await sendMany(most, bea)).toEqual({ accepted: most, statuses: new Set([200]) });
  });

  it('are limited before anything is parsed, with the time to wait', async () => {
    await start();
    await sendMany(most);
    for (const body of ['{"query":"{__typename}"}', '{"query":"{"}', '{', ' '.repeat(2 ** 21)]) {
      const response = await send({}, body);
      const seconds = Number(response.headers.get('retry-after'));
      expect(response.status).toBe(429);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(rateSeconds);
      expect(await response.json()).toEqual({
        errors: [
          {
            message: `You have sent more than 2 requests per second, on average over 10 seconds. Retry in ${seconds} s.`,
            extensions: { code: 'RATE_LIMITED', retryAfterSeconds: seconds },
          },
        ],
      });
    }
    expect((await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } })).status).toBe(429);
  });

  it('do not include health checks and rejected tokens', async () => {
    await start({ authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]) });
    expect((await sendMany(most + 10)).statuses).toEqual(new Set([401]));
    const health = Array.from({ length: most + 10 }, () => fetch(`${gateway.url}/health`));
    expect(new Set((await Promise.all(health)).map(({ status }) => status))).toEqual(new Set([200]));
    expect(await sendMany(most, await as())).toEqual({ accepted: most, statuses: new Set([200]) });
  });
});

it('follows limits that change, without forgetting what was counted', async () => {
  const limits = { ...defaultLimits, requestsPerSecond: 1 };
  const rate = createRequestRate(() => limits);
  for (let request = 0; request < rateSeconds; request += 1) expect(await rate.count('ada')).toBe(0);
  expect(await rate.count('ada')).toBeGreaterThan(0);
  limits.requestsPerSecond = 2;
  expect(await rate.count('ada')).toBe(0);
  limits.requestsPerSecond = 1;
  expect(await rate.count('ada')).toBeGreaterThan(0);
  expect(await rate.count('bea')).toBe(0);
});
