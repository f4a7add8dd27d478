import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { restoreSettings } from '../../src/access/policy/restores.ts';
import { permissions } from '../../src/snapshots/permission.ts';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { as, authenticationWith, createRegranting } from '../support/tokens.ts';
import { clusterId, makeCluster, makeSnapshot, sharedSnapshotId, snapshotId } from '../support/worlds.ts';

const other = '210987654321';
const stranger = '555566667777';
const regions = ['us-east-1', 'eu-west-1', 'us-west-2'];
const listed = {
  role: `arn:aws:iam::${account}:role/listed`,
  subnetGroup: 'private',
  securityGroup: 'sg-0a1b2c3d',
  region: 'eu-west-1',
  account: other,
};
const roles = [listed.role, `arn:aws:iam::${account}:role/admin`, `arn:aws:iam::${account}:role/listed-too`];
const policy = {
  sharing: 'unrestricted' as const,
  restore: restoreSettings.parse({
    perHour: 1e6,
    iamRoles: [listed.role],
    subnetGroups: [listed.subnetGroup],
    securityGroups: [listed.securityGroup],
    exportRegions: [listed.region],
    exportAccounts: [listed.account],
  }),
};

let gateway: Gateway;
const regrant = createRegranting();
beforeAll(async () => {
  gateway = await startGateway({
    accounts: accounts([account, other, '012345678901'], regions),
    policy,
    authenticate: authenticationWith([]),
  });
  await gateway.load({
    clusters: serviceNames.map((service) => makeCluster(service, undefined, { tags: { team: 'bi' } })),
    snapshots: serviceNames.flatMap((service) => [
      makeSnapshot(service, 'own', { tags: { team: 'bi' } }),
      makeSnapshot(service, 'foreign', { account: stranger, shares: [account] }),
    ]),
  });
});
afterAll(() => gateway.close());

const some = <Value>(...values: readonly Value[]) => fc.constantFrom(...values);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

/** Any grants, of any width; every caller can have several. */
const grants = fc.array(
  fc.record(
    {
      permissions: fc.subarray([...permissions], { minLength: 1 }),
      accounts: fc.subarray([account, other, '012345678901'], { minLength: 1 }),
      regions: fc.subarray(regions, { minLength: 1 }),
      tags: some({ team: 'bi' }, { team: ['bi', 'hr'] }),
    },
    { requiredKeys: ['permissions'] },
  ),
  { minLength: 1, maxLength: 4 },
);
/** All permissions, because most random grants allow nothing. */
const everything = fc.constant([{ permissions: [...permissions] }]);

const subnetGroup = maybe(some('private', 'default', 'public', 'private '));
const securityGroupIds = maybe(fc.subarray([listed.securityGroup, 'sg-0badc0de'], { minLength: 1 }));
const restore = fc
  .record({
    service: some(...serviceNames),
    isForeign: fc.boolean(),
    isLike: fc.boolean(),
    subnetGroup,
    securityGroupIds,
    iamRoles: maybe(fc.subarray(roles)),
    isDryRun: fc.constant(true),
  })
  .map(({ service, isForeign, isLike, isDryRun, iamRoles, ...network }) => ({
    snapshotId: isForeign
      ? sharedSnapshotId(account, service, 'foreign', { account: stranger })
      : snapshotId(service, 'own'),
    clusterIdentifier: 'restored',
    dryRun: isDryRun,
    tags: [{ key: 'team', value: 'bi' }],
    ...(isLike && { likeCluster: clusterId(service) }),
    ...(service === 'REDSHIFT' ? { redshift: { network, security: { iamRoles } } } : { documentdb: network }),
  }));
const toTime = fc.record({ isLike: fc.boolean(), subnetGroup, securityGroupIds }).map(({ isLike, ...options }) => ({
  clusterId: clusterId('DOCUMENTDB'),
  clusterIdentifier: 'restored',
  point: { latest: true },
  likeSource: isLike,
  options,
  tags: [{ key: 'team', value: 'bi' }],
  dryRun: true,
}));
const copy = fc
  .record({ targetRegion: maybe(some(...regions)), targetAccount: maybe(some(account, other, '012345678901')) })
  .map((target) => ({ snapshotId: snapshotId('DOCUMENTDB', 'own'), identifier: 'copied', ...target, dryRun: true }));

interface PlannedCall {
  readonly source: { readonly account: string; readonly region: string };
  readonly action: string;
  readonly parameters: string;
}

async function plannedBy(mutation: string, input: object): Promise<PlannedCall[]> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const payload = mutation === 'restoreClusterToTime' ? 'RestoreClusterPayload' : `${type}Payload`;
  const { data, errors } = await gateway.query(
    `mutation ($input: ${type}Input!) {
      ${mutation}(input: $input) {
        ... on ${payload} {
          plannedCalls { source { account region } action parameters }
          remainingCalls { source { account region } action parameters }
        }
        ... on Error { code }
      }
    }`,
    { input },
    await as({}),
  );
  // Without any permission in a source, the request is refused as a whole.
  if (errors) expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN']);
  const { plannedCalls = [], remainingCalls = [] } = data?.[mutation] ?? {};
  return [...plannedCalls, ...remainingCalls];
}

/** Returns everything that calls would gain and the policy does not list. */
function gainedBy(calls: readonly PlannedCall[]): string[] {
  return calls.flatMap(({ source, action, parameters }) => {
    const sent = JSON.parse(parameters);
    const isRestore = action.startsWith('Restore');
    const isWrite = !action.startsWith('Describe');
    const isElsewhere = isWrite && source.region !== 'us-east-1' && source.region !== listed.region;
    const isOfOther = isWrite && source.account !== account && source.account !== listed.account;
    const groups: string[] = sent.VpcSecurityGroupIds ?? (isRestore ? ['the default of AWS'] : []);
    const subnets = sent.ClusterSubnetGroupName ?? sent.DBSubnetGroupName ?? 'the default of AWS';
    return [
      ...(sent.IamRoles ?? []).filter((role: string) => role !== listed.role),
      ...groups.filter((group) => group !== listed.securityGroup),
      ...(isRestore && subnets !== listed.subnetGroup ? [subnets] : []),
      ...(isElsewhere ? [source.region] : []),
      ...(isOfOther ? [source.account] : []),
      ...(sent.ValuesToAdd ?? []).filter((added: string) => added !== listed.account),
    ];
  });
}

describe('no grants let a caller gain what restore does not list', () => {
  it.each([
    ['restoreCluster', restore],
    ['restoreClusterToTime', toTime],
    ['copySnapshot', copy],
  ] as const)('by %s', async (mutation, inputs) => {
    let planned = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(grants, everything), inputs as fc.Arbitrary<object>, async (granted, input) => {
        gateway.apply({ authenticate: regrant(granted) });
        const calls = await plannedBy(mutation, input);
        planned += calls.length > 0 ? 1 : 0;
        expect(gainedBy(calls)).toEqual([]);
      }),
      { numRuns: 150 },
    );
    // Some of the inputs are allowed, so the property is not empty.
    expect(planned).toBeGreaterThan(0);
  });
});

describe('a copy of a snapshot that another account shares', () => {
  const third = '012345678901';
  const copyIn = async (owner: string) => {
    gateway.apply({ authenticate: regrant([{ permissions: [...permissions] }]) });
    await gateway.load({
      clusters: [],
      snapshots: [makeSnapshot('DOCUMENTDB', 'theirs', { account: owner, shares: [third] })],
    });
    const { data } = await gateway.query(
      `mutation ($input: CopySnapshotInput!) {
        copySnapshot(input: $input) { ... on CopySnapshotPayload { plannedCalls { action } } ... on Error { code } }
      }`,
      {
        input: {
          snapshotId: sharedSnapshotId(third, 'DOCUMENTDB', 'theirs', { account: owner }),
          identifier: 'copied',
          dryRun: true,
        },
      },
      await as({}),
    );
    return data.copySnapshot;
  };

  it('is an export if that account is configured, and an import if it is not', async () => {
    expect(await copyIn(account)).toEqual({ code: 'FORBIDDEN' });
    expect(await copyIn(stranger)).toEqual({ plannedCalls: [{ action: 'CopyDBClusterSnapshot' }] });
  });
});
