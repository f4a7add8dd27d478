import { Kind, OperationTypeNode, parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seedAccounts } from '../../src/emulator/seed/accounts.ts';
import { seedOptions } from '../../src/emulator/seed/seed.ts';
import { schema } from '../../src/schema.ts';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { readPage } from './page.ts';

/** The examples of the page, with the kind of each operation and its only field. */
const examples = readPage('docs/changes.md')
  .blocks.filter(({ language }) => language === 'graphql')
  .flatMap(({ text }) => {
    const [operation] = parse(text).definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) return [];
    const [field] = operation.selectionSet.selections;
    return field?.kind === Kind.FIELD ? [{ kind: operation.operation, field: field.name.value, text }] : [];
  });
const mutations = examples.filter(({ kind }) => kind === OperationTypeNode.MUTATION);

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
    const shown = examples.filter(({ kind }) => kind !== OperationTypeNode.QUERY);
    expect(shown.map(({ field }) => field).toSorted()).toEqual(fields.toSorted());
  });

  it.each(mutations)('has a $field that succeeds by itself', async ({ text, field }) => {
    const { data, errors } = await gateway.query(text.replace(/^ {4}\.\.\. on/m, '    __typename\n$&'));
    expect(errors).toBeUndefined();
    expect(data[field].__typename).toMatch(/Payload$/);
    for (const { error } of data[field].results ?? []) expect(error).toBeNull();
  });
});
