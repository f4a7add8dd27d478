import type { WorldJson } from '../support/emulator.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { clusterId, makeSnapshot, snapshotArn, snapshotId } from '../support/worlds.ts';
import { clusters } from './support.ts';

/** One way to change something, with what tests need to know of it. */
export interface ChangeCase {
  readonly mutation: string;
  readonly service: ServiceName;
  /** The one AWS operation that it sends. */
  readonly action: string;
  readonly input: object;
  /** A query that shows whether it happened, and what it answers then. */
  readonly query: string;
  readonly done: unknown;
}

const [friend, partner] = ['210987654321', '012345678901'] as const;
const nightly = { REDSHIFT: 'rs:sales-2026-01-01-00-00-00', DOCUMENTDB: 'rds:orders-2026-01-01-00-00' };

export const world: WorldJson = {
  clusters,
  snapshots: serviceNames.flatMap((service) => [
    makeSnapshot(service, 'old', { tags: { kept: 'yes' } }),
    makeSnapshot(service, 'older'),
    makeSnapshot(service, 'shared', { shares: [friend, partner] }),
    makeSnapshot(service, nightly[service]),
  ]),
};

const tags = [
  { key: 'kept', value: 'no' },
  { key: 'team', value: 'bi' },
];

function casesOf(service: ServiceName): ChangeCase[] {
  const id = snapshotId(service, 'old');
  const arn = snapshotArn(service, 'old');
  const actions = service === 'REDSHIFT' ? redshiftActions : documentDBActions;
  const exists = `{ snapshot(arn: "${arn}") { identifier } }`;
  const tagged = `{ snapshot(arn: "${arn}") { tags { key value } } }`;
  const made = {
    query: `{ snapshot(arn: "${snapshotArn(service, 'new')}") { identifier } }`,
    done: { snapshot: { identifier: 'new' } },
  };
  const shares = (name: string) => `{ snapshot(arn: "${snapshotArn(service, name)}") { sharing { accounts } } }`;
  const sharedWith = (...accounts: unknown[]) => ({ snapshot: { sharing: { accounts } } });
  const common = [
    {
      mutation: 'createSnapshot',
      input: { clusterId: clusterId(service), identifier: 'new' },
      ...made,
    },
    {
      mutation: 'copySnapshot',
      input: { snapshotId: snapshotId(service, nightly[service]), identifier: 'new' },
      ...made,
    },
    {
      mutation: 'shareSnapshot',
      input: { snapshotId: id, accounts: [friend] },
      query: shares('old'),
      done: sharedWith(friend),
    },
    {
      mutation: 'unshareSnapshot',
      input: { snapshotId: snapshotId(service, 'shared'), accounts: [friend] },
      query: shares('shared'),
      done: sharedWith(partner),
    },
    { mutation: 'deleteSnapshot', input: { snapshotId: id }, query: exists, done: { snapshot: null } },
    { mutation: 'deleteSnapshots', input: { snapshotIds: [id] }, query: exists, done: { snapshot: null } },
    { mutation: 'tagSnapshot', input: { snapshotId: id, tags }, query: tagged, done: { snapshot: { tags } } },
    {
      mutation: 'untagSnapshot',
      input: { snapshotId: id, keys: ['kept'] },
      query: tagged,
      done: { snapshot: { tags: [] } },
    },
  ].map((each) => ({ ...each, service, action: actions[each.mutation] ?? '' }));
  return service === 'REDSHIFT' ? [...common, ...retentionCases(arn)] : common;
}

function retentionCases(arn: string): ChangeCase[] {
  const [one, two] = ['old', 'older'].map((name) => snapshotId('REDSHIFT', name));
  const change = {
    mutation: 'updateSnapshotRetention',
    service: 'REDSHIFT',
    query: `{ snapshot(arn: "${arn}") { retention { days } } }`,
    done: { snapshot: { retention: { days: 3000 } } },
  } as const;
  return [
    { ...change, action: 'ModifyClusterSnapshot', input: { snapshotIds: [one], days: 3000 } },
    { ...change, action: 'BatchModifyClusterSnapshots', input: { snapshotIds: [one, two], days: 3000 } },
  ];
}

const redshiftActions: Record<string, string> = {
  createSnapshot: 'CreateClusterSnapshot',
  copySnapshot: 'CopyClusterSnapshot',
  shareSnapshot: 'AuthorizeSnapshotAccess',
  unshareSnapshot: 'RevokeSnapshotAccess',
  deleteSnapshot: 'DeleteClusterSnapshot',
  deleteSnapshots: 'BatchDeleteClusterSnapshots',
  tagSnapshot: 'CreateTags',
  untagSnapshot: 'DeleteTags',
};

const documentDBActions: Record<string, string> = {
  createSnapshot: 'CreateDBClusterSnapshot',
  copySnapshot: 'CopyDBClusterSnapshot',
  shareSnapshot: 'ModifyDBClusterSnapshotAttribute',
  unshareSnapshot: 'ModifyDBClusterSnapshotAttribute',
  deleteSnapshot: 'DeleteDBClusterSnapshot',
  deleteSnapshots: 'DeleteDBClusterSnapshot',
  tagSnapshot: 'AddTagsToResource',
  untagSnapshot: 'RemoveTagsFromResource',
};

export const everyChange: readonly ChangeCase[] = serviceNames.flatMap(casesOf);
