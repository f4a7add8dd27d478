import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { attack, send, unmasked } from '../support/hostile.ts';
import { runs } from '../support/runs.ts';
import { timed } from '../support/stopwatch.ts';

/** `npm run soak -- test/limits/hostile.test.ts` sends all attacks. */
const attacks = runs(500, 100_000);
const atOnce = 20;
const megabyte = 1024 * 1024;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
  await gateway.load({});
});
afterAll(() => gateway.close());

it(`${attacks} hostile requests cause no failure, leak nothing and do not block other requests`, async () => {
  const url = new URL(gateway.url);
  let slowestHealth = 0;
  const findings: unknown[] = [];
  const fight = async (number: number) => {
    const each = attack(number);
    const answer = await send(url, each);
    if (answer && (answer.status >= 500 || (!answer.body.includes('<html') && unmasked.test(answer.body)))) {
      findings.push({
        number,
        ...each,
        body: each.body.slice(0, 200).toString(),
        status: answer.status,
        answer: answer.body.slice(0, 300),
      });
    }
  };
  const round = async (from: number) => {
    const isAlive = async () => {
      const { value, milliseconds } = await timed(fetch(`${gateway.url}/health`));
      slowestHealth = Math.max(slowestHealth, milliseconds);
      expect(value.status).toBe(200);
    };
    await Promise.all([isAlive(), ...Array.from({ length: atOnce }, (_, index) => fight(from + index))]);
  };
  // The first requests fill caches and compile code.
  for (let number = 0; number < 200; number += atOnce) await round(number);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let number = 0; number < attacks; number += atOnce) {
    await round(number);
    // The emulator keeps every call until it is read.
    if (number % 1000 === 0) await gateway.calls();
  }
  globalThis.gc?.();
  const grown = (process.memoryUsage().heapUsed - before) / megabyte;
  expect(findings).toEqual([]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  // The limit is generous because the attacker shares the process and the machine with the server.
  expect(slowestHealth).toBeLessThan(5000);
  if (globalThis.gc) expect(grown).toBeLessThan(50);
  expect((await gateway.query('{ sources { service } }')).data.sources).toHaveLength(2);
});
