import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account, type Gateway, region, startGateway } from '../support/gateway.ts';
import { listedSnapshot } from '../support/listed-snapshots.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { members, useStaticUpstream } from '../support/static-upstream.ts';
import { at, makeSnapshot } from '../support/worlds.ts';

const keyId = '11111111-2222-4333-8444-555555555555';
const keyArn = `arn:aws:kms:${region}:${account}:key/${keyId}`;

/** Returns the groups of a summary: their keys as text, and the values that they are ordered by. */
async function groups(gateway: Gateway, args: string): Promise<unknown[][]> {
  const { data, errors } = await gateway.query(`{
    snapshotSummary(${args}) { groups { keys { value } count totalMegabytes oldestAt newestAt } }
  }`);
  expect(errors).toBeUndefined();
  return data.snapshotSummary.groups.map(({ keys, count, totalMegabytes, oldestAt, newestAt }: any) => [
    keys.map(({ value }: { value: unknown }) => value).join(' '),
    count,
    totalMegabytes,
    oldestAt,
    newestAt,
  ]);
}

describe('the groups of a summary', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
    const redshift = (name: string, cluster: string, megabytes: number, minute: number) =>
      makeSnapshot('REDSHIFT', name, { cluster, megabytes, createdAt: at(minute) });
    await gateway.load({
      snapshots: [
        redshift('a-1', 'a', 100, 4),
        redshift('a-2', 'a', 200, 9),
        redshift('b-1', 'b', 5000, 2),
        redshift('c-1', 'c', 300, 8),
        makeSnapshot('DOCUMENTDB', 'd-1', { cluster: 'd', createdAt: at(1) }),
        makeSnapshot('DOCUMENTDB', 'd-2', { cluster: 'd', createdAt: at(3) }),
        makeSnapshot('DOCUMENTDB', 'd-3', { cluster: 'd', createdAt: at(5) }),
        makeSnapshot('DOCUMENTDB', 'e-1', { cluster: 'e', createdAt: at(7) }),
      ],
    });
  });
  afterAll(() => gateway.close());

  const all = {
    a: ['a', 2, 300, at(4), at(9)],
    b: ['b', 1, 5000, at(2), at(2)],
    c: ['c', 1, 300, at(8), at(8)],
    d: ['d', 3, null, at(1), at(5)],
    e: ['e', 1, null, at(7), at(7)],
  };
  const named = (names: string) => Array.from(names, (name) => all[name as keyof typeof all]);

  it('are in the order of their keys without orderBy', async () => {
    expect(await groups(gateway, 'groupBy: [CLUSTER]')).toEqual(named('abcde'));
    expect(await groups(gateway, 'groupBy: [CLUSTER], orderBy: null, first: null')).toEqual(named('abcde'));
  });

  it.each([
    ['TOTAL_MEGABYTES', 'DESC', 'bacde'],
    ['TOTAL_MEGABYTES', 'ASC', 'acbde'],
    ['COUNT', 'DESC', 'dabce'],
    ['COUNT', 'ASC', 'bcead'],
    ['OLDEST_AT', 'ASC', 'dbaec'],
    ['OLDEST_AT', 'DESC', 'ceabd'],
    ['NEWEST_AT', 'ASC', 'bdeca'],
    ['NEWEST_AT', 'DESC', 'acedb'],
  ])('are ordered by %s %s, with those of unknown size last, and equal ones by their keys', async (...order) => {
    const [field, direction, names] = order;
    const orderBy = `groupBy: [CLUSTER], orderBy: { field: ${field}, direction: ${direction} }`;
    expect(await groups(gateway, orderBy)).toEqual(named(names));
    expect(await groups(gateway, `${orderBy}, first: 2`)).toEqual(named(names.slice(0, 2)));
  });

  it('are all counted, also beyond first', async () => {
    const { data } = await gateway.query(`{
      snapshotSummary(groupBy: [CLUSTER], first: 2) {
        groups { count } groupCount total { value precision } isComplete
      }
    }`);
    expect(data.snapshotSummary).toEqual({
      groups: [{ count: 2 }, { count: 1 }],
      groupCount: 5,
      total: { value: 8, precision: 'EXACT' },
      isComplete: true,
    });
  });

  it('are the single group of all snapshots without groupBy', async () => {
    expect(await groups(gateway, 'first: 1, orderBy: { field: COUNT, direction: ASC }')).toEqual([
      ['', 8, 5600, at(1), at(9)],
    ]);
  });

  it.each([0, -1, 1001])('are refused with first: %i, before AWS is called', async (first) => {
    await gateway.calls();
    const { errors } = await gateway.query(`{ snapshotSummary(first: ${first}) { total { value } } }`);
    expect(errors).toMatchObject([
      { message: `first is ${first}; it must be 1 to 1000.`, extensions: { code: 'INVALID_INPUT', field: ['first'] } },
    ]);
    expect(await gateway.calls()).toEqual([]);
  });
});

describe('the keys of groups', () => {
  const fixed = useStaticUpstream();
  const lists: Readonly<Record<ServiceName, readonly [result: string, encrypted: string, cluster: string]>> = {
    REDSHIFT: ['Snapshots', 'Encrypted', 'ClusterIdentifier'],
    DOCUMENTDB: ['DBClusterSnapshots', 'StorageEncrypted', 'DBClusterIdentifier'],
  };

  it.each(serviceNames)('are null if AWS reports no value; a key id and its ARN are one key: %s', async (service) => {
    const [result, encrypted, cluster] = lists[service];
    const listed = [
      { [encrypted]: 'true', KmsKeyId: keyArn, [cluster]: 'sales' },
      { [encrypted]: 'true', KmsKeyId: keyId, [cluster]: 'sales' },
      { [encrypted]: 'true', [cluster]: 'sales' },
      { [encrypted]: 'false', [cluster]: 'sales' },
      { [encrypted]: undefined, [cluster]: undefined },
    ];
    fixed.upstream.answer(() =>
      members({ [result]: listed.map((values, index) => listedSnapshot(service, `s-${index}`, values)).join('') }),
    );
    const { data } = await fixed.gateway.query(`{
      snapshotSummary(filter: { services: [${service}] }, groupBy: [KMS_KEY, ENCRYPTED, CLUSTER]) {
        isComplete groups { keys { dimension value } count }
      }
    }`);
    const group = (count: number, ...[key, isEncrypted, name]: (string | null)[]) => ({
      keys: [
        { dimension: 'KMS_KEY', value: key },
        { dimension: 'ENCRYPTED', value: isEncrypted },
        { dimension: 'CLUSTER', value: name },
      ],
      count,
    });
    expect(data.snapshotSummary).toEqual({
      isComplete: true,
      groups: [
        group(2, keyArn, 'true', 'sales'),
        group(1, null, 'false', 'sales'),
        group(1, null, 'true', 'sales'),
        group(1, null, null, null),
      ],
    });
  });
});
