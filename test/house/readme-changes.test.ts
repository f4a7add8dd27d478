import { parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seedAccounts } from '../../src/emulator/seed/accounts.ts';
import { seedOptions } from '../../src/emulator/seed/seed.ts';
import { schema } from '../../src/schema.ts';
import { readEvents } from '../support/event-stream.ts';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { blocks } from '../support/readme.ts';

/** What a block asks for: the name of its only field. */
function fieldOf(block: string): string {
  const [operation] = parse(block).definitions;
  const [field] = operation?.kind === 'OperationDefinition' ? operation.selectionSet.selections : [];
  return field?.kind === 'Field' ? field.name.value : '';
}

const blocksOf = (operation: string) =>
  blocks('graphql')
    .filter((block) => block.startsWith(operation))
    .map((block) => ({ field: fieldOf(block), block }));
const mutations = blocksOf('mutation');
const subscriptions = blocksOf('subscription');

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

/** Runs a block with the name of each type that its unions answer with. */
async function run(block: string, field: string) {
  const { data, errors } = await gateway.query(block.replace(/^ {4}\.\.\. on/m, '    __typename\n$&'));
  expect(errors).toBeUndefined();
  return data[field];
}

describe('README', () => {
  it('has an example of everything that changes or follows a snapshot', () => {
    const fields = [schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
      Object.keys(type?.getFields() ?? {}),
    );
    expect([...mutations, ...subscriptions].map(({ field }) => field).toSorted()).toEqual(fields.toSorted());
  });

  it.each(mutations)('has a $field that does what it says on the seeded world', async ({ block, field }) => {
    const answer = await run(block, field);
    expect(answer).not.toHaveProperty('message');
    expect(answer.__typename).toMatch(/Payload$/);
    for (const { error } of answer.results ?? []) expect(error).toBeNull();
  });

  it('has changes that can be made one after the other', async () => {
    for (const { block, field } of mutations) {
      const answer = await run(block, field);
      expect(answer.__typename).toMatch(/Payload$/);
    }
  });

  it.each(subscriptions)('has a $field that tells the snapshot at once', async ({ block }) => {
    const departure = new AbortController();
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: block }),
      signal: departure.signal,
    });
    const { value } = await readEvents(response).next();
    expect(value?.data.snapshotProgress.status).toBe('CREATING');
    departure.abort();
  });
});
