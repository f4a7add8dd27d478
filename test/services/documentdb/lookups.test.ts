import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { snapshotId } from '../../support/worlds.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

it('looks up at most 100 ids in one call', async () => {
  await gateway.load({});
  await gateway.calls();
  const ids = Array.from({ length: 150 }, (_, index) => snapshotId('DOCUMENTDB', `s${index}`));
  const answer = await gateway.query(
    `query ($one: [ID!]!, $two: [ID!]!) { one: nodes(ids: $one) { id } two: nodes(ids: $two) { id } }`,
    { one: ids.slice(0, 100), two: ids.slice(50) },
  );
  expect(answer.errors).toBeUndefined();
  const values = (await gateway.calls()).map(({ parameters }) => JSON.stringify(parameters).match(/"s\d+"/g)?.length);
  expect(values).toHaveLength(2);
  expect(values).toEqual(expect.arrayContaining([100, 50]));
});
