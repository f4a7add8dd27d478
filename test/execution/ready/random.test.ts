import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPrincipal, type Grant } from '../../../src/access/principal.ts';
import { useEmulator } from '../../support/emulator.ts';
import { runs } from '../../support/runs.ts';
import { serviceNames } from '../../support/services.ts';
import { makeCluster, makeSnapshot, snapshotId } from '../../support/worlds.ts';
import { createAsker } from './asker.ts';

const day = 86_400_000;
const start = Date.parse('2026-03-10T23:50:00Z');
const emulator = await useEmulator();

const texts = [
  '{ snapshots(first: 3) { isComplete nodes { id identifier tags { key value } cluster { identifier } } } }',
  '{ snapshots(first: 3, orderBy: { field: CREATED_AT, direction: ASC }) { totalCount { value } nodes { identifier } } }',
  '{ snapshots(filter: { olderThanDays: 2 }) { nodes { identifier } sources { status } } }',
  '{ snapshots(filter: { youngerThanDays: 2 }, orderBy: { field: IDENTIFIER, direction: DESC }) { nodes { identifier } } }',
  '{ snapshots(filter: { tags: [{ key: "team", values: ["bi"] }] }) { nodes { identifier viewerPermissions } } }',
  '{ clusters(filter: { withoutSnapshotForHours: 24 }) { nodes { identifier } } }',
  '{ clusters { nodes { identifier snapshotDays(last: 2) { date count } } } }',
  '{ snapshotSummary(groupBy: [SERVICE]) { total { value } groups { count } } }',
  `{ node(id: "${snapshotId('REDSHIFT', 's-1')}") { ... on Snapshot { identifier tags { value } } } }`,
  '{ viewer { subject } sources { service } }',
];

const read: Grant = { permissions: ['SNAPSHOT_READ', 'SNAPSHOT_TAG'], introspection: false };
const principals = [
  createPrincipal('all', [read]),
  createPrincipal('also all', [read]),
  createPrincipal('one service', [{ ...read, services: ['REDSHIFT'] }]),
  createPrincipal('tagged', [{ ...read, tags: { team: ['bi'] } }]),
];

/** Loads a world, which the gateway does not notice, with the snapshots of these ages in days. */
function load(ages: readonly number[]) {
  const makeAll = (service: (typeof serviceNames)[number]) =>
    ages.map((age, index) =>
      makeSnapshot(service, `s-${index}`, {
        cluster: 'sales',
        createdAt: new Date(start - age * day).toISOString(),
        tags: { team: age % 2 === 0 ? 'bi' : 'shop' },
      }),
    );
  return emulator.load({
    now: new Date(start).toISOString(),
    frozen: true,
    clusters: serviceNames.map((service) => makeCluster(service, 'sales')),
    snapshots: serviceNames.flatMap(makeAll),
  });
}

const index = (list: readonly unknown[]) => fc.nat({ max: list.length - 1 });
const asking = fc.record({ kind: fc.constant('ask' as const), text: index(texts), principal: index(principals) });
const step = fc.oneof(
  { weight: 8, arbitrary: asking },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refresh' as const), text: index(texts) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tag' as const), service: fc.constantFrom(...serviceNames) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('load' as const),
      ages: fc.array(fc.nat({ max: 4 }), { minLength: 2, maxLength: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), milliseconds: fc.nat({ max: 2 * day }) }) },
);

it('is what a new execution with the same caches returns', { timeout: 300_000 }, async () => {
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
      let time = start;
      const asker = createAsker({ endpoint: emulator.url, now: () => new Date(time) });
      await load([0, 1, 2, 3]);
      const take = async (each: (typeof steps)[number]) => {
        if (each.kind === 'pass') time += each.milliseconds;
        else if (each.kind === 'load') await load(each.ages);
        else if (each.kind === 'refresh')
          await asker.execute(texts[each.text]!, { isFresh: true, principal: principals[0]! });
        else if (each.kind === 'tag') {
          const id = snapshotId(each.service, 's-1', { cluster: 'sales' });
          const tags = `[{ key: "team", value: "t${time % 97}" }]`;
          await asker.ask(`mutation { tagSnapshot(input: { snapshotId: "${id}", tags: ${tags} }) { __typename } }`);
        } else {
          const [text, principal] = [texts[each.text]!, principals[each.principal]!];
          const answer = await asker.ask(text, { principal });
          if (!answer.isReady) return;
          hits += 1;
          expect(answer.data).toBe((await asker.execute(text, { principal })).data);
        }
      };
      // oxlint-disable-next-line no-await-in-loop -- one step after another
      for (const each of steps) await take(each);
    }),
    { numRuns: runs(10, 300) },
  );
  expect(hits).toBeGreaterThan(10);
});
