import type { WorldJson } from '../../src/emulator/control/world-json.ts';
import { clusterId, clusters, documentDB, redshift, type ServiceName, services, snapshotId } from './support.ts';

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

const kept = { Key: 'kept', Value: 'yes' };

const [friend, partner] = ['210987654321', '012345678901'];
const nightly = { REDSHIFT: 'rs:sales-2026-01-01-00-00-00', DOCUMENTDB: 'rds:orders-2026-01-01-00-00' };

export const world: WorldJson = {
  clusters,
  snapshots: [
    ...[redshift, documentDB].flatMap((snapshot) => [snapshot('old', { Tags: [kept] }), snapshot('older')]),
    redshift('shared', { AccountsWithRestoreAccess: [{ AccountId: friend }, { AccountId: partner }] }),
    documentDB('shared', { RestoreAccounts: [friend, partner] }),
    redshift(nightly.REDSHIFT),
    documentDB(nightly.DOCUMENTDB),
  ],
};

const tags = [
  { key: 'kept', value: 'no' },
  { key: 'team', value: 'bi' },
];

function casesOf(service: ServiceName): ChangeCase[] {
  const id = snapshotId(service, 'old');
  const arn = Buffer.from(id, 'base64url').toString().replace(/^\w+:/, '');
  const newArn = arn.replace(/old$/, 'new');
  const cluster = clusterId(service, service === 'REDSHIFT' ? 'sales' : 'orders');
  const actions = service === 'REDSHIFT' ? redshiftActions : documentDBActions;
  const exists = `{ snapshot(arn: "${arn}") { identifier } }`;
  const tagged = `{ snapshot(arn: "${arn}") { tags { key value } } }`;
  const made = { query: `{ snapshot(arn: "${newArn}") { identifier } }`, done: { snapshot: { identifier: 'new' } } };
  const shares = (name: string) => `{ snapshot(arn: "${arn.replace(/old$/, name)}") { sharing { accounts } } }`;
  const sharedWith = (...accounts: unknown[]) => ({ snapshot: { sharing: { accounts } } });
  const common = [
    {
      mutation: 'createSnapshot',
      input: { clusterId: cluster, identifier: 'new' },
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

export const everyChange: readonly ChangeCase[] = services.flatMap(casesOf);
