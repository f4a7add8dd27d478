import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, start } from '../support/cli.ts';
import { audience, issuer, secret } from '../support/tokens.ts';

let folder: string;
let config: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  config = join(folder, 'snapgate.yaml');
  writeFileSync(
    config,
    `
authentication: { issuer: "${issuer}", audience: ${audience}, secret: "${secret}" }
grants:
  - when: { groups: readers }
    permissions: [SNAPSHOT_READ]
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.concurrent('the command line', () => {
  it('makes a token that the gateway of the same configuration accepts', async () => {
    const [dev, printed] = await Promise.all([
      start(['dev', '--port', '0', '--emulator-port', '0', '--config', config]),
      run(['token', '--config', config, '--subject', 'ada', '--claim', 'groups=readers', 'groups=writers']),
    ]);
    const token = printed.out.trim();
    const ask = async (headers: object) => {
      const body = JSON.stringify({ query: '{ viewer { subject permissions } snapshots(first: 1) { isComplete } }' });
      const request = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
      return (await fetch(dev.address('snapgate'), request)).json();
    };
    const answers = [await ask({ authorization: `Bearer ${token}` }), await ask({})];
    await dev.stop();
    expect(dev.out).toContain('with a bearer token');
    expect(decodeJwt(token)).toMatchObject({ sub: 'ada', groups: ['readers', 'writers'] });
    expect(answers).toMatchObject([
      { data: { viewer: { subject: 'ada', permissions: ['SNAPSHOT_READ'] }, snapshots: { isComplete: true } } },
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
  });

  it.each([
    ['token', [], 'authentication.secret'],
    ['token', ['--hours', '0'], 'more than 0'],
    ['serve', [], '--allow-anonymous'],
    ['serve', ['--allow-anonymous', '--host', '0.0.0.0'], 'HOST is 0.0.0.0'],
    ['dev', ['--host', '0.0.0.0'], 'HOST is 0.0.0.0'],
  ])('%s %j is refused with what is missing', async (command, args, problem) => {
    const { code, out, err } = await run([command, ...args]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(problem);
  });
});
