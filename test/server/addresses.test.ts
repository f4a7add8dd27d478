import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { clientAddressOf, createTrustedProxies, peerOf } from '../../src/server/connections/addresses.ts';
import { serverSettings } from '../../src/server/connections/settings.ts';

const proxies = createTrustedProxies(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']);
const requestFrom = (remoteAddress: string, forwarded?: string | string[]) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

describe('the address of a client', () => {
  it.each([
    ['203.0.113.9', undefined, '203.0.113.9'],
    ['::ffff:203.0.113.9', undefined, '203.0.113.9'],
    ['2001:4860::1', undefined, '2001:4860::1'],
    ['203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['::ffff:10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['2001:db8::5', '2001:4860::1', '2001:4860::1'],
    ['192.0.2.8', '198.51.100.1', '192.0.2.8'],
    ['10.1.2.3', '6.6.6.6, 198.51.100.1', '198.51.100.1'],
    ['10.1.2.3', '6.6.6.6 ,198.51.100.1,10.9.9.9 , 192.0.2.7', '198.51.100.1'],
    ['10.1.2.3', ['6.6.6.6', '198.51.100.1, 10.9.9.9'], '198.51.100.1'],
    ['10.1.2.3', '10.5.5.5, 10.9.9.9', '10.5.5.5'],
    ['10.1.2.3', '198.51.100.1:4711', '198.51.100.1'],
    ['10.1.2.3', '[2001:4860::1]:4711', '2001:4860::1'],
    ['10.1.2.3', '::ffff:198.51.100.1', '198.51.100.1'],
    ['10.1.2.3', '', '10.1.2.3'],
    ['10.1.2.3', 'unknown', '10.1.2.3'],
    ['10.1.2.3', '6.6.6.6, unknown', '10.1.2.3'],
    ['10.1.2.3', '6.6.6.6, unknown, 10.9.9.9', '10.9.9.9'],
    ['10.1.2.3', '<script>', '10.1.2.3'],
    ['10.1.2.3', '198.51.100.1\u0000', '10.1.2.3'],
    ['10.1.2.3', '999.1.1.1', '10.1.2.3'],
  ])('that connects from %s with X-Forwarded-For %j is %s', (peer, forwarded, address) => {
    expect(clientAddressOf(requestFrom(peer, forwarded), proxies)).toBe(address);
  });

  it('is unknown after the connection was closed', () => {
    const request = { socket: {}, headers: {} } as unknown as IncomingMessage;
    expect(clientAddressOf(request, proxies)).toBeUndefined();
  });
});

describe('the peer of a connection', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::ffff', '2001:db8:1:2::/64'],
    ['2001:DB8:1:02::', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::', '2001:db8:1:3::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('from %s is %s', (address, peer) => {
    expect(peerOf(address)).toBe(peer);
  });
});

describe('the setting server.trustedProxies', () => {
  it.each(['127.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::1', '2001:db8::/32', '::ffff:10.0.0.1'])(
    'accepts %s',
    (entry) => {
      expect(serverSettings.parse({ trustedProxies: [entry] }).trustedProxies).toEqual([entry]);
    },
  );

  it.each([
    'localhost',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '::1/129',
    '10.0.0',
    '10.0.0.0/-1',
    '*',
    '',
    'fe80::1%1',
  ])('rejects %j with the allowed values', (entry) => {
    const { error } = serverSettings.safeParse({ trustedProxies: [entry] });
    expect(error?.issues).toMatchObject([
      {
        path: ['trustedProxies', 0],
        message: expect.stringContaining('must be an IP address or a range of addresses'),
      },
    ]);
  });
});
