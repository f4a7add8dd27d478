import { beforeAll, describe, expect, it } from 'vitest';
import { createPrincipal, type Grant } from '../../../src/access/principal.ts';
import { parse } from 'graphql';
import { keepabilityOf } from '../../../src/execution/ready/keepability.ts';
import { questionOf, readyKeyOf } from '../../../src/execution/ready/ready-key.ts';
import { schema } from '../../../src/schema.ts';
import { useEmulator } from '../../support/emulator.ts';
import { account, region } from '../../support/gateway.ts';
import { makeCluster, makeSnapshot } from '../../support/worlds.ts';
import { type Asker, createAsker } from './asker.ts';

const list = '{ snapshots { nodes { identifier } } sources { region } }';
const permissions = '{ snapshots { nodes { identifier viewerPermissions } } }';
const viewer = '{ viewer { subject permissions } }';

const read: Grant = { permissions: ['SNAPSHOT_READ'], introspection: false };

/** Grants that let their callers see different records. */
const grants: Record<string, readonly Grant[]> = {
  none: [],
  everything: [read],
  one: [{ ...read, services: ['REDSHIFT'] }],
  other: [{ ...read, services: ['DOCUMENTDB'] }],
  account: [{ ...read, accounts: [account], services: ['REDSHIFT'], regions: [region] }],
  elsewhere: [{ ...read, accounts: ['555566667777'] }],
  tagged: [{ ...read, tags: { team: ['bi'] } }],
  otherwise: [{ ...read, tags: { team: ['shop'] } }],
  both: [{ ...read, tags: { team: ['bi', 'shop'] } }],
  otherKey: [{ ...read, tags: { Team: ['bi'] } }],
};

let asker: Asker;
beforeAll(async () => {
  const emulator = await useEmulator();
  asker = createAsker({ endpoint: emulator.url });
  await emulator.load({
    clusters: [makeCluster('REDSHIFT'), makeCluster('DOCUMENTDB')],
    snapshots: [
      makeSnapshot('REDSHIFT', 'r-bi', { tags: { team: 'bi' } }),
      makeSnapshot('REDSHIFT', 'r-shop', { tags: { team: 'shop' } }),
      makeSnapshot('DOCUMENTDB', 'd-bi', { tags: { team: 'bi' } }),
      makeSnapshot('DOCUMENTDB', 'd-shop', { tags: { team: 'shop' } }),
    ],
  });
});

describe('callers', () => {
  it('with different grants to read never share a response', async () => {
    for (const text of [list, permissions, viewer]) {
      for (const [name, own] of Object.entries(grants)) {
        const principal = createPrincipal(`${text} ${name}`, own);
        // oxlint-disable-next-line no-await-in-loop -- each caller can find the responses of those before
        const first = await asker.ask(text, { principal });
        // oxlint-disable-next-line no-await-in-loop
        expect(first.data).toBe((await asker.execute(text, { principal })).data);
        expect([name, first.isReady]).toEqual([name, false]);
      }
    }
  });

  it('with the same grants to read share a response, whatever their other permissions', async () => {
    const changing: Grant = { ...read, permissions: ['SNAPSHOT_DELETE'], accounts: [account] };
    const own: Grant = { ...read, accounts: [account], tags: { team: ['shop', 'bi'] } };
    const text = '{ snapshots(first: 7) { nodes { identifier } } }';
    const one = await asker.ask(text, { principal: createPrincipal('one', [own]) });
    const same: Grant = { ...own, tags: { team: ['bi', 'shop', 'bi'] } };
    const other = await asker.ask(text, { principal: createPrincipal('other', [changing, same, own]) });
    expect([one.isReady, other.isReady]).toEqual([false, true]);
    expect(other.data).toBe(one.data);
  });

  it.each([viewer, permissions, '{ node(id: "x") { ...F } } fragment F on Snapshot { viewerPermissions }'])(
    'share no response that depends on the caller: %s',
    (source) => {
      const keepability = keepabilityOf(schema, parse(source))!;
      const keyOf = (subject: string, own: readonly Grant[]) =>
        readyKeyOf(
          questionOf({ document: source, operationName: undefined, variables: {} })!,
          createPrincipal(subject, own),
          keepability,
        );
      const keys = [
        keyOf('one', [read]),
        keyOf('other', [read]),
        keyOf('one', [read, { ...read, permissions: ['SNAPSHOT_TAG'] }]),
      ];
      expect(new Set(keys).size).toBe(3);
      expect(keyOf('one', [read])).toBe(keys[0]);
    },
  );
});

describe('the key', () => {
  const principal = createPrincipal('one', [read]);
  const keyOfQuestion = (question: string | undefined) => question && readyKeyOf(question, principal, new Set());
  const keyOf = (document: string, operationName: string | null, variables: Record<string, unknown> | null) =>
    keyOfQuestion(questionOf({ document, operationName, variables }));

  it('depends on the document, the operation and the variables, and not on the order of members', () => {
    const keys = [
      keyOf('a', null, null),
      keyOf('b', null, null),
      keyOf('a', 'A', null),
      keyOf('a', null, { x: null }),
      keyOf('a', null, { x: 1, y: { b: 1, a: [1, 2] } }),
      keyOf('a', null, { x: 1, y: { b: 1, a: [2, 1] } }),
      keyOf('a', null, { x: '1', y: { b: 1, a: [1, 2] } }),
      keyOf('{}]\na', 'A', null),
      keyOf(`a${'b'.repeat(5000)}`, null, null),
      keyOf(`a${'b'.repeat(5001)}`, null, null),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keyOf('a', null, { y: { a: [1, 2], b: 1 }, x: 1 })).toBe(keys[4]);
    expect(keyOf('a', null, {})).toBe(keys[0]);
  });

  it('does not exist for a number that is too large, which is not null', () => {
    expect(keyOf('a', null, JSON.parse('{"x":1e999}'))).toBeUndefined();
  });
});

it('only the operation that is executed decides whether its response is kept', () => {
  const document = parse(
    `query A { __typename } query B { __schema { __typename } } query C { viewer { subject } } mutation D { __typename }`,
  );
  const kept = ['A', 'B', 'C', 'D'].map((name) => keepabilityOf(schema, document, name));
  expect(kept.map((each) => each && [...each])).toEqual([[], undefined, ['BY_CALLER'], undefined]);
});
