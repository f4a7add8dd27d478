import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Log } from '../../src/operations/log.ts';
import { account, type Gateway, startGateway } from '../support/gateway.ts';

const lines: { level: keyof Log; text: string }[] = [];
const record =
  (level: keyof Log) =>
  (...what: unknown[]) => {
    lines.push({ level, text: JSON.stringify(what) });
  };
const log: Log = { debug: record('debug'), info: record('info'), warn: record('warn'), error: record('error') };

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ log });
});
beforeEach(() => lines.splice(0));
afterAll(() => gateway.close());

const arn = `arn:aws:redshift:us-east-1:${account}:cluster:sales`;

it.each(['{ snapshots(first: 0) { nodes { id } } }', '{ snapshot(arn: "x") { id } }', '{ nonsense }', '{'])(
  'the mistake of a client is no error of the server: %s',
  async (query) => {
    const answer = await gateway.query(query);
    expect(answer.errors).toHaveLength(1);
    expect(lines.filter(({ level }) => level !== 'debug')).toEqual([]);
  },
);

it('a failure of AWS is a warning with its words', async () => {
  await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403, message: 'No identity-based policy' });
  await gateway.query(`query ($arn: String!) { cluster(arn: $arn) { id } }`, { arn });
  await gateway.disturb();
  const told = lines.filter(({ level }) => level !== 'debug');
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ level: 'warn', text: expect.stringMatching(/FORBIDDEN.*No identity-based policy/) });
});
