import { afterAll, beforeAll, expect, it } from 'vitest';
import { filesEntered } from '../support/entered.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { makeSnapshots, snapshotArn } from '../support/worlds.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
  await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 2) });
});
afterAll(() => gateway.close());

const folderOf = (path: string) => path.split('/').slice(0, -1).join('/');

/** The folders of `src` that a repeated query enters, without the emulator. */
async function foldersEntered(query: string): Promise<string[]> {
  await gateway.query(query);
  const files = await filesEntered(() => gateway.query(query));
  // What the response rests on is collected for every request.
  const own = files.filter((file) => !file.startsWith('src/emulator') && file !== 'src/aws/calls/basis.ts');
  return [...new Set(own.map(folderOf))];
}

it('a request that needs no AWS call creates no service, fleet or change', async () => {
  const folders = await foldersEntered('{ __typename }');
  expect(folders).toContain('src/server/plugins');
  expect(folders.filter((each) => /^src\/(?:services|fleet|changes|graphql|aws\/)/.test(each))).toEqual([]);
});

it('a lookup creates only the service that it calls, and nothing for lists, questions or changes', async () => {
  const arn = snapshotArn('REDSHIFT', 'sales-0001');
  const folders = await foldersEntered(`{ snapshot(arn: "${arn}") { identifier } }`);
  expect(folders).toEqual(expect.arrayContaining(['src/fleet/lookups', 'src/services/redshift']));
  const unused =
    /^src\/(?:services\/documentdb|services\/redshift\/changes|fleet\/(?:lists|questions|full-reads|progress)|changes)/;
  expect(folders.filter((each) => unused.test(each))).toEqual([]);
});
