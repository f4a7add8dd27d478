import * as z from 'zod';

import { defaultAssumptions, type Assumptions } from '../world/assumptions.ts';
import { clockRange, type Clock } from '../world/clock.ts';
import { roleSchema } from '../sts/roles.ts';
import { accountId, regionName } from '../world/places.ts';
import { regionSettingSchema } from '../world/region-settings.ts';
import { resourceKinds, type EmulatedService, type ResourceStock, type ResourceKind } from '../service.ts';
import { createTimetable } from '../time/timetable.ts';
import { createWorld, type Populate, type World } from '../world/world.ts';

const resource = z.looseObject({
  service: z.enum(['redshift', 'rds', 'kms']),
  account: accountId,
  region: regionName,
});

const resources = z.array(resource).default([]);

const assumptions = z.strictObject(
  Object.fromEntries(
    Object.entries(defaultAssumptions).map(([name, value]) => [
      name,
      typeof value === 'boolean' ? z.boolean().optional() : z.number().min(0).optional(),
    ]),
  ),
);

/** The JSON form of a world, as `POST /_emulator/world` accepts it. Each service validates its own AWS members. */
const worldSchema = z.strictObject({
  /** The emulated date to start at. Default: the real date. */
  now: z.iso
    .datetime({ offset: true })
    .refine((text) => {
      const time = Date.parse(text);
      return time >= clockRange.first && time <= clockRange.last;
    }, 'must be in the years 1970 to 9899')
    .optional(),
  /** Keeps the clock at `now` until it is advanced. */
  frozen: z.boolean().default(false),
  assumptions: assumptions.optional(),
  /** The IAM roles. Every role of an account without any can be assumed. */
  roles: z.array(roleSchema).default([]),
  /** The regions that are not enabled, or without an active AWS STS. */
  regions: z.array(regionSettingSchema).default([]),
  keys: resources,
  schedules: resources,
  grants: resources,
  parameterGroups: resources,
  groups: resources,
  clusters: resources,
  instances: resources,
  snapshots: resources,
  tableRestores: resources,
});

/** A world as JSON. Each resource has `service`, `account`, `region` and AWS's own members. */
export type WorldJson = z.input<typeof worldSchema>;

/** A world loaded from JSON, and its assumptions. */
export interface LoadedWorld {
  readonly world: World;
  readonly assumptions: Assumptions;
  /** Runs what became due since the last call: automated snapshots are taken and expire. */
  catchUp(): void;
}

/** Creates the world that the JSON describes and sets the clock; throws an Error that names the invalid member. */
export function loadWorld(
  json: unknown,
  options: {
    readonly clock: Clock;
    readonly services: readonly EmulatedService[];
    readonly assumptions: Assumptions;
    readonly populate?: Populate | undefined;
  },
): LoadedWorld {
  const read = readWorldJson(json);
  const { clock, services } = options;
  const start = read.now === undefined ? new Date() : new Date(read.now);
  const world = createWorld(clock, options.populate);
  const assumed = { ...options.assumptions, ...read.assumptions };
  addEach('roles', read.roles, (role) => world.roles.add(role));
  addEach('regions', read.regions, (region) => world.regionSettings.add(region));
  for (const kind of resourceKinds) {
    addEach(kind, read[kind], ({ service, account, region, ...members }) => {
      const place = world.unfilled(account, region);
      stockOf(services, service, kind).load(members, { place, world, now: start, assumptions: assumed });
    });
  }
  // The clock is set last, so that a rejected world changes nothing.
  clock.set(start, read.frozen);
  return { world, assumptions: assumed, catchUp: createTimetable(world, assumed, start) };
}

function addEach<T>(name: string, entries: readonly T[], add: (entry: T) => void): void {
  for (const [index, entry] of entries.entries()) {
    try {
      add(entry);
    } catch (error) {
      throw new Error(`${name}[${index}]: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
}

/** Returns the JSON from which `loadWorld` restores the same world. */
export function dumpWorld(loaded: LoadedWorld, clock: Clock, services: readonly EmulatedService[]): WorldJson {
  const { world, assumptions: assumed } = loaded;
  const now = world.now();
  // In a fixed order, so that the order in which regions were used or loaded does not change the JSON.
  const order = ({ account, region }: { account: string; region: string }) => `${account} ${region}`;
  const places = [...world.regions()]
    .map(({ account, region }) => world.region(account, region))
    .toSorted((left, right) => (order(left) < order(right) ? -1 : 1));
  const dump = (kind: ResourceKind) =>
    places.flatMap((place) =>
      services.flatMap(({ name, stock }) => {
        if (name === 'sts' || name === 'iam') return [];
        const label = { service: name, account: place.account, region: place.region };
        return (stock?.[kind]?.dump(place, now, assumed) ?? []).map((members) => ({ ...label, ...members }));
      }),
    );
  return {
    now: now.toISOString(),
    frozen: clock.isFrozen(),
    assumptions: { ...assumed },
    roles: [...world.roles.all()],
    regions: [...world.regionSettings.all()],
    keys: dump('keys'),
    schedules: dump('schedules'),
    grants: dump('grants'),
    parameterGroups: dump('parameterGroups'),
    groups: dump('groups'),
    clusters: dump('clusters'),
    instances: dump('instances'),
    snapshots: dump('snapshots'),
    tableRestores: dump('tableRestores'),
  };
}

function readWorldJson(json: unknown): z.output<typeof worldSchema> {
  const parsed = worldSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new Error(z.prettifyError(parsed.error));
}

function stockOf(services: readonly EmulatedService[], name: string, kind: ResourceKind): ResourceStock {
  const stock = services.find((service) => service.name === name)?.stock?.[kind];
  if (!stock) throw new Error(`the service ${name} has no ${kind}`);
  return stock;
}
