import { OperationTypeNode } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seedAccounts } from '../../src/emulator/seed/accounts.ts';
import { seedOptions } from '../../src/emulator/seed/seed.ts';
import { schema } from '../../src/schema.ts';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { expectSuccess, operationOf, withTypename } from './operation.ts';
import { readPage } from './page.ts';

/** The examples of the page, with the operation of each. */
const examples = readPage('docs/changes.md')
  .blocks.filter(({ language }) => language === 'graphql')
  .map(({ text }) => ({ ...operationOf(text), text }));
const mutations = examples.filter(({ type }) => type === OperationTypeNode.MUTATION);

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    ...seedOptions(),
    accounts: accounts(
      seedAccounts.map(({ id }) => id),
      seedAccounts[0]?.regions,
    ),
    credentials: { enabled: true, databaseUsers: ['*'], databaseGroups: [], autoCreate: false, maximumSeconds: 900 },
  });
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.control('POST', 'reset'));

describe('docs/changes.md', () => {
  it('has an example of every mutation and subscription', () => {
    const fields = [schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
      Object.keys(type?.getFields() ?? {}),
    );
    const shown = examples.filter(({ type }) => type !== OperationTypeNode.QUERY);
    expect(shown.map(({ field }) => field).toSorted()).toEqual(fields.toSorted());
  });

  it.each(mutations)('has a $field that succeeds by itself', async ({ type, text }) => {
    expectSuccess(type, await gateway.query(withTypename(text)));
  });
});
