import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answersLost } from '../../changes/lost-answers.ts';
import { actionsOf, isDone, outcomeOf } from '../../changes/support.ts';
import type { Gateway } from '../../support/gateway.ts';
import { runs } from '../../support/runs.ts';
import { type ServiceName, serviceNames } from '../../support/services.ts';
import { useStallFreeClock } from '../../support/stall-free-clock.ts';
import { differences } from './differences.ts';
import { type ChangeCase, everyChange, world } from './every-change.ts';
import { startContract } from './support.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startContract();
});
afterAll(() => gateway.close());

beforeEach(async () => {
  await gateway.disturb();
  await gateway.load(world);
  await gateway.calls();
});

/** Whether AWS shows the change, read without disturbances. */
async function isThere(change: ChangeCase): Promise<boolean> {
  await gateway.disturb();
  return isDone(gateway, change);
}

/** Returns every AWS operation that is used to read back a change. */
const readsOf = (service: ServiceName) => {
  const { reads, fields } = differences[service];
  return [...new Set([reads.clusters, reads.snapshots, fields.snapshotSharing, fields.snapshotTags])].filter(
    (action) => action !== null,
  );
};
const denied = { kind: 'error', code: 'AccessDenied', status: 403 } as const;

const changesOf = (service: ServiceName) => everyChange.filter((change) => change.service === service);

describe.each(serviceNames)('a change in %s whose response is lost', (service) => {
  const changes = changesOf(service);
  const cases = changes.flatMap((change) => answersLost.map((loss) => ({ change, loss })));

  it.each(cases)(
    'is read back: $change.mutation by $change.action, $loss.kind $loss.moment $loss.status',
    async (lost) => {
      const { change, loss } = lost;
      await gateway.disturb({ ...loss, action: change.action });
      const code = await outcomeOf(gateway, change);
      expect((await actionsOf(gateway)).filter((action) => action === change.action)).toHaveLength(1);
      expect([null, 'OUTCOME_UNKNOWN']).toContain(code);
      expect(await isThere(change)).toBe(code === null);
    },
  );

  it.each(changes)('has an unknown outcome if it cannot be read back: $mutation by $action', async (change) => {
    await outcomeOf(gateway, { ...change, input: { ...change.input, dryRun: true } });
    // Only the dry run counts the manual snapshots: a change leaves the default quota to AWS.
    const isCount = (parameters: unknown) => JSON.stringify(parameters).includes('"SnapshotType":"manual"');
    const before = (await gateway.calls()).filter(({ parameters }) => !isCount(parameters)).map(({ action }) => action);
    const later = (action: string) => {
      const made = before.filter((each) => each === action).length;
      return Array.from({ length: 9 }, (_, index) => made + 1 + index);
    };
    await gateway.disturb(
      { kind: 'reset', moment: 'after', action: change.action },
      ...readsOf(change.service).map((action) => ({ ...denied, action, nth: later(action) })),
    );
    expect(await outcomeOf(gateway, change)).toBe('OUTCOME_UNKNOWN');
  });
});

describe('a change that never gets a response', () => {
  // One clock for all services: a service that is done first must not stop the timers of the others.
  useStallFreeClock();

  describe.concurrent.each(serviceNames)('in %s', (service) => {
    const changes = changesOf(service);

    it.each(['before', 'after'] as const)(
      'is read back after the time limit of its request: hang %s the change',
      async (moment) => {
        const outcomes = changes.map(async (change) => {
          const hurried = await startContract({ aws: { timeouts: { callSeconds: 2.5, requestSeconds: 2 } } });
          await hurried.load(world);
          await hurried.disturb({ kind: 'hang', moment, action: change.action });
          const code = await outcomeOf(hurried, change);
          await hurried.disturb();
          const made = await isDone(hurried, change);
          await hurried.close();
          return { action: change.action, code, made };
        });
        const expected = moment === 'before' ? { code: 'OUTCOME_UNKNOWN', made: false } : { code: null, made: true };
        expect(await Promise.all(outcomes)).toEqual(changes.map(({ action }) => ({ action, ...expected })));
      },
    );
  });
});

describe.each(serviceNames)('a change in %s under any disturbance', (service) => {
  const seeds = Array.from({ length: runs(2, 100) }, (_, index) => index + 1);

  it.each(changesOf(service))('is sent at most once and reported correctly: $mutation by $action', async (change) => {
    for (const seed of seeds) {
      // oxlint-disable-next-line no-await-in-loop -- sequential, one world at a time
      const outcome = await tryUnder(change, seed);
      expect({ seed, ...outcome }).toMatchObject({ isTruthful: true });
    }
  });

  async function tryUnder(change: ChangeCase, seed: number) {
    await gateway.disturb();
    await gateway.load(world);
    await gateway.calls();
    const loss = answersLost[(seed * 7) % answersLost.length]!;
    await gateway.disturb(
      { ...loss, action: change.action, probability: 0.7, seed },
      ...readsOf(change.service).map((action, index) => ({ ...denied, action, probability: 0.3, seed: seed + index })),
    );
    const code = await outcomeOf(gateway, change);
    const writes = (await actionsOf(gateway)).filter((action) => action === change.action).length;
    const made = await isThere(change);
    const isTruthful = writes <= 1 && (code === 'OUTCOME_UNKNOWN' || made === (code === null));
    return { code, writes, made, isTruthful };
  }
});
