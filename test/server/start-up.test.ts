import { describe, expect, it } from 'vitest';
import { startUpProblems } from '../../src/server/start-up.ts';
import { secret, settings } from '../support/tokens.ts';

const authentication = settings({ secret });
const local = { host: '127.0.0.1', allowsAnonymous: false };

const pod = { AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pod', AWS_WEB_IDENTITY_TOKEN_FILE: '/token' };
const emulated = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4510' };

describe('the start', () => {
  it.each([
    ['dev on a loopback address', { command: 'dev' as const, ...local }, {}],
    [
      'dev on all addresses, with authentication',
      { command: 'dev' as const, ...local, host: '0.0.0.0', authentication },
      {},
    ],
    ['the emulator on all addresses', { command: 'emulator' as const, ...local, host: '0.0.0.0' }, {}],
    [
      'serve on all addresses, with authentication',
      { command: 'serve' as const, ...local, host: '::', authentication },
      {},
    ],
    ['serve in production', { command: 'serve' as const, ...local, authentication }, { NODE_ENV: 'production' }],
    [
      'serve on a loopback address with --allow-anonymous',
      { command: 'serve' as const, host: '[::1]', allowsAnonymous: true },
      {},
    ],
    ['doctor in production', { command: 'doctor' as const, ...local }, { NODE_ENV: 'production' }],
    [
      'serve against an emulator',
      { command: 'serve' as const, ...local, authentication },
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:4510', AWS_ACCESS_KEY_ID: '123456789012', AWS_SECRET_ACCESS_KEY: 'any' },
    ],
    [
      'serve against an emulator, as in a pod of Amazon EKS',
      { command: 'serve' as const, ...local, authentication },
      { ...pod, AWS_ENDPOINT_URL: 'http://127.0.0.1:4510' },
    ],
    [
      'serve through a VPC endpoint',
      { command: 'serve' as const, ...local, authentication },
      { AWS_ENDPOINT_URL_REDSHIFT: 'https://vpce-1.redshift.eu-west-1.vpce.amazonaws.com', AWS_ACCESS_KEY_ID: 'AKIAX' },
    ],
  ])('of %s is safe', (_name, start, environment) => {
    expect(startUpProblems(start, environment)).toEqual([]);
  });

  it.each([
    'https://redshift.us-iso-east-1.c2s.ic.gov',
    'https://rds.us-isob-east-1.sc2s.sgov.gov',
    'https://redshift.eu-isoe-west-1.cloud.adc-e.uk',
    'https://redshift.us-isof-south-1.csp.hci.ic.gov',
    'https://redshift.eusc-de-east-1.amazonaws.eu',
    'https://redshift.cn-north-1.amazonaws.com.cn',
    'https://redshift.cn-north-1.api.amazonwebservices.com.cn',
    'https://redshift-fips.us-gov-west-1.amazonaws.com',
    'https://redshift.us-east-1.api.aws',
    'https://sts.amazonaws.com/',
    'https://vpce-0a1b-2c3d.redshift.us-iso-east-1.vpce.c2s.ic.gov',
  ])('of serve with real credentials and the endpoint %s of AWS is safe', (url) => {
    const environment = { AWS_ENDPOINT_URL_REDSHIFT: url, AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' };
    expect(startUpProblems({ command: 'serve', ...local, authentication }, environment)).toEqual([]);
  });

  it.each([
    'http://redshift.us-east-1.amazonaws.com',
    'https://redshift.us-iso-east-1.c2s.ic.gov.example.com',
    'https://redshift.us-east-1.c2s.ic.gov',
    'https://us-iso-east-1.example.com',
    'https://amazonaws.com.evil.example/',
    'https://evil-amazonaws.com',
    'https://example.com/.amazonaws.com',
    'https://user@example.com',
    'amazonaws.com',
  ])('of serve with real credentials and the endpoint %s is rejected', (url) => {
    const environment = { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' };
    expect(startUpProblems({ command: 'serve', ...local, authentication }, environment)).toHaveLength(1);
  });

  it.each([
    ['is empty', { AWS_ENDPOINT_URL: '' }],
    ['is ignored', { AWS_ENDPOINT_URL: 'http://10.0.0.1/', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }],
  ])('of serve with real credentials and an endpoint that %s is safe', (_name, environment) => {
    expect(startUpProblems({ command: 'serve', ...local, authentication }, environment)).toEqual([]);
  });

  it('of serve is rejected if the credentials are those of a profile, not the emulated ones', () => {
    const environment = { ...override, AWS_PROFILE: 'production', AWS_ACCESS_KEY_ID: '123456789012' };
    expect(startUpProblems({ command: 'serve', ...local, authentication }, environment)).toHaveLength(1);
  });

  it('of serve is rejected if the emulated credentials have no secret, because the SDK then uses others', () => {
    const environment = { ...override, AWS_ACCESS_KEY_ID: '123456789012' };
    expect(startUpProblems({ command: 'serve', ...local, authentication }, environment)).toHaveLength(1);
  });

  it.each<[string, NodeJS.ProcessEnv]>([
    ['sends a token to another machine', { AWS_ENDPOINT_URL: 'http://10.0.0.1/' }],
    ['has its credentials from AWS STS', { AWS_ENDPOINT_URL_REDSHIFT: 'http://127.0.0.1:4510' }],
    [
      'has its credentials from the endpoint of AWS for all services',
      { AWS_ENDPOINT_URL: 'https://sts.us-east-1.amazonaws.com', AWS_ENDPOINT_URL_REDSHIFT: 'http://127.0.0.1:4510' },
    ],
    ['has an AWS STS of its own', { ...emulated, AWS_ENDPOINT_URL_STS: 'https://sts.amazonaws.com' }],
    ['has a profile', { ...emulated, AWS_PROFILE: 'production' }],
    ['has keys', { ...emulated, AWS_ACCESS_KEY_ID: 'AKIAX', AWS_SECRET_ACCESS_KEY: 'secret' }],
    ['has no role', { ...emulated, AWS_ROLE_ARN: '' }],
  ])('of serve as in a pod of Amazon EKS is rejected if it %s', (_name, environment) => {
    expect(startUpProblems({ command: 'serve', ...local, authentication }, { ...pod, ...environment })).toHaveLength(1);
  });

  it('of serve is rejected without repeating the password of an endpoint', () => {
    const environment = { AWS_ENDPOINT_URL: 'https://ada:topsecret@example.com/', AWS_ACCESS_KEY_ID: 'AKIAX' };
    const problems = startUpProblems({ command: 'serve', ...local, authentication }, environment);
    expect(problems).toEqual([expect.stringContaining('"https://example.com/"')]);
  });

  const override = { AWS_ENDPOINT_URL: 'http://10.0.0.1/' };
  it.each([
    ['dev on all addresses', { command: 'dev' as const, ...local, host: '0.0.0.0' }, {}, ['HOST is 0.0.0.0']],
    ['dev in production', { command: 'dev' as const, ...local }, { NODE_ENV: 'production' }, ['NODE_ENV']],
    [
      'the emulator in production',
      { command: 'emulator' as const, ...local },
      { NODE_ENV: 'production' },
      ['NODE_ENV'],
    ],
    ['serve without authentication', { command: 'serve' as const, ...local }, {}, ['--allow-anonymous']],
    [
      'serve on another address with --allow-anonymous',
      { command: 'serve' as const, host: '10.0.0.7', allowsAnonymous: true },
      {},
      ['HOST is 10'],
    ],
    [
      'serve with a real access key and an endpoint outside AWS',
      { command: 'serve' as const, ...local, authentication },
      { ...override, AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' },
      ['AWS_ENDPOINT_URL is "http://10.0.0.1/"'],
    ],
    [
      'doctor with a real access key and an endpoint outside AWS',
      { command: 'doctor' as const, ...local },
      { ...override, AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' },
      ['AWS_ENDPOINT_URL is "http://10.0.0.1/"'],
    ],
    [
      'serve without authentication, with an endpoint outside AWS and one that looks like AWS',
      { command: 'serve' as const, ...local },
      { ...override, AWS_ENDPOINT_URL_DOCDB: 'https://amazonaws.com.evil.example/' },
      ['--allow-anonymous', 'AWS_ENDPOINT_URL is', 'AWS_ENDPOINT_URL_DOCDB is'],
    ],
  ])('of %s is rejected with every reason at once', (_name, start, environment, reasons) => {
    const problems = startUpProblems(start, environment);
    expect(problems).toEqual(reasons.map((reason) => expect.stringContaining(reason)));
  });
});
