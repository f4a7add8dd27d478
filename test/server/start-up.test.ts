import { describe, expect, it } from 'vitest';
import { startUpProblems } from '../../src/server/start-up.ts';
import { secret, settings } from '../support/tokens.ts';

const authentication = settings({ secret });
const local = { host: '127.0.0.1', allowsAnonymous: false };

describe('a start', () => {
  it.each([
    ['dev on this machine', { command: 'dev' as const, ...local }, {}],
    ['dev for others, with authentication', { command: 'dev' as const, ...local, host: '0.0.0.0', authentication }, {}],
    ['the emulator for others', { command: 'emulator' as const, ...local, host: '0.0.0.0' }, {}],
    ['serve with authentication', { command: 'serve' as const, ...local, host: '::', authentication }, {}],
    ['serve under production', { command: 'serve' as const, ...local, authentication }, { NODE_ENV: 'production' }],
    ['serve for all of this machine', { command: 'serve' as const, host: '[::1]', allowsAnonymous: true }, {}],
    ['doctor under production', { command: 'doctor' as const, ...local }, { NODE_ENV: 'production' }],
    [
      'serve on an emulator',
      { command: 'serve' as const, ...local, authentication },
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:4510', AWS_ACCESS_KEY_ID: '123456789012' },
    ],
    [
      'serve through a VPC endpoint',
      { command: 'serve' as const, ...local, authentication },
      { AWS_ENDPOINT_URL_REDSHIFT: 'https://vpce-1.redshift.eu-west-1.vpce.amazonaws.com', AWS_ACCESS_KEY_ID: 'AKIAX' },
    ],
  ])('of %s is safe', (_name, start, environment) => {
    expect(startUpProblems(start, environment)).toEqual([]);
  });

  const override = { AWS_ENDPOINT_URL: 'http://10.0.0.1/' };
  it.each([
    ['dev for others', { command: 'dev' as const, ...local, host: '0.0.0.0' }, {}, ['HOST is 0.0.0.0']],
    ['dev under production', { command: 'dev' as const, ...local }, { NODE_ENV: 'production' }, ['NODE_ENV']],
    [
      'the emulator under production',
      { command: 'emulator' as const, ...local },
      { NODE_ENV: 'production' },
      ['NODE_ENV'],
    ],
    ['serve', { command: 'serve' as const, ...local }, {}, ['--allow-anonymous']],
    [
      'serve for all others',
      { command: 'serve' as const, host: '10.0.0.7', allowsAnonymous: true },
      {},
      ['HOST is 10'],
    ],
    [
      'serve that would send a real key elsewhere',
      { command: 'serve' as const, ...local, authentication },
      { ...override, AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' },
      ['AWS_ENDPOINT_URL is "http://10.0.0.1/"'],
    ],
    [
      'doctor that would send a real key elsewhere',
      { command: 'doctor' as const, ...local },
      { ...override, AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' },
      ['AWS_ENDPOINT_URL is "http://10.0.0.1/"'],
    ],
    [
      'serve that may send the key of a profile elsewhere, to a host that looks like AWS, by anyone',
      { command: 'serve' as const, ...local },
      { ...override, AWS_ENDPOINT_URL_DOCDB: 'https://amazonaws.com.evil.example/' },
      ['--allow-anonymous', 'AWS_ENDPOINT_URL is', 'AWS_ENDPOINT_URL_DOCDB is'],
    ],
  ])('of %s is refused, every reason at once', (_name, start, environment, reasons) => {
    const problems = startUpProblems(start, environment);
    expect(problems).toEqual(reasons.map((reason) => expect.stringContaining(reason)));
  });
});
