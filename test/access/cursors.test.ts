import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accounts, type Gateway, region, startGateway } from '../support/gateway.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { makeSnapshots } from '../support/worlds.ts';

const ids = ['100000000001', '100000000002'];
const tags = { team: 'bi' };
const read = { permissions: ['SNAPSHOT_READ'] };
const scoped = { ...read, accounts: ids, regions: [region], services: ['redshift', 'documentdb'] };
const [team, env] = [
  { ...scoped, tags: { team: ['bi', 'hr'] } },
  { ...read, accounts: [ids[0]], tags: { env: ['a'], team: ['bi'] } },
];

const page = `query ($after: String, $orderBy: SnapshotOrder) {
  snapshots(first: 2, after: $after, orderBy: $orderBy) { nodes { identifier } pageInfo { endCursor } }
}`;
const orders = [null, { field: 'IDENTIFIER', direction: 'ASC' }];

let gateways: Readonly<Record<'one' | 'other', Gateway>>;
/** The grants of both gateways; the group of a caller selects its grants. */
const grants: Record<'one' | 'other', Readonly<Record<string, readonly object[]>>> = {
  one: {
    all: [read],
    scoped: [scoped],
    tagged: [team, env],
  },
  other: {
    all: [{ ...read, permissions: ['SNAPSHOT_DELETE', 'SNAPSHOT_READ'] }, read],
    scoped: [
      { ...scoped, accounts: [...ids, ...ids].toReversed(), services: ['documentdb', 'redshift'] },
      { permissions: ['SNAPSHOT_DELETE'] },
    ],
    tagged: [
      { ...env, tags: { team: ['bi'], env: ['a', 'a'] } },
      { ...team, tags: { team: ['hr', 'bi'] } },
    ],
    fewerAccounts: [{ ...scoped, accounts: [ids[0]] }],
    noRegions: [{ ...scoped, regions: undefined }],
    fewerServices: [{ ...scoped, services: ['redshift'] }],
    noTags: [{ ...team, tags: undefined }, env],
    otherValue: [{ ...team, tags: { team: ['bi'] } }, env],
    otherKey: [{ ...team, tags: { squad: ['bi', 'hr'] } }, env],
    oneGrant: [team],
    moreGrants: [team, env, { ...env, regions: ['eu-west-1'] }],
  },
};

beforeAll(async () => {
  const start = (name: 'one' | 'other', endpoint?: string) =>
    startGateway({
      accounts: accounts(ids),
      authenticate: authenticationWith(
        Object.entries(grants[name]).flatMap(([group, own]) =>
          own.map((grant) => ({ ...JSON.parse(JSON.stringify(grant)), when: { groups: group } })),
        ),
      ),
      ...(endpoint !== undefined && { aws: { endpoint } }),
    });
  const one = await start('one');
  gateways = { one, other: await start('other', one.emulator.url) };
  await one.load({ snapshots: ids.flatMap((account) => makeSnapshots('REDSHIFT', 6, { account, tags })) });
});
afterAll(async () => {
  await gateways.other.close();
  await gateways.one.close();
});

describe.each(orders)('a cursor of a list, in the order %j', (orderBy) => {
  /** Reads the first page as one caller, and the next page as another caller of the other gateway. */
  async function continueAs(group: string, otherGroup: string) {
    const first = await gateways.one.query(page, { orderBy }, await as({ groups: group }));
    expect(first.errors).toBeUndefined();
    const after = first.data.snapshots.pageInfo.endCursor;
    const next = await gateways.other.query(page, { after, orderBy }, await as({ groups: otherGroup, sub: 'robot|7' }));
    return { names: [first, next].flatMap(({ data }) => namesIn(data)), errors: next.errors };
  }
  const namesIn = (data: any): string[] => (data?.snapshots?.nodes ?? []).map(({ identifier }: any) => identifier);

  it.each(['all', 'scoped', 'tagged'])(
    'continues for another subject that can read the same records: %s',
    async (group) => {
      const { names, errors } = await continueAs(group, group);
      expect(errors).toBeUndefined();
      expect(names).toHaveLength(4);
    },
  );

  it.each([
    ['scoped', 'all'],
    ['all', 'scoped'],
    ['scoped', 'fewerAccounts'],
    ['scoped', 'noRegions'],
    ['scoped', 'fewerServices'],
    ['scoped', 'tagged'],
    ['tagged', 'noTags'],
    ['tagged', 'otherValue'],
    ['tagged', 'otherKey'],
    ['tagged', 'oneGrant'],
    ['tagged', 'moreGrants'],
  ])('is rejected for a caller with other rights: from %s to %s', async (group, otherGroup) => {
    const { errors } = await continueAs(group, otherGroup);
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: ['after'] } }]);
  });
});
