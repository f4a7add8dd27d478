import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../../src/access/audit.ts';
import { credentials } from '../services/contract/support.ts';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { clusterArn, clusterId, makeSnapshot, snapshotArn, snapshotId } from '../support/worlds.ts';
import { clusters, errorFields } from './support.ts';

const friends = ['210987654321', '012345678901'];
/** Not configured. */
const stranger = '555566667777';

let gateway: Gateway;
let lines: any[];
beforeAll(async () => {
  gateway = await startGateway({
    accounts: accounts([account, ...friends]),
    credentials,
    audit: createAudit(
      async (line) => void lines.push(JSON.parse(line)),
      () => {},
    ),
  });
});
beforeEach(async () => {
  lines = [];
  await gateway.load({
    clusters,
    snapshots: serviceNames.flatMap((service) => [
      makeSnapshot(service, 'old'),
      makeSnapshot(service, 'foreign', { account: stranger, shares: [account, friends[0]!] }),
    ]),
  });
  await gateway.calls();
});
afterAll(() => gateway.close());

/** The response to a mutation, with what it was announced to cost. */
async function change(mutation: string, input: object) {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const { data, errors, extensions } = await gateway.query(
    `mutation ($input: ${type}Input!) { ${mutation}(input: $input) { __typename ${errorFields} } }`,
    { input },
  );
  return { answer: data?.[mutation], errors, ...extensions };
}

describe('a change by ARN', () => {
  it('issues credentials for a cluster', async () => {
    const input = { clusterId: clusterArn('REDSHIFT'), databaseUser: 'reader' };
    expect((await change('issueClusterCredentials', input)).answer).toEqual({
      __typename: 'IssueClusterCredentialsPayload',
    });
    const other = { ...input, clusterId: clusterArn('DOCUMENTDB') };
    expect((await change('issueClusterCredentials', other)).answer).toMatchObject({ code: 'NOT_SUPPORTED' });
  });

  it.each(serviceNames)('copies a snapshot as an account sees it: %s', async (service) => {
    const input = { snapshotId: snapshotArn(service, 'foreign', { account: stranger }), identifier: 'new' };
    const [ambiguous, copied] = [
      await change('copySnapshot', { ...input, dryRun: true }),
      await change('copySnapshot', { ...input, dryRun: true, account: friends[0] }),
    ];
    expect(ambiguous.answer).toMatchObject({ code: 'INVALID_INPUT' });
    expect(copied.answer).toMatchObject(
      service === 'DOCUMENTDB' ? { __typename: 'CopySnapshotPayload' } : { code: 'NOT_SUPPORTED' },
    );
    const places = lines.flatMap(({ calls = [] }) => calls.map(({ source }: any) => source));
    expect(places).toEqual(service === 'DOCUMENTDB' ? [`${friends[0]}/us-east-1/DOCUMENTDB`] : []);
  });

  it.each(serviceNames)('is audited with the ARN and the account as they were sent: %s', async (service) => {
    const [own, foreign] = [snapshotArn(service, 'old'), snapshotArn(service, 'foreign', { account: stranger })];
    const input = { snapshotIds: [own, foreign], account };
    await change('deleteSnapshots', input);
    expect(lines).toMatchObject([
      { audit: 'asked', input },
      { audit: 'done', input, outcome: 'partial', failures: [{ id: foreign, code: 'FORBIDDEN' }] },
    ]);
    expect(lines[1].calls).toMatchObject([{ source: `${account}/us-east-1/${service}` }]);
  });

  it.each(serviceNames)('costs more than by id only if other sources are read: %s', async (service) => {
    const announced = async (id: string, more: object = {}) => {
      const input = { snapshotId: id, dryRun: true, ...more };
      const { cost, aws } = await change('deleteSnapshot', input);
      expect(aws.calls).toBeLessThanOrEqual(cost!.announced);
      return cost!.announced;
    };
    const byId = await announced(snapshotId(service, 'old'));
    expect(await announced(snapshotArn(service, 'old'))).toBe(byId);
    expect(await announced(clusterArn(service))).toBe(byId);
    const foreign = snapshotArn(service, 'foreign', { account: stranger });
    // Each of the 2 other accounts is read in up to 2 calls.
    expect(await announced(foreign)).toBe(byId + 4);
    expect(await announced(foreign, { account })).toBe(byId);
    expect(await announced(snapshotArn(service, 'foreign', { account: stranger, region: 'eu-west-1' }))).toBe(byId);
    const batch = async (id: string) =>
      (await change('deleteSnapshots', { snapshotIds: [id, snapshotId(service, 'old')], dryRun: true })).cost!
        .announced;
    expect((await batch(foreign)) - (await batch(snapshotId(service, 'old')))).toBe(4);
    const create = async (id: string) =>
      (await change('createSnapshot', { clusterId: id, identifier: 'new', dryRun: true })).cost!.announced;
    expect(await create(clusterArn(service))).toBe(await create(clusterId(service)));
  });
});

it('an account that is not 12 digits is an error of its format', async () => {
  const { answer, errors } = await change('deleteSnapshot', {
    snapshotId: snapshotArn('REDSHIFT', 'old'),
    account: '1',
  });
  expect(answer).toBeUndefined();
  expect(errors).toMatchObject([
    { message: expect.stringContaining('account'), extensions: { code: 'INVALID_INPUT' } },
  ]);
});
