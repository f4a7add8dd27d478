import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../changes/support.ts';
import type { WorldJson } from '../../support/emulator.ts';
import { type ServiceName, serviceNames } from '../../support/services.ts';
import { useStallFreeClock } from '../../support/stall-free-clock.ts';
import { at, clusterId, makeCluster, makeSnapshot, serviceOf, snapshotId } from '../../support/worlds.ts';
import { differences } from './differences.ts';
import { startContract } from './support.ts';

useStallFreeClock();

const automated = (service: ServiceName) => `${serviceOf(service).automatedPrefix}nightly`;
const tags = { team: 'bi' };

const create = (service: ServiceName) => ({
  mutation: 'createSnapshot',
  input: { clusterId: clusterId(service), identifier: 'new', tags: [{ key: 'team', value: 'bi' }] },
});
const copy = (service: ServiceName) => ({
  mutation: 'copySnapshot',
  input: { snapshotId: snapshotId(service, automated(service)), identifier: 'new' },
});

const worldOf = (service: ServiceName, ...snapshots: NonNullable<WorldJson['snapshots']>): WorldJson => ({
  clusters: [makeCluster(service, undefined, { createdAt: at(0) })],
  snapshots: [makeSnapshot(service, automated(service), { type: 'automated', createdAt: at(1) }), ...snapshots],
});

/** Starts a change whose call hangs, does something meanwhile, and returns the outcome of the change. */
async function whileHanging(
  service: ServiceName,
  change: { readonly mutation: string; readonly input: object },
  meanwhile: (gateway: Awaited<ReturnType<typeof startContract>>) => Promise<unknown>,
  world = worldOf(service),
): Promise<string | null> {
  const gateway = await startContract({ aws: { timeouts: { callSeconds: 2.5 } } });
  await gateway.load(world);
  await gateway.calls();
  const [action] = differences[service].changes[change.mutation as 'createSnapshot'] ?? [];
  await gateway.disturb({ kind: 'hang', moment: 'before', action, nth: 1 });
  const outcome = outcomeOf(gateway, change);
  const isSent = async () => (await gateway.calls()).some((call) => call.action === action);
  // `expect.poll` fails if another concurrent test has just ended.
  // oxlint-disable-next-line no-await-in-loop, no-empty -- each check is a request to the emulator
  while (!(await isSent())) {}
  await meanwhile(gateway);
  const code = await outcome;
  await gateway.close();
  return code;
}

describe.concurrent.each(serviceNames)('a snapshot of %s that was recreated while the response was lost', (service) => {
  const id = snapshotId(service, 'old');
  const { hasRetention } = differences[service];
  const old = makeSnapshot(service, 'old', { createdAt: at(2) });
  /** It has everything that the changes set. */
  const recreated = makeSnapshot(service, 'old', { createdAt: at(60), tags, days: 3000, shares: ['210987654321'] });
  const changes = [
    ['deleteSnapshot', { snapshotId: id }, null],
    ['deleteSnapshots', { snapshotIds: [id] }, null],
    ['tagSnapshot', { snapshotId: id, tags: [{ key: 'team', value: 'bi' }] }, 'OUTCOME_UNKNOWN'],
    ['shareSnapshot', { snapshotId: id, accounts: ['210987654321'] }, 'OUTCOME_UNKNOWN'],
    ['updateSnapshotRetention', { snapshotIds: [id], days: 3000 }, 'OUTCOME_UNKNOWN'],
  ] as const;

  it.concurrent.each(changes.filter(([mutation]) => hasRetention || mutation.startsWith('delete')))(
    'is not the one that was changed: %s',
    async (mutation, input, code) => {
      const change = { mutation, input };
      expect(
        await whileHanging(
          service,
          change,
          (gateway) => gateway.load(worldOf(service, recreated)),
          worldOf(service, old),
        ),
      ).toBe(code);
    },
  );
});

describe.concurrent.each(serviceNames)('a snapshot of %s that is found after a lost response', (service) => {
  const now = () => new Date().toISOString();
  const found = (parts: object = {}, more: object = {}) => ({
    ...makeSnapshot(service, 'new', { createdAt: now(), tags, ...parts }),
    ClusterCreateTime: at(0),
    ...more,
  });
  const { hasRetention } = differences[service];

  it.concurrent.each([
    ['is the result if it is as it was sent', found, null],
    ['is not the result if its tags differ', () => found({ tags: { team: 'shop' } }), 'OUTCOME_UNKNOWN'],
    ['is not the result if it has more tags', () => found({ tags: { ...tags, more: '' } }), 'OUTCOME_UNKNOWN'],
    ['is not the result if it is older', () => found({ createdAt: at(2) }), 'OUTCOME_UNKNOWN'],
    [
      'is not the result if its cluster was recreated',
      () => found({}, { ClusterCreateTime: at(1) }),
      'OUTCOME_UNKNOWN',
    ],
    ['is not the result if its cluster is another one', () => found({ cluster: 'other' }), 'OUTCOME_UNKNOWN'],
    [
      'is not the result if its retention period differs',
      () => found({ days: 7 }),
      hasRetention ? 'OUTCOME_UNKNOWN' : null,
    ],
  ])('%s', async (_name, snapshot, code) => {
    expect(await whileHanging(service, create(service), (gateway) => gateway.load(worldOf(service, snapshot())))).toBe(
      code,
    );
  });

  it.concurrent('is not the result of a copy if its tags differ', async () => {
    expect(await whileHanging(service, copy(service), (gateway) => gateway.load(worldOf(service, found())))).toBe(
      'OUTCOME_UNKNOWN',
    );
  });

  it.concurrent('is not the result if another request of this process has created it', async () => {
    const change = create(service);
    const other = async (gateway: Awaited<ReturnType<typeof startContract>>) => {
      expect(await outcomeOf(gateway, change)).toBeNull();
    };
    expect(await whileHanging(service, change, other)).toBe('OUTCOME_UNKNOWN');
  });

  it.concurrent.each(['before', 'after'] as const)(
    'is read back after a page that looks like throttling: %s the change',
    async (moment) => {
      const gateway = await startContract();
      await gateway.load(worldOf(service));
      const [action] = differences[service].changes.createSnapshot ?? [];
      await gateway.disturb({ kind: 'html', status: 429, moment, action });
      expect(await outcomeOf(gateway, create(service))).toBe(moment === 'after' ? null : 'OUTCOME_UNKNOWN');
      await gateway.close();
    },
  );

  it.concurrent('has an unknown outcome while AWS does not list it yet', async () => {
    const gateway = await startContract();
    await gateway.load({ ...worldOf(service), assumptions: { snapshotHiddenSeconds: 600 } });
    const change = create(service);
    const [action] = differences[service].changes.createSnapshot ?? [];
    await gateway.disturb({ kind: 'reset', moment: 'after', action });
    expect(await outcomeOf(gateway, change)).toBe('OUTCOME_UNKNOWN');
    await gateway.close();
  });
});
