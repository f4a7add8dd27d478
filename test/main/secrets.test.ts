import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationSchema, readConfig } from '../../src/config.ts';
import { ConfigurationError } from '../../src/errors.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
const file = (content: string | Buffer) => {
  const path = join(folder, `file-${(count += 1)}`);
  writeFileSync(path, content);
  return path;
};
const read = (yaml: string, environment: NodeJS.ProcessEnv = {}) =>
  readConfig({ config: file(yaml) }, undefined, environment);
/** Returns the problems of a configuration, without the path of its file. */
const problemsOf = (yaml: string, environment: NodeJS.ProcessEnv = {}): readonly string[] => {
  try {
    read(yaml, environment);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map((problem) => problem.replace(/^\S+\/file-\d+(?:: )?/, ''));
  }
  throw new Error('The configuration is valid.');
};
const account = (externalId: string) =>
  `accounts: [{ id: "123456789012", role: "arn:aws:iam::123456789012:role/reader", regions: [us-east-1], externalId: ${externalId} }]`;
const authentication = (secret: string) => `authentication: { issuer: me, audience: us, secret: ${secret} }`;

const key = randomBytes(32).toString('base64');
const otherKey = randomBytes(32).toString('base64');
const canary = 'C4nary';

describe('a secret of the configuration', () => {
  it('is its value, the content of a file, or the value of an environment variable', () => {
    const yaml = `
${account(`{ file: ${file('from-their-administrator\n')} }`)}
${authentication('{ env: JWT_SECRET }')}
cursorKeys: [{ file: ${file(`${key}\r\n`)} }, { env: OLD_KEY }, ${otherKey}]
redis: { env: REDIS_URL }
`;
    const redis = 'rediss://user:password@redis.example.com:6379/1';
    const config = read(yaml, { JWT_SECRET: key, OLD_KEY: otherKey, REDIS_URL: redis });
    expect(config).toMatchObject({
      accounts: [{ externalId: 'from-their-administrator' }],
      authentication: { secret: key },
      cursorKeys: [key, otherKey, otherKey],
      redis,
    });
  });

  it('is not quoted if it is in another setting by mistake', () => {
    const problems = problemsOf(`authentication: { issuer: me, audience: us, jwks: "${key}" }`);
    expect(problems).toEqual([expect.stringContaining('authentication.jwks'), expect.stringContaining('https URL')]);
    expect(problems.join()).not.toContain(key);
  });

  it('can be shared by several settings with an anchor of YAML', () => {
    const yaml = `cursorKeys: [&key { file: ${file(key)} }, *key]`;
    expect(read(yaml).cursorKeys).toEqual([key, key]);
  });

  it('without an end is not read', () => {
    expect(problemsOf('cursorKeys: [{ file: /dev/zero }]')).toEqual([
      'cursorKeys.0: the file /dev/zero is larger than 65536 bytes.',
    ]);
  });

  it('that cannot be read is reported with all other problems, by its setting and its place', () => {
    const [directory, missing] = [join(folder, 'directory'), join(folder, 'missing')];
    mkdirSync(directory);
    const [empty, binary, weak] = [file('\n'), file(Buffer.of(0xff, 0xfe, 0x80)), file(`${canary}\n`)];
    const yaml = `
${account(`{ file: ${file(`two ${canary}\n`)} }`)}
${authentication(`{ file: ${missing} }`)}
cursorKeys:
  - { file: ${directory} }
  - { file: ${empty} }
  - { file: ${binary} }
  - { file: ${weak} }
  - { env: UNSET }
  - { env: EMPTY }
  - { env: WEAK }
  - { file: a, env: b }
  - { path: ${canary} }
  - { file: 7 }
  - {}
redis: { env: REDIS_URL }
color: red
`;
    const environment = { EMPTY: '', WEAK: canary, REDIS_URL: `https://user:${canary}@example.com/` };
    const shape = 'must be a text, { file: <path of a file> } or { env: <name of an environment variable> }.';
    const format = 'must be at least 32 random bytes in base64: create it with `openssl rand -base64 32`.';
    const problems = problemsOf(yaml, environment);
    expect(problems.map((each) => each.replace(/Allowed settings.*/, ''))).toEqual([
      expect.stringMatching(/^accounts\.0\.externalId, from the file \S+: must be 2 to 1224 letters, digits/),
      `cursorKeys.3, from the file ${weak}: ${format}`,
      `cursorKeys.6, from the environment variable WEAK: ${format}`,
      'redis, from the environment variable REDIS_URL: must be the URL of a Redis server, such as redis://127.0.0.1:6379.',
      'top level: unknown settings: color. ',
      `authentication.secret: the file ${missing} cannot be read: ENOENT: no such file or directory, open '${missing}'.`,
      `cursorKeys.0: the file ${directory} cannot be read: EISDIR: illegal operation on a directory, read.`,
      `cursorKeys.1: the file ${empty} is empty.`,
      `cursorKeys.2: the file ${binary} is not text in UTF-8.`,
      'cursorKeys.4: the environment variable UNSET is not set.',
      'cursorKeys.5: the environment variable EMPTY is empty.',
      `cursorKeys.7: ${shape}`,
      `cursorKeys.8: ${shape}`,
      `cursorKeys.9: ${shape}`,
      `cursorKeys.10: ${shape}`,
    ]);
    expect(problems.join('\n')).not.toContain(canary);
  });

  it('can be a file in every setting that the JSON Schema lists as a secret', () => {
    const withFiles = JSON.stringify(configurationSchema()).match(
      /"file":\{"type":"string","minLength":1,"description":"The path of a file that contains the secret/g,
    );
    expect(withFiles).toHaveLength(4);
  });
});

describe('an invalid configuration never quotes a secret', () => {
  it.each([
    ['a password in a URL of another protocol', `redis: http://user:${canary}@127.0.0.1/`],
    ['a password in a text that is no URL', `redis: "redis//user:${canary}"`],
    ['a secret that is too short', authentication(canary)],
    ['a cursor key that is not random', `cursorKeys: [${canary.repeat(9)}]`],
    ['a cursor key that is a number', 'cursorKeys: [1234567]'],
    ['an external ID with a space', account(`"a ${canary}"`)],
    ['a secret instead of a list', `cursorKeys: ${canary}`],
    ['a secret as the name of a setting', `cursorKeys: [{ ${canary} }]`],
    ['no space after a colon', `authentication: { issuer: me, audience: us, secret:${canary} }`],
    ['a long unknown name', `authentication: { issuer: me, audience: us, ${canary.repeat(9)} }`],
    ['an open quote', `redis: "${canary}`],
    ['an alias without an anchor', `redis: *${canary}`],
    ['an unknown tag', `redis: !${canary} value`],
    ['an unknown tag in angle brackets', `redis: !<${canary}> value`],
    ['a wrong header of a block', `redis: |${canary}\n  value`],
    ['a reserved character', `redis: @${canary}`],
    ['a percent sign', `redis: %${canary}`],
    ['an unknown directive', `%${canary}\n---\nredis: a`],
    ['an unknown version of YAML', `%YAML ${canary}\n---\nredis: a`],
    ['an open list', `cursorKeys: [${canary}`],
    ['a second colon', `redis: redis: ${canary}`],
    ['a wrong escape', `redis: "\\xC4nary"`],
    ['text after a quote', `redis: "a" ${canary}`],
    ['a line without a colon', `redis:${canary}\ncursorKeys: []`],
    ['a wrong indentation', `redis: a\n  ${canary}: b`],
    ['a setting twice', `redis: ${canary}\nredis: ${canary}`],
    ['two documents', `redis: ${canary}\n---\nredis: ${canary}`],
    ['a token of a stream', `- ${canary}\n${canary}: b`],
    ['a key that is a map', `? { a: ${canary} }\n`],
    ['a file that is only a text', canary],
  ])('for %s', (_name, yaml) => {
    const problems = problemsOf(yaml).join('\n');
    expect(problems).not.toMatch(/C4|1234567/);
    expect(problems).not.toBe('');
  });

  it('but names the line of an error of YAML', () => {
    expect(problemsOf('redis: a\ncursorKeys: ["')[0]).toBe(
      ' cannot be read: Missing closing "quote at line 2, column 15.',
    );
    expect(problemsOf('redis: *url')[0]).toBe(
      ' cannot be read: Unresolved alias (the anchor must be set before the alias).',
    );
  });
});
