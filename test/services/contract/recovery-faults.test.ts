import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answersLost } from '../../changes/lost-answers.ts';
import { actionsOf } from '../../changes/support.ts';
import { account, type Gateway, type GatewayOptions, region } from '../../support/gateway.ts';
import { runs } from '../../support/runs.ts';
import { serviceNames } from '../../support/services.ts';
import { useStallFreeClock } from '../../support/stall-free-clock.ts';
import { snapshotId } from '../../support/worlds.ts';
import { faults } from './fault-table.ts';
import {
  everyRecovery,
  isRecoveryDone,
  outcomeOfRecovery,
  type RecoveryCase,
  recoveryWorld,
} from './recovery-changes.ts';
import { startContract as start } from './support.ts';

/** Copies of snapshots can only be judged in a configured region. */
const accounts = [{ id: account, regions: [region, 'eu-west-1'], services: [...serviceNames] }];
const startContract = (options: GatewayOptions = {}) => start({ accounts, ...options });

const nameOf = ({ mutation, action }: RecoveryCase) => `${mutation} by ${action}`;
const denied = { kind: 'error', code: 'AccessDenied', status: 403 } as const;

/** The timeouts of AWS calls and requests: short for faults that end in a timeout. */
const hurried = { requestSeconds: 10, callSeconds: 2 };
const patient = { requestSeconds: 60, callSeconds: 60 };

describe('a change of recovery under a fault', () => {
  useStallFreeClock();

  it.concurrent.each(faults)('is $change under $name, which matches the state in AWS', async (fault) => {
    const { rule, change, exceptions } = fault;
    const timeouts = ['delay', 'drip', 'hang'].includes(rule.kind) ? hurried : patient;
    const reported = everyRecovery.map(async (each) => {
      const gateway = await startContract({ aws: { timeouts, cache: { ageSeconds: 0 } } });
      await gateway.load(recoveryWorld);
      await gateway.disturb({ ...rule, action: each.action });
      const code = await outcomeOfRecovery(gateway, each);
      const isDone = await isRecoveryDone(gateway, each);
      await gateway.close();
      return [nameOf(each), code ?? 'done', isDone];
    });
    const expected = everyRecovery.map((each) => [
      nameOf(each),
      exceptions?.[each.action] ?? change,
      change === 'done',
    ]);
    expect(await Promise.all(reported)).toEqual(expected);
  });

  it.concurrent.each(['before', 'after'] as const)(
    'is read back after the time limit of its request: hang %s the change',
    async (moment) => {
      const outcomes = everyRecovery.map(async (each) => {
        const gateway = await startContract({ aws: { timeouts: { callSeconds: 2.5, requestSeconds: 2 } } });
        await gateway.load(recoveryWorld);
        await gateway.disturb({ kind: 'hang', moment, action: each.action });
        const code = await outcomeOfRecovery(gateway, each);
        const isDone = await isRecoveryDone(gateway, each);
        await gateway.close();
        return [nameOf(each), code, isDone];
      });
      const expected = moment === 'before' ? ['OUTCOME_UNKNOWN', false] : [null, true];
      expect(await Promise.all(outcomes)).toEqual(everyRecovery.map((each) => [nameOf(each), ...expected]));
    },
  );
});

describe('a change of recovery whose response is lost', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startContract();
  });
  afterAll(() => gateway.close());
  beforeEach(reset);

  async function reset() {
    await gateway.disturb();
    await gateway.load(recoveryWorld);
    await gateway.calls();
  }

  const writesOf = async ({ action }: RecoveryCase) =>
    (await actionsOf(gateway)).filter((each) => each === action).length;

  it.each(everyRecovery)('is read back, and sent once: $mutation by $action', async (each) => {
    for (const loss of answersLost) {
      // oxlint-disable no-await-in-loop -- sequential, one world at a time
      await reset();
      await gateway.disturb({ ...loss, action: each.action });
      const code = await outcomeOfRecovery(gateway, each);
      const outcome = { code, writes: await writesOf(each), isDone: await isRecoveryDone(gateway, each) };
      // oxlint-enable no-await-in-loop
      const isKnown = loss.moment === 'after';
      expect({ loss, ...outcome }).toEqual({
        loss,
        code: isKnown ? null : 'OUTCOME_UNKNOWN',
        writes: 1,
        isDone: isKnown,
      });
    }
  });

  it.each(everyRecovery)('has an unknown outcome if it cannot be read back: $mutation by $action', async (each) => {
    await outcomeOfRecovery(gateway, each);
    const calls = await actionsOf(gateway);
    const before = calls.slice(0, calls.indexOf(each.action)).filter((action) => action === each.read).length;
    await reset();
    await gateway.disturb(
      { kind: 'reset', moment: 'after', action: each.action },
      { ...denied, action: each.read, nth: Array.from({ length: 9 }, (_, index) => before + 1 + index) },
    );
    expect(await outcomeOfRecovery(gateway, each)).toBe('OUTCOME_UNKNOWN');
    expect(await writesOf(each)).toBe(1);
    expect(await isRecoveryDone(gateway, each)).toBe(true);
  });

  const seeds = Array.from({ length: runs(3, 100) }, (_, index) => index + 1);
  it.each(everyRecovery)('is reported correctly under any disturbance: $mutation by $action', async (each) => {
    for (const seed of seeds) {
      // oxlint-disable no-await-in-loop -- sequential, one world at a time
      await reset();
      const loss = answersLost[(seed * 7) % answersLost.length]!;
      await gateway.disturb(
        { ...loss, action: each.action, probability: 0.7, seed },
        { ...denied, action: each.read, probability: 0.3, seed: seed + 1 },
      );
      const code = await outcomeOfRecovery(gateway, each);
      const [writes, isDone] = [await writesOf(each), await isRecoveryDone(gateway, each)];
      // oxlint-enable no-await-in-loop
      const isTruthful = writes <= 1 && (code === 'OUTCOME_UNKNOWN' || isDone === (code === null));
      expect({ seed, code, writes, isDone, isTruthful }).toMatchObject({ isTruthful: true });
    }
  });

  it.each(everyRecovery)('keeps its outcome for its idempotency key: $mutation by $action', async (each) => {
    const keyed = { ...each, input: { ...each.input, idempotencyKey: `${nameOf(each)} lost` } };
    await gateway.disturb(
      { kind: 'reset', moment: 'after', action: each.action },
      { ...denied, action: each.read, nth: 99 },
    );
    expect(await outcomeOfRecovery(gateway, keyed)).toBeNull();
    expect(await outcomeOfRecovery(gateway, keyed)).toBeNull();
    expect(await writesOf(each)).toBe(1);
  });
});

describe('the tags of a restored Amazon Redshift cluster', () => {
  const restore = async (gateway: Gateway) => {
    const tags = [{ key: 'team', value: 'bi' }];
    const input = { snapshotId: snapshotId('REDSHIFT', 'old'), clusterIdentifier: 'new', tags };
    const { data, errors } = await gateway.query(
      `mutation ($input: RestoreClusterInput!) {
        restoreCluster(input: $input) {
          ... on Error { code message }
          ... on RestoreClusterPayload { cluster { identifier } followUpError { code } plannedCalls { action } }
        }
      }`,
      { input },
    );
    expect(errors).toBeUndefined();
    return data.restoreCluster;
  };

  useStallFreeClock();

  it.concurrent.each(faults)('are $change under $name, and the restore is reported', async ({ rule, change }) => {
    const timeouts = ['delay', 'drip', 'hang'].includes(rule.kind) ? hurried : patient;
    const gateway = await startContract({ aws: { timeouts, cache: { ageSeconds: 0 } } });
    await gateway.load(recoveryWorld);
    await gateway.disturb({ ...rule, action: 'CreateTags' });
    const answer = await restore(gateway);
    const writes = (await actionsOf(gateway)).filter((action) => !/^(Describe|List)/.test(action ?? ''));
    const { content } = await gateway.emulator.control('GET', 'world');
    await gateway.close();
    const cluster = (content['clusters'] as any[]).find((each) => each.ClusterIdentifier === 'new');
    expect(answer).toEqual({
      cluster: { identifier: 'new' },
      followUpError: change === 'done' ? null : { code: change },
      plannedCalls: [{ action: 'RestoreFromClusterSnapshot' }, { action: 'CreateTags' }],
    });
    // A call is recorded when its response ends.
    if (timeouts === patient) expect(writes).toEqual(['RestoreFromClusterSnapshot', 'CreateTags']);
    expect(cluster.Tags).toEqual(change === 'done' ? [{ Key: 'team', Value: 'bi' }] : []);
  });
});
