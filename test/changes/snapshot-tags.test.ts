import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, type Gateway, startGateway } from '../support/gateway.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { clusterId, makeSnapshot, serviceOf, sharedSnapshotId, snapshotArn, snapshotId } from '../support/worlds.ts';
import { actionsOf, clusters, errorFields } from './support.ts';

const stranger = '555566667777';
const fifty = Array.from({ length: 50 }, (_, index) => `k${index}`);
const emptyTags = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, '']));

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

beforeEach(async () => {
  await gateway.disturb();
  await gateway.load({
    clusters,
    snapshots: serviceNames.flatMap((service) => [
      makeSnapshot(service, 'tagged', { tags: { team: 'bi', cost: '7' } }),
      makeSnapshot(service, 'full', { tags: emptyTags(fifty) }),
      makeSnapshot(service, automatedName(service), { type: 'automated' }),
    ]),
  });
  await gateway.calls();
});

async function change(mutation: 'tagSnapshot' | 'untagSnapshot', input: object, fields = 'tags { key value }') {
  const type = mutation === 'tagSnapshot' ? 'TagSnapshot' : 'UntagSnapshot';
  const { data, errors } = await gateway.query(
    `mutation ($input: ${type}Input!) {
      ${mutation}(input: $input) {
        __typename
        ... on ${type}Payload { snapshot { ${fields} } plannedCalls { action parameters } }
        ${errorFields}
      }
    }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data[mutation];
}

const arn = {
  REDSHIFT: snapshotArn('REDSHIFT', 'tagged'),
  DOCUMENTDB: snapshotArn('DOCUMENTDB', 'tagged'),
};
const automatedName = (service: ServiceName) => `${serviceOf(service).automatedPrefix}one`;
const tags = [
  { key: 'team', value: 'shop' },
  { key: 'Owner', value: '' },
];
const sorted = (list: { key: string }[]) => list.toSorted((one, other) => (one.key < other.key ? -1 : 1));

describe.each(serviceNames)('tags of a %s snapshot', (service) => {
  const id = snapshotId(service, 'tagged');
  const actions =
    service === 'REDSHIFT' ? ['CreateTags', 'DeleteTags'] : ['AddTagsToResource', 'RemoveTagsFromResource'];
  const writes = async () => (await actionsOf(gateway)).filter((action) => actions.includes(action ?? ''));

  it('are added, replace existing values, and are returned', async () => {
    const answer = await change('tagSnapshot', { snapshotId: id, tags });
    expect(sorted(answer.snapshot.tags)).toEqual([tags[1], { key: 'cost', value: '7' }, tags[0]]);
    expect(answer.plannedCalls).toMatchObject([{ action: actions[0] }]);
    expect(JSON.parse(answer.plannedCalls[0].parameters)).toEqual({
      ResourceName: arn[service],
      Tags: [
        { Key: 'team', Value: 'shop' },
        { Key: 'Owner', Value: '' },
      ],
    });
    expect(await writes()).toEqual([actions[0]]);
  });

  it('are removed; keys that the snapshot does not have are skipped', async () => {
    const answer = await change('untagSnapshot', { snapshotId: id, keys: ['team', 'none', 'team'] });
    expect(answer.snapshot.tags).toEqual([{ key: 'cost', value: '7' }]);
    expect(JSON.parse(answer.plannedCalls[0].parameters)).toEqual({
      ResourceName: arn[service],
      TagKeys: ['team', 'none'],
    });
    expect(await writes()).toEqual([actions[1]]);
  });

  it('are up to date for each of several changes in one request', async () => {
    const { data } = await gateway.query(
      `mutation ($id: ID!) {
        one: tagSnapshot(input: { snapshotId: $id, tags: [{ key: "a", value: "1" }] }) { ...changed }
        two: untagSnapshot(input: { snapshotId: $id, keys: ["team", "cost"] }) { ... on UntagSnapshotPayload { snapshot { tags { key } } } }
      }
      fragment changed on TagSnapshotPayload { snapshot { tags { key } } }`,
      { id },
    );
    expect(data.one.snapshot.tags).toHaveLength(3);
    expect(data.two.snapshot.tags).toEqual([{ key: 'a' }]);
  });

  it('are not read if they are not selected', async () => {
    await change('untagSnapshot', { snapshotId: id, keys: ['team'] }, 'identifier');
    expect(await actionsOf(gateway)).toHaveLength(2);
  });

  it('are not changed by a dry run', async () => {
    const tagged = await change('tagSnapshot', { snapshotId: id, tags, dryRun: true });
    const untagged = await change('untagSnapshot', { snapshotId: id, keys: ['team'], dryRun: true });
    expect([...tagged.plannedCalls, ...untagged.plannedCalls]).toMatchObject(actions.map((action) => ({ action })));
    expect(sorted(tagged.snapshot.tags)).toMatchObject([{ key: 'cost' }, { key: 'team', value: 'bi' }]);
    expect(await writes()).toEqual([]);
  });

  it('can be added to an automated snapshot', async () => {
    const automated = snapshotId(service, automatedName(service));
    expect((await change('tagSnapshot', { snapshotId: automated, tags })).snapshot.tags).toHaveLength(2);
  });

  it('are limited to 50', async () => {
    const full = snapshotId(service, 'full');
    const answer = await change('tagSnapshot', { snapshotId: full, tags });
    expect(answer).toMatchObject({ __typename: 'QuotaExceededError', code: 'QUOTA_EXCEEDED', fault: null });
    expect(answer.message).toMatch('the number of tags would rise from 50 to 52');
    const replaced = await change('tagSnapshot', { snapshotId: full, tags: [{ key: 'k0', value: 'new' }] });
    expect(replaced.snapshot.tags).toHaveLength(50);
  });

  it('do not count toward the limit if AWS created them', async () => {
    const own = { ...emptyTags(fifty.slice(1)), 'aws:made-by': 'backup' };
    await gateway.load({ clusters, snapshots: [makeSnapshot(service, 'own', { tags: own })] });
    const planned = await change('tagSnapshot', {
      snapshotId: snapshotId(service, 'own'),
      tags: tags.slice(0, 1),
      dryRun: true,
    });
    expect(planned.plannedCalls).toHaveLength(1);
  });

  it.each([
    ['tagSnapshot', { tags: [] }, ['tags']],
    ['tagSnapshot', { tags: [tags[0], { key: 'aws:x', value: '\u0000' }] }, ['tags.1.key', 'tags.1.value']],
    ['untagSnapshot', { keys: [] }, ['keys']],
    ['untagSnapshot', { keys: ['team', 'aws:x'] }, ['keys.1']],
    ['untagSnapshot', { keys: fifty.concat(fifty) }, ['keys']],
  ] as const)('are validated: rejects %s with %j, without an AWS call', async (mutation, part, fields) => {
    const answer = await change(mutation, { snapshotId: id, ...part });
    expect(answer).toMatchObject({ __typename: 'InvalidInputError', code: 'INVALID_INPUT' });
    const named = answer.problems.map(({ field }: { field: string[] }) => field.slice(1).join('.'));
    expect(named).toEqual(fields);
    expect(await actionsOf(gateway)).toEqual([]);
  });

  it('cannot have null as a value', async () => {
    const { data, errors } = await gateway.query(
      'mutation ($input: TagSnapshotInput!) { tagSnapshot(input: $input) { __typename } }',
      { input: { snapshotId: id, tags: [{ key: 'team', value: null }] } },
    );
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/^Variable "\$input" has invalid value at \.tags\[0\]\.value: .*String!/),
        extensions: { code: 'INVALID_INPUT' },
      },
    ]);
    expect(await actionsOf(gateway)).toEqual([]);
  });

  it('can omit the value, which is empty then', async () => {
    const answer = await change('tagSnapshot', { snapshotId: id, tags: [{ key: 'team' }] });
    expect(answer.snapshot.tags).toContainEqual({ key: 'team', value: '' });
  });

  it.each(['aws:x', 'AWS:x', 'rds:x', 'Rds:'])('cannot have the value %s if AWS reserves it', async (value) => {
    const isReserved = service === 'DOCUMENTDB';
    const inputs = [
      ['tagSnapshot', { snapshotId: id }],
      ['createSnapshot', { clusterId: clusterId(service), identifier: 'new' }],
      ['copySnapshot', { snapshotId: snapshotId(service, automatedName(service)), identifier: 'new' }],
    ] as const;
    for (const [mutation, input] of inputs) {
      const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
      // oxlint-disable-next-line no-await-in-loop -- three at most
      const { data } = await gateway.query(
        `mutation ($input: ${type}Input!) { ${mutation}(input: $input) { __typename ${errorFields} } }`,
        { input: { ...input, tags: [{ key: 'owner', value }], dryRun: true } },
      );
      expect(data[mutation]).toMatchObject(
        isReserved
          ? { code: 'INVALID_INPUT', field: ['input', 'tags', '0', 'value'] }
          : { __typename: `${type}Payload` },
      );
      if (isReserved) expect(data[mutation].message).toContain('must not start with aws: or rds:');
    }
    if (isReserved) expect(await actionsOf(gateway)).toEqual([]);
  });

  it('cannot be changed by an account with which the snapshot is shared', async () => {
    await gateway.load({
      clusters,
      snapshots: [makeSnapshot(service, 'tagged', { account: stranger, shares: [account] })],
    });
    const seen = sharedSnapshotId(account, service, 'tagged', { account: stranger });
    expect(await change('tagSnapshot', { snapshotId: seen, tags })).toMatchObject({ code: 'FORBIDDEN' });
    expect(await change('untagSnapshot', { snapshotId: seen, keys: ['team'] })).toMatchObject({ code: 'FORBIDDEN' });
    expect(await writes()).toEqual([]);
  });
});

it.each(['tagSnapshot', 'untagSnapshot'] as const)(
  '%s reports a deleted snapshot if AWS returns InvalidParameterValue',
  async (mutation) => {
    const fault = { kind: 'error', code: 'InvalidParameterValue', status: 400 } as const;
    await gateway.disturb(...['AddTagsToResource', 'RemoveTagsFromResource'].map((action) => ({ ...fault, action })));
    const input = mutation === 'tagSnapshot' ? { tags } : { keys: ['team'] };
    const gone = await change(mutation, { snapshotId: snapshotId('DOCUMENTDB', 'tagged'), ...input });
    expect(gone).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND', fault: 'InvalidParameterValue' });
  },
);
