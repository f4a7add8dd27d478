import type { DescribeEventsMessage, EventsMessage, SourceType } from '@aws-sdk/client-rds';

import { invalidCombination, invalidValue } from '../../fault.ts';
import { readPage } from '../../paging.ts';
import type { Call } from '../../service.ts';
import type { Order } from '../../world/sorted.ts';
import { day, minute } from '../../time/dates.ts';
import type { Region } from '../../world/world.ts';
import { filterTest } from '../filters.ts';
import type { StoredEvent } from '../stored.ts';

const keptDays = 14;
const keptEvents = 10_000;
const defaultMinutes = 60;

/** The types of sources that have events here, and the ARN kind of each. */
const arnKinds = { 'db-cluster': 'cluster', 'db-cluster-snapshot': 'cluster-snapshot', 'db-instance': 'db' } as const;

const sourceTypes: ReadonlySet<string> = new Set([
  ...Object.keys(arnKinds),
  'db-parameter-group',
  'db-security-group',
  'db-snapshot',
  'custom-engine-version',
  'db-proxy',
  'blue-green-deployment',
  'db-shard-group',
  'zero-etl',
]);

/** An event that an operation records. */
interface Happening {
  readonly type: keyof typeof arnKinds;
  readonly name: string;
  readonly category: string;
  readonly message: string;
  /** When it happens, in epoch milliseconds; can be in the future. */
  readonly at: number;
}

const byDate: Order<StoredEvent> = {
  name: 'date',
  keyOf: ({ Date: date, number }) => [date.getTime(), number],
};

/** Records an event, and drops events of more than 14 days before it. Events are not part of a world's JSON. */
export function recordEvent({ type, name, category, message, at }: Happening, place: Region): void {
  const { events, nextEvent } = place.rds;
  const entries = events.inOrder(byDate);
  const oldest = at - keptDays * day;
  for (let first = entries[0]?.item; first; first = entries[0]?.item) {
    if (first.Date.getTime() >= oldest && entries.length < keptEvents) break;
    events.delete(String(first.number));
  }
  const { partition, region, account } = place;
  events.put({
    SourceIdentifier: name,
    SourceType: type,
    Message: message,
    EventCategories: [category],
    Date: new Date(at),
    SourceArn: `arn:${partition}:rds:${region}:${account}:${arnKinds[type]}:${name}`,
    number: nextEvent(),
  });
}

/**
 * Lists the events of the last 14 days, by default those of the last hour, oldest first.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html
 */
export function describeEvents(input: DescribeEventsMessage, call: Call): EventsMessage {
  const { here, now } = call;
  const { SourceIdentifier, SourceType: type, EventCategories = [], Filters = [] } = input;
  if (SourceIdentifier !== undefined && type === undefined) {
    throw invalidCombination('SourceType must be specified if SourceIdentifier is specified.');
  }
  checkType(type);
  filterTest(Filters, {});
  const [start, end] = period(input, now);
  const source = SourceIdentifier?.toLowerCase();
  const { items, marker } = readPage(here.rds.events.inOrder(byDate), input, (event) => {
    const time = event.Date.getTime();
    if (time < start || time > end) return false;
    if (type !== undefined && event.SourceType !== type) return false;
    if (source !== undefined && event.SourceIdentifier !== source) return false;
    return EventCategories.length === 0 || EventCategories.some((category) => event.EventCategories.includes(category));
  });
  return { Events: items.map(({ number: _number, ...event }) => event), Marker: marker };
}

function checkType(type: SourceType | undefined): void {
  if (type !== undefined && !sourceTypes.has(type)) throw invalidValue(`Invalid source type: ${type}`);
}

/** Returns the first and the last moment to list, in epoch milliseconds. */
function period({ StartTime, EndTime, Duration }: DescribeEventsMessage, now: Date): [number, number] {
  if (Duration !== undefined && !(Duration >= 1 && Duration <= keptDays * 1440)) {
    throw invalidValue(`Invalid duration: ${Duration}. Must be between 1 and ${keptDays * 1440} minutes`);
  }
  if (Duration !== undefined && StartTime !== undefined && EndTime !== undefined) {
    throw invalidCombination('Duration cannot be specified together with StartTime and EndTime.');
  }
  const length = (Duration ?? defaultMinutes) * minute;
  const end =
    EndTime?.getTime() ?? (StartTime && Duration !== undefined ? StartTime.getTime() + length : now.getTime());
  const start = StartTime?.getTime() ?? end - length;
  if (start > end) throw invalidCombination('StartTime must be before EndTime.');
  const oldest = now.getTime() - keptDays * day;
  if (start < oldest) throw invalidValue(`StartTime must not be more than ${keptDays} days ago.`);
  return [start, Math.min(end, now.getTime())];
}
