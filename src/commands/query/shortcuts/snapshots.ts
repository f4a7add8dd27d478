import type { GraphQLSchema } from 'graphql';
import { UsageError } from '../../../errors/usage.ts';
import { valueOf } from '../variables/values.ts';
import { ask, type ShortcutFlags } from './ask.ts';
import {
  argumentsOf,
  chosenColumns,
  type Columns,
  type Condition,
  condition,
  filterOf,
  daysOf,
  hoursOf,
  orderOf,
  selectionOf,
  tableOfNodes,
} from './parts.ts';

/** The flags of `snapgate snapshots`. */
export interface SnapshotFlags extends ShortcutFlags {
  readonly orphaned?: true;
  readonly olderThan?: string;
  readonly youngerThan?: string;
  readonly exposure?: string;
  readonly sharedWith?: readonly string[];
  readonly cluster?: readonly string[];
  readonly type?: readonly string[];
  readonly status?: readonly string[];
  readonly owner?: readonly string[];
  readonly untagged?: true;
  readonly tag?: readonly string[];
  readonly encrypted?: boolean;
  readonly key?: readonly string[];
  readonly keptForever?: true;
  readonly expiringWithin?: string;
  readonly search?: string;
  readonly summary?: readonly string[];
}

const columns: Columns = {
  identifier: 'identifier',
  arn: 'arn',
  cluster: 'clusterIdentifier',
  account: 'source { account }',
  'account-name': 'source { accountName }',
  region: 'source { region }',
  service: 'source { service }',
  type: 'type',
  status: 'status',
  created: 'createdAt',
  megabytes: 'size { totalMegabytes }',
  encrypted: 'encrypted',
  key: 'kmsKeyId',
  owner: 'ownerAccountId',
  'days-left': 'retention { remainingDays }',
  public: 'sharing { public }',
  'shared-with': 'sharing { accounts }',
  origin: 'origin { snapshotArn }',
  percent: 'progress { percent }',
  tags: 'tags { key value }',
};

const shownByDefault = 'identifier,cluster,account,region,service,type,status,created,megabytes';

/** Lists, counts or summarizes snapshots. */
export async function snapshots(flags: SnapshotFlags): Promise<void> {
  const { schema } = await import('../../../schema.ts');
  const filter = filterOf(schema, 'SnapshotFilter', conditionsOf(flags, Date.now()));
  if (flags.count) {
    const text = `query CountSnapshots { snapshotSummary${argumentsOf(filter)} { total { value } } }`;
    return ask(schema, text, { format: 'number' }, flags);
  }
  if (flags.summary) return ask(schema, summaryOf(schema, filter, flags), {}, { ...flags, limit: undefined });
  const shared = flags.exposure || flags.sharedWith ? ',public,shared-with' : '';
  const chosen = chosenColumns(columns, flags.columns ?? [shownByDefault + shared]);
  const order = orderOf(schema, 'SnapshotOrder', flags.orderBy ?? 'created-at:desc');
  const text = `query Snapshots { snapshots${argumentsOf('first: 100', filter, order)} { nodes { ${selectionOf(chosen)} } isComplete } }`;
  return ask(schema, text, { tables: [tableOfNodes('snapshots', chosen)] }, flags);
}

function summaryOf(schema: GraphQLSchema, filter: string, { summary = [], orderBy, limit }: SnapshotFlags): string {
  const groupBy = dimensionsOf(schema, summary);
  const order = orderOf(schema, 'SnapshotGroupOrder', orderBy ?? 'count:desc');
  const first = limit === undefined ? '' : `first: ${limit}`;
  return `query SnapshotSummary { snapshotSummary${argumentsOf(groupBy, filter, order, first)} {
    groups { keys { dimension value } count totalMegabytes oldestAt newestAt } isComplete
  } }`;
}

function dimensionsOf(schema: GraphQLSchema, summary: readonly string[]): string {
  const { snapshotSummary } = schema.getQueryType()?.getFields() ?? {};
  const groupBy = snapshotSummary?.args.find(({ name }) => name === 'groupBy');
  return groupBy ? `groupBy: [${String(valueOf('--summary', groupBy.type, summary))}]` : '';
}

function conditionsOf(flags: SnapshotFlags, now: number): readonly Condition[] {
  return [
    ...condition('--account', 'accounts', flags.account),
    ...condition('--region', 'regions', flags.region),
    ...condition('--service', 'services', flags.service),
    ...condition('--cluster', 'clusterIdentifiers', flags.cluster),
    ...condition('--type', 'types', flags.type),
    ...condition('--status', 'statuses', flags.status),
    ...condition('--owner', 'ownerAccounts', flags.owner),
    ...condition('--search', 'search', flags.search),
    ...condition('--exposure', 'exposure', flags.exposure),
    ...condition('--shared-with', 'sharedWith', flags.sharedWith),
    ...condition('--orphaned', 'orphaned', flags.orphaned),
    ...condition('--untagged', 'untagged', flags.untagged),
    ...condition('--tag', 'tags', flags.tag?.map(tagOf)),
    ...condition('--encrypted', 'encrypted', flags.encrypted),
    ...condition('--key', 'kmsKeyIds', flags.key),
    ...condition('--kept-forever', 'keptForever', flags.keptForever),
    ...condition('--expiring-within', 'expiringWithinDays', inDays('--expiring-within', flags.expiringWithin)),
    ...ageOf('--older-than', flags.olderThan, ['olderThanDays', 'createdBefore'], now),
    ...ageOf('--younger-than', flags.youngerThan, ['youngerThanDays', 'createdAfter'], now),
  ];
}

function inDays(flag: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : String(daysOf(flag, text));
}

/** The filter has ages in days; any other age is a time. */
function ageOf(
  flag: string,
  text: string | undefined,
  [inDaysField, atField]: readonly [string, string],
  now: number,
): readonly Condition[] {
  if (text === undefined) return [];
  const hours = hoursOf(flag, text);
  if (hours % 24 === 0) return condition(flag, inDaysField, String(hours / 24));
  return condition(flag, atField, new Date(now - hours * 3_600_000).toISOString());
}

/** Returns the condition for a tag `key=value`, or for any value of a `key`. */
function tagOf(text: string): string {
  const [key = '', ...value] = text.split('=');
  if (key === '') throw new UsageError(`--tag is ${JSON.stringify(text)}. It must be a key, or key=value.`);
  return JSON.stringify({ key, ...(value.length > 0 && { values: [value.join('=')] }) });
}
