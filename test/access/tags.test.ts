import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deletionSettings } from '../../src/access/policy/deletion.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames, testedServices } from '../support/services.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { clusterId, makeCluster, makeSnapshot, snapshotId } from '../support/worlds.ts';

const everything = ['SNAPSHOT_READ', 'SNAPSHOT_TAG', 'SNAPSHOT_DELETE', 'SNAPSHOT_CREATE', 'SNAPSHOT_COPY'];
const grants = [
  { when: { role: 'operator' }, permissions: everything },
  { when: { role: 'releaser' }, permissions: [...everything, 'SNAPSHOT_RELEASE'] },
  { when: { role: 'team' }, permissions: everything, tags: { team: ['bi', 'data'] } },
  { when: { role: 'tagger' }, permissions: ['SNAPSHOT_READ'] },
  { when: { role: 'tagger' }, permissions: ['SNAPSHOT_TAG'], tags: { team: 'bi' } },
  { when: { role: 'viewer' }, permissions: ['SNAPSHOT_READ'], tags: { team: 'bi' } },
  { when: { role: 'viewer' }, permissions: ['SNAPSHOT_TAG', 'SNAPSHOT_CREATE'] },
];

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    authenticate: authenticationWith(grants),
    policy: { deletion: deletionSettings.parse([{ holdTags: ['hold'] }]) },
  });
});
afterAll(() => gateway.close());

beforeEach(async () => {
  await gateway.load({
    clusters: serviceNames.map((service) => makeCluster(service, undefined, { tags: { team: 'bi' } })),
    snapshots: serviceNames.flatMap((service) => [
      makeSnapshot(service, 'held', { tags: { hold: 'case 7', team: 'bi' } }),
      makeSnapshot(service, 'own', { tags: { team: 'bi', cost: '7' } }),
      makeSnapshot(service, `${testedServices[service].automatedPrefix}own`, {
        type: 'automated',
        tags: { team: 'bi' },
      }),
    ]),
  });
  await gateway.calls();
});

/** The error code of a change by a caller with a role; null if it succeeds, after which it was made unless it is a dry run. */
async function codeOf(role: string, mutation: string, input: object): Promise<string | null> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const { data, errors } = await gateway.query(
    `mutation ($input: ${type}Input!) { ${mutation}(input: $input) { ... on Error { code } } }`,
    { input },
    await as({ role }),
  );
  expect(errors).toBeUndefined();
  return data[mutation].code ?? null;
}

const writes = async () =>
  (await gateway.calls()).map(({ action }) => action ?? '').filter((action) => !/^(Describe|List)/.test(action));

describe.each(serviceNames)('a hold tag of a %s snapshot', (service) => {
  const held = { snapshotId: snapshotId(service, 'held') };
  const own = { snapshotId: snapshotId(service, 'own') };
  const hold = (value: string) => ({ tags: [{ key: 'hold', value }] });

  it('is removed only with the permission to release it, also in a dry run', async () => {
    expect(await codeOf('operator', 'untagSnapshot', { ...held, keys: ['hold'] })).toBe('FORBIDDEN');
    expect(await codeOf('operator', 'untagSnapshot', { ...held, keys: ['hold'], dryRun: true })).toBe('FORBIDDEN');
    expect(await codeOf('operator', 'untagSnapshot', { ...own, keys: ['hold'] })).toBe('FORBIDDEN');
    expect(await codeOf('operator', 'deleteSnapshot', held)).toBe('INVALID_STATE');
    expect(await writes()).toEqual([]);
    expect(await codeOf('releaser', 'untagSnapshot', { ...held, keys: ['hold'] })).toBe(null);
    expect(await codeOf('operator', 'deleteSnapshot', held)).toBe(null);
  });

  it('is changed only with this permission, and added without it', async () => {
    expect(await codeOf('operator', 'tagSnapshot', { ...held, ...hold('case 8') })).toBe('FORBIDDEN');
    expect(await writes()).toEqual([]);
    expect(await codeOf('operator', 'tagSnapshot', { ...held, ...hold('case 7') })).toBe(null);
    expect(await codeOf('releaser', 'tagSnapshot', { ...held, ...hold('case 8') })).toBe(null);
    expect(await codeOf('operator', 'tagSnapshot', { ...own, ...hold('case 9') })).toBe(null);
    expect(await codeOf('operator', 'deleteSnapshot', own)).toBe('INVALID_STATE');
  });

  it('leaves the other tags free', async () => {
    expect(await codeOf('operator', 'untagSnapshot', { ...held, keys: ['team'] })).toBe(null);
  });
});

describe.each(serviceNames)('a tag of a %s snapshot that grants name', (service) => {
  const own = { snapshotId: snapshotId(service, 'own') };
  const team = (value: string) => ({ tags: [{ key: 'team', value }] });

  it('is changed only to a value for which the caller can tag and read the snapshot', async () => {
    for (const role of ['team', 'tagger', 'viewer']) {
      expect(await codeOf(role, 'tagSnapshot', { ...own, ...team('hr') })).toBe('FORBIDDEN');
      expect(await codeOf(role, 'untagSnapshot', { ...own, keys: ['cost', 'team'] })).toBe('FORBIDDEN');
    }
    expect(await writes()).toEqual([]);
    expect(await codeOf('team', 'tagSnapshot', { ...own, ...team('bi') })).toBe(null);
    expect(await codeOf('team', 'untagSnapshot', { ...own, keys: ['cost'] })).toBe(null);
    expect(await codeOf('team', 'tagSnapshot', { ...own, ...team('data') })).toBe(null);
    expect(await codeOf('operator', 'tagSnapshot', { ...own, ...team('hr') })).toBe(null);
  });

  it('is set on a new snapshot only to such a value', async () => {
    const clusterOf = { clusterId: clusterId(service), identifier: 'new' };
    expect(await codeOf('team', 'createSnapshot', { ...clusterOf, ...team('hr') })).toBe('FORBIDDEN');
    expect(await codeOf('viewer', 'createSnapshot', { ...clusterOf, ...team('hr') })).toBe('FORBIDDEN');
    const copy = {
      snapshotId: snapshotId(service, `${testedServices[service].automatedPrefix}own`),
      identifier: 'copy',
    };
    expect(await codeOf('team', 'copySnapshot', { ...copy, ...team('hr'), copyTags: true })).toBe('FORBIDDEN');
    expect(await writes()).toEqual([]);
    expect(await codeOf('team', 'copySnapshot', { ...copy, copyTags: true })).toBe(null);
    expect(await codeOf('team', 'createSnapshot', { ...clusterOf, ...team('data') })).toBe(null);
  });
});
