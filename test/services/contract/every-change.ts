import type { WorldJson } from '../../support/emulator.ts';
import { type ServiceName, serviceNames } from '../../support/services.ts';
import { clusterId, makeCluster, makeSnapshot, serviceOf, snapshotArn, snapshotId } from '../../support/worlds.ts';
import { differences, type MutationName } from './differences.ts';

/** One change, with the data that tests need. */
export interface ChangeCase {
  readonly mutation: MutationName;
  readonly service: ServiceName;
  /** The AWS operation that the change sends. */
  readonly action: string;
  readonly input: object;
  /** A query that shows whether the change happened, and the data it returns in that case. */
  readonly query: string;
  readonly done: unknown;
}

const [friend, partner] = ['210987654321', '012345678901'] as const;
const nightly = (service: ServiceName) => `${serviceOf(service).automatedPrefix}nightly`;

export const world: WorldJson = {
  clusters: serviceNames.map((service) => makeCluster(service)),
  snapshots: serviceNames.flatMap((service) => [
    makeSnapshot(service, 'old', { tags: { kept: 'yes' } }),
    makeSnapshot(service, 'older'),
    makeSnapshot(service, 'shared', { shares: [friend, partner] }),
    makeSnapshot(service, nightly(service), { type: 'automated' }),
  ]),
};

const tags = [
  { key: 'kept', value: 'no' },
  { key: 'team', value: 'bi' },
];

/** Returns an input for every mutation of snapshots, whether or not the service supports it. */
export function inputsOf(service: ServiceName): readonly (Omit<ChangeCase, 'service' | 'action'> & { many?: true })[] {
  const id = snapshotId(service, 'old');
  const read = (name: string, fields: string) => `{ snapshot(arn: "${snapshotArn(service, name)}") { ${fields} } }`;
  const made = { query: read('new', 'identifier'), done: { snapshot: { identifier: 'new' } } };
  const gone = { query: read('old', 'identifier'), done: { snapshot: null } };
  const tagged = (...left: readonly object[]) => ({
    query: read('old', 'tags { key value }'),
    done: { snapshot: { tags: left } },
  });
  const shared = (name: string, account: string) => ({
    query: read(name, 'sharing { accounts }'),
    done: { snapshot: { sharing: { accounts: [account] } } },
  });
  const kept = { query: read('old', 'retention { days }'), done: { snapshot: { retention: { days: 3000 } } } };
  const both = [id, snapshotId(service, 'older')];
  return [
    { mutation: 'createSnapshot', input: { clusterId: clusterId(service), identifier: 'new' }, ...made },
    {
      mutation: 'copySnapshot',
      input: { snapshotId: snapshotId(service, nightly(service)), identifier: 'new' },
      ...made,
    },
    { mutation: 'shareSnapshot', input: { snapshotId: id, accounts: [friend] }, ...shared('old', friend) },
    {
      mutation: 'unshareSnapshot',
      input: { snapshotId: snapshotId(service, 'shared'), accounts: [friend] },
      ...shared('shared', partner),
    },
    {
      mutation: 'unshareSnapshots',
      input: { snapshotIds: [snapshotId(service, 'shared'), id], accounts: [friend] },
      ...shared('shared', partner),
    },
    { mutation: 'deleteSnapshot', input: { snapshotId: id }, ...gone },
    { mutation: 'deleteSnapshots', input: { snapshotIds: [id] }, ...gone },
    { mutation: 'tagSnapshot', input: { snapshotId: id, tags }, ...tagged(...tags) },
    { mutation: 'untagSnapshot', input: { snapshotId: id, keys: ['kept'] }, ...tagged() },
    { mutation: 'updateSnapshotRetention', input: { snapshotIds: [id], days: 3000 }, ...kept },
    { mutation: 'updateSnapshotRetention', input: { snapshotIds: both, days: 3000 }, ...kept, many: true },
  ];
}

/** Every change of snapshots that a service supports. */
export const everyChange: readonly ChangeCase[] = serviceNames.flatMap((service) =>
  inputsOf(service).flatMap(({ many, ...change }) => {
    const [one, several] = differences[service].changes[change.mutation] ?? [];
    const action = many ? several : one;
    return action === undefined ? [] : [{ ...change, service, action }];
  }),
);
