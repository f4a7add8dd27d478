import { describe, expect, it } from 'vitest';
import { isDone, outcomeOf } from '../../changes/support.ts';
import type { Gateway } from '../../support/gateway.ts';
import { runs } from '../../support/runs.ts';
import { serviceNames } from '../../support/services.ts';
import { useStallFreeClock } from '../../support/stall-free-clock.ts';
import { timed } from '../../support/stopwatch.ts';
import { clusterId, serviceOf } from '../../support/worlds.ts';
import { differences } from './differences.ts';
import { everyChange, world } from './every-change.ts';
import { faults, readsOf } from './fault-table.ts';
import { startContract } from './support.ts';

const tolerance = 100;
const documented = new Set([...faults.map(({ read }) => read), 'none']);

/** The timeouts of AWS calls and requests: short for faults that end in a timeout. */
const hurried = { requestSeconds: 10, callSeconds: 2 };
const patient = { requestSeconds: 60, callSeconds: 60 };

const nameOf = (each: { mutation: string; action: string }) => `${each.mutation} by ${each.action}`;
const cases = faults.flatMap((fault) => serviceNames.map((service) => ({ service, ...fault })));

useStallFreeClock();

describe.concurrent.each(cases)('$service under $name', ({ service, rule, read, change, exceptions }) => {
  const isSlow = ['delay', 'drip', 'hang'].includes(rule.kind);
  const timeouts = isSlow ? hurried : patient;
  const { plane } = serviceOf(service);
  const reads = readsOf(service);
  const changes = everyChange.filter((each) => each.service === service);

  /** Runs a function with its own gateway and world. */
  async function withGateway<Result>(use: (gateway: Gateway) => Promise<Result>): Promise<Result> {
    const gateway = await startContract({ aws: { timeouts, cache: { ageSeconds: 0 } } });
    await gateway.load(world);
    try {
      return await use(gateway);
    } finally {
      await gateway.close();
    }
  }

  /** Returns the response to an operation, which must arrive within the timeout of the request. */
  async function inTime<Value>(answer: Promise<Value>): Promise<Value> {
    const { value, milliseconds } = await timed(answer);
    expect(milliseconds).toBeLessThan(timeouts.requestSeconds * 1000 + tolerance);
    return value;
  }

  const readAll = (gateway: Gateway) =>
    Promise.all(reads.map(async ({ query, outcome }) => outcome(await inTime(gateway.query(query)))));

  it(`every read reports ${read}`, () =>
    withGateway(async (gateway) => {
      await gateway.disturb({ service: plane, ...rule });
      const outcomes = await readAll(gateway);
      const reported = reads.map(({ name }, index) => [name, outcomes[index]]);
      expect(reported).toEqual(reads.map(({ name }) => [name, read]));
    }));

  it(`every change is ${change}, which matches the state in AWS`, async () => {
    const reported = changes.map((each) =>
      withGateway(async (gateway) => {
        await gateway.disturb({ ...rule, action: each.action });
        const code = await inTime(outcomeOf(gateway, each));
        await gateway.disturb();
        return [nameOf(each), code ?? 'done', await isDone(gateway, each)];
      }),
    );
    const expected = changes.map((each) => [nameOf(each), exceptions?.[each.action] ?? change, change === 'done']);
    expect(await Promise.all(reported)).toEqual(expected);
  });

  const issue = differences[service].changes.issueClusterCredentials ?? [];
  // A password cannot be read back, and a lost password gives no access: the outcome is known.
  const password = ['done', 'OUTCOME_UNKNOWN'].includes(change) ? read : change;
  it.each(issue)(`the outcome of issuing a password by %s is ${password}`, (action) =>
    withGateway(async (gateway) => {
      await gateway.disturb({ ...rule, action });
      const input = { clusterId: clusterId(service), databaseUser: 'reader' };
      expect(await inTime(outcomeOf(gateway, { mutation: 'issueClusterCredentials', input }))).toBe(password);
    }),
  );

  const seeds = Array.from({ length: runs(2, 20) }, (_, index) => index + 1);
  it('that affects some calls, reports everything that is missing', async () => {
    const tried = seeds.map((seed) =>
      withGateway(async (gateway) => {
        await gateway.disturb({ service: plane, probability: 0.5, seed, ...rule });
        const outcomes = await readAll(gateway);
        return outcomes.filter((outcome) => !documented.has(outcome)).map((outcome) => ({ seed, outcome }));
      }),
    );
    expect((await Promise.all(tried)).flat()).toEqual([]);
  });
});

it('reports every source as failed if AWS cannot be reached', async () => {
  const lonely = await startContract({ aws: { endpoint: 'http://127.0.0.1:9' } });
  const { data } = await lonely.query('{ snapshots { isComplete nodes { id } sources { status error { code } } } }');
  await lonely.close();
  const failed = { status: 'FAILED', error: { code: 'UPSTREAM' } };
  expect(data.snapshots).toEqual({ isComplete: false, nodes: [], sources: serviceNames.map(() => failed) });
});
