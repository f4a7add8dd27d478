import type { DescribeEventsMessage, EventsMessage, SourceType } from '@aws-sdk/client-redshift';

import { invalidCombination, invalidValue } from '../../fault.ts';
import { readPage } from '../../paging.ts';
import type { Call } from '../../service.ts';
import { minute } from '../../time/dates.ts';
import type { Region } from '../../world/world.ts';
import type { Order } from '../../world/sorted.ts';
import type { StoredEvent } from '../stored.ts';

const keptMinutes = 14 * 24 * 60;
const mostEvents = 10_000;

/** The names in the text of an event, and when it happens. */
interface Happening {
  readonly cluster: string;
  readonly snapshot?: string;
  readonly group?: string;
  /** In epoch milliseconds; can be in the future. */
  readonly at: number;
}

type Text = (names: Omit<Happening, 'at'>, at: string) => string;

/**
 * The events that are recorded: their number, category, source and text.
 * https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-event-notifications.html and the output of
 * https://docs.aws.amazon.com/cli/latest/reference/redshift/describe-event-categories.html
 */
const kinds = {
  parameterGroupChanged: [
    1001,
    'configuration',
    'cluster',
    ({ cluster, group }, at) => `Cluster ${cluster} parameter group changed to ${group} at ${at}.`,
  ],
  clusterCreated: [2000, 'management', 'cluster', ({ cluster }, at) => `Cluster ${cluster} created at ${at}.`],
  clusterDeleted: [2001, 'management', 'cluster', ({ cluster }, at) => `Cluster ${cluster} deleted at ${at}.`],
  resizeStarted: [
    2006,
    'management',
    'cluster',
    ({ cluster }, at) => `Cluster ${cluster} resize started at ${at}. Cluster is in read-only mode.`,
  ],
  restoreStarted: [
    2008,
    'management',
    'cluster',
    ({ cluster, snapshot }, at) => `Cluster restore ${cluster} from snapshot ${snapshot} started at ${at}.`,
  ],
  snapshotStarted: [
    2009,
    'management',
    'cluster-snapshot',
    ({ cluster, snapshot }, at) => `Cluster snapshot ${snapshot} for cluster ${cluster} started at ${at}.`,
  ],
  snapshotDeleted: [
    2011,
    'management',
    'cluster-snapshot',
    ({ cluster, snapshot }, at) => `Cluster snapshot ${snapshot} for cluster ${cluster} was deleted at ${at}.`,
  ],
  finalSnapshotStarted: [
    2012,
    'management',
    'cluster-snapshot',
    ({ cluster, snapshot }, at) => `Final cluster snapshot ${snapshot} for cluster ${cluster} started at ${at}.`,
  ],
  clusterRenamed: [2013, 'management', 'cluster', ({ cluster }, at) => `Cluster renamed to ${cluster} at ${at}.`],
  clusterResized: [
    3002,
    'monitoring',
    'cluster',
    ({ cluster }, at) =>
      `Cluster ${cluster} resize completed at ${at}. Cluster is available for both reads and writes.`,
  ],
  clusterRestored: [
    3003,
    'monitoring',
    'cluster',
    ({ cluster, snapshot }, at) => `Cluster ${cluster} was restored from cluster snapshot ${snapshot} at ${at}.`,
  ],
  snapshotCompleted: [
    3004,
    'monitoring',
    'cluster-snapshot',
    ({ cluster, snapshot }, at) =>
      `Cluster snapshot ${snapshot} for cluster ${cluster} completed successfully at ${at}.`,
  ],
  finalSnapshotCompleted: [
    3005,
    'monitoring',
    'cluster-snapshot',
    ({ cluster, snapshot }, at) => `Final cluster snapshot ${snapshot} for cluster ${cluster} succeeded at ${at}.`,
  ],
  pauseStarted: [
    3618,
    'monitoring',
    'cluster',
    ({ cluster }, at) => `The cluster ${cluster} pause operation started at ${at}.`,
  ],
  clusterPaused: [
    3619,
    'monitoring',
    'cluster',
    ({ cluster }, at) => `Amazon Redshift cluster ${cluster} was successfully paused at ${at}.`,
  ],
} as const satisfies Record<string, readonly [number, string, SourceType, Text]>;

/** Records an event; DescribeEvents lists it once its time has come, for 14 days. */
export function recordEvent(kind: keyof typeof kinds, happening: Happening, { redshift }: Region, now: Date): void {
  const [number, category, type, text]: readonly [number, string, SourceType, Text] = kinds[kind];
  const { at, ...names } = happening;
  const { events } = redshift;
  const entries = events.inOrder(byDate);
  const surplus = entries.length - mostEvents + 1;
  const oldest = now.getTime() - keptMinutes * minute;
  const kept = entries.findIndex(({ item }, index) => index >= surplus && item.Date.getTime() >= oldest);
  for (const { item } of entries.slice(0, kept === -1 ? entries.length : kept)) events.delete(item.key);
  events.put({
    // Each change has another version, so that the keys of events never repeat.
    key: String(events.version()),
    SourceIdentifier: type === 'cluster' ? names.cluster : (names.snapshot ?? ''),
    SourceType: type,
    Message: text(names, `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`),
    EventCategories: [category],
    Severity: 'INFO',
    Date: new Date(at),
    EventId: `REDSHIFT-EVENT-${number}`,
  });
}

const byDate: Order<StoredEvent> = { name: 'date', keyOf: ({ Date: at, key }) => [at.getTime(), Number(key)] };

/**
 * Lists the events of the last hour or of a given period, oldest first. A world's JSON does not contain events.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeEvents.html
 */
export function describeEvents(input: DescribeEventsMessage, { here, now, assumptions }: Call): EventsMessage {
  const { SourceIdentifier: id, SourceType: type, StartTime, EndTime = now, Duration = 60 } = input;
  if (id !== undefined && type === undefined) throw invalidCombination('SourceIdentifier requires SourceType.');
  if (id === undefined && type !== undefined && assumptions.redshiftEventTypeNeedsSource) {
    throw invalidCombination('SourceType requires SourceIdentifier.');
  }
  if (type !== undefined && !sourceTypes.includes(type)) throw invalidValue(`Invalid value '${type}' for SourceType`);
  if (!(Duration >= 1 && Duration <= keptMinutes)) {
    throw invalidValue(`Invalid value ${Duration} for Duration. Must be between 1 and ${keptMinutes}`);
  }
  const start = StartTime ?? new Date(EndTime.getTime() - Duration * minute);
  if (start > EndTime) throw invalidValue('StartTime must not be after EndTime');
  const oldest = now.getTime() - keptMinutes * minute;
  const isAsked = ({ Date: at, SourceIdentifier, SourceType }: StoredEvent) =>
    at >= start &&
    at <= EndTime &&
    at <= now &&
    at.getTime() >= oldest &&
    (id ?? SourceIdentifier) === SourceIdentifier &&
    (type ?? SourceType) === SourceType;
  const { items, marker } = readPage(here.redshift.events.inOrder(byDate), input, isAsked);
  return { Events: items, Marker: marker };
}

const sourceTypes: readonly string[] = [
  'cluster',
  'cluster-parameter-group',
  'cluster-security-group',
  'cluster-snapshot',
  'scheduled-action',
];
