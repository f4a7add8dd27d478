import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { account, accounts, type Gateway, oneAccount, startGateway } from '../support/gateway.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
const file = join(folder, 'credentials');
beforeAll(() => {
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', file);
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

let gateway: Gateway;
afterEach(() => gateway.close());

/** Replaces the credentials file, as programs do that rotate keys. */
function write(accessKeyId: string, sessionToken?: string): void {
  const token = sessionToken === undefined ? '' : `aws_session_token = ${sessionToken}\n`;
  writeFileSync(
    join(folder, 'next'),
    `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = secret\n${token}`,
  );
  renameSync(join(folder, 'next'), file);
}

/** Writes new session keys, which AWS reports as expired after an hour. */
async function rotate(): Promise<void> {
  const command = new AssumeRoleCommand({
    RoleArn: `arn:aws:iam::${account}:role/gateway`,
    RoleSessionName: 'gateway',
  });
  const { AccessKeyId = '', SessionToken } = (await gateway.emulator.sts().send(command)).Credentials ?? {};
  write(AccessKeyId, SessionToken);
}

const expire = () => gateway.emulator.control('POST', 'clock', { advanceSeconds: 4000 });

async function statuses(): Promise<string[]> {
  const { data, errors } = await gateway.query('{ snapshots { sources { status } } }');
  if (errors) throw new Error(errors[0]?.message);
  return [...new Set<string>(data.snapshots.sources.map(({ status }: any) => status))];
}

describe.each([
  ['an account without a role', oneAccount, 2],
  ['an account with a role', accounts([account], ['eu-west-1', 'us-east-1']), 4],
])('expired keys in a credentials file, for %s', (_name, configured, sources) => {
  const start = async () => {
    gateway = await startGateway({ accounts: configured, aws: { credentials: undefined }, isCheckedAtStart: false });
    await rotate();
    expect(await statuses()).toEqual(['COMPLETE']);
  };

  it('are replaced by the keys that the file has by then', async () => {
    await start();
    await expire();
    await rotate();
    expect(await statuses()).toEqual(['COMPLETE']);
  });

  it('are replaced as soon as the file is, and calls are not repeated until then', async () => {
    await start();
    await expire();
    expect(await statuses()).toEqual(['DENIED']);
    await gateway.emulator.control('DELETE', 'calls');
    expect(await statuses()).toEqual(['DENIED']);
    const { content } = await gateway.emulator.control('DELETE', 'calls');
    // One refused call for each source.
    expect(content['calls']).toHaveLength(sources);
    await rotate();
    expect(await statuses()).toEqual(['COMPLETE']);
  });
});

describe('keys in a credentials file', () => {
  it('that belong to another account are replaced as soon as the file is', async () => {
    gateway = await startGateway({ accounts: oneAccount, aws: { credentials: undefined }, isCheckedAtStart: false });
    write('012345678901');
    expect(await statuses()).toEqual(['DENIED']);
    write(account);
    expect(await statuses()).toEqual(['COMPLETE']);
  });

  it.each(['InvalidClientTokenId', 'UnrecognizedClientException', 'SignatureDoesNotMatch', 'AuthFailure'])(
    'that AWS refuses with %s are replaced by new keys in the file, but not used again',
    async (code) => {
      gateway = await startGateway({ accounts: oneAccount, aws: { credentials: undefined }, isCheckedAtStart: false });
      write(account);
      expect(await statuses()).toEqual(['COMPLETE']);
      const refused = { service: 'redshift', kind: 'error', code, status: 403 } as const;
      await gateway.disturb({ ...refused, times: 1 });
      await gateway.calls();
      expect((await statuses()).sort()).toEqual(['COMPLETE', 'DENIED']);
      expect(await gateway.calls()).toHaveLength(2);
      await gateway.disturb({ ...refused, times: 1 });
      write('AKIAIOSFODNN7EXAMPLE');
      expect(await statuses()).toEqual(['COMPLETE']);
    },
  );
});
