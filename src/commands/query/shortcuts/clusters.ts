import { UsageError } from '../../../errors/usage.ts';
import { ask, type ShortcutFlags } from './ask.ts';
import {
  argumentsOf,
  chosenColumns,
  type Columns,
  condition,
  daysOf,
  filterOf,
  hoursOf,
  orderOf,
  selectionOf,
  tableOfNodes,
} from './parts.ts';

/** The flags of `snapgate clusters`. */
export interface ClusterFlags extends ShortcutFlags {
  readonly cluster?: readonly string[];
  readonly withoutSnapshotFor?: string;
  readonly gaps?: string;
  readonly timeZone?: string;
}

const columns: Columns = {
  identifier: 'identifier',
  arn: 'arn',
  account: 'source { account }',
  'account-name': 'source { accountName }',
  region: 'source { region }',
  service: 'source { service }',
  status: 'status',
  created: 'createdAt',
  'retention-days': 'backupRetentionDays',
  'latest-snapshot': 'latestSnapshot { identifier }',
  'latest-snapshot-at': 'latestSnapshot { createdAt }',
  encrypted: 'encrypted',
  key: 'kmsKeyId',
  engine: 'engineVersion',
  reachable: 'isReachable',
  tags: 'tags { key value }',
};

const shownByDefault = 'identifier,account,region,service,status,retention-days,latest-snapshot,latest-snapshot-at';

/** Lists or counts clusters. */
export async function clusters(flags: ClusterFlags): Promise<void> {
  const { schema } = await import('../../../schema.ts');
  const { withoutSnapshotFor, gaps, timeZone } = flags;
  if (timeZone !== undefined && gaps === undefined) throw new UsageError('--time-zone requires --gaps.');
  const hours = withoutSnapshotFor && String(hoursOf('--without-snapshot-for', withoutSnapshotFor));
  const filter = filterOf(schema, 'ClusterFilter', [
    ...condition('--account', 'accounts', flags.account),
    ...condition('--region', 'regions', flags.region),
    ...condition('--service', 'services', flags.service),
    ...condition('--cluster', 'identifiers', flags.cluster),
    ...condition('--without-snapshot-for', 'withoutSnapshotForHours', hours),
    ...condition('--gaps', 'gapWithinDays', gaps && String(daysOf('--gaps', gaps))),
    ...condition('--time-zone', 'timeZone', timeZone),
  ]);
  if (flags.count) {
    const text = `query CountClusters { clusters${argumentsOf(filter)} { totalCount { value } } }`;
    return ask(schema, text, { format: 'number' }, flags);
  }
  const chosen = chosenColumns(columns, flags.columns ?? [shownByDefault]);
  const order = orderOf(schema, 'ClusterOrder', flags.orderBy ?? 'none');
  const text = `query Clusters { clusters${argumentsOf('first: 100', filter, order)} { nodes { ${selectionOf(chosen)} } isComplete } }`;
  return ask(schema, text, { tables: [tableOfNodes('clusters', chosen)] }, flags);
}
