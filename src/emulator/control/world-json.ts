import { z } from 'zod';

import { defaultAssumptions, type Assumptions } from '../assumptions.ts';
import type { Clock } from '../clock.ts';
import type { EmulatedService, Stock } from '../service.ts';
import { createWorld, type Populate, type World } from '../world.ts';

const resource = z.looseObject({
  service: z.enum(['redshift', 'rds']),
  account: z.string().regex(/^\d{12}$/, 'must be 12 digits'),
  region: z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d+$/, 'must be a region name'),
});

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
  now: z.iso.datetime({ offset: true }).optional(),
  /** Keeps the clock at `now` until it is advanced. */
  frozen: z.boolean().default(false),
  assumptions: assumptions.optional(),
  clusters: z.array(resource).default([]),
  snapshots: z.array(resource).default([]),
});

/** A world as JSON. Each resource has `service`, `account`, `region` and AWS's own members. */
export type WorldJson = z.input<typeof worldSchema>;

/** A world loaded from JSON, and its assumptions. */
export interface LoadedWorld {
  readonly world: World;
  readonly assumptions: Assumptions;
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
  const { now, frozen, clusters, snapshots, assumptions: changes } = readWorldJson(json);
  const { clock, services } = options;
  const start = now === undefined ? new Date() : new Date(now);
  const world = createWorld(clock, options.populate);
  const assumed = { ...options.assumptions, ...changes };
  const kinds = { cluster: clusters, snapshot: snapshots } as const;
  for (const kind of ['cluster', 'snapshot'] as const) {
    for (const [index, { service, account, region, ...members }] of kinds[kind].entries()) {
      try {
        const place = world.unfilled(account, region);
        stockOf(services, service).load(kind, members, { place, world, now: start, assumptions: assumed });
      } catch (error) {
        throw new Error(`${kind}s[${index}]: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    }
  }
  // The clock is set last, so that a rejected world changes nothing.
  clock.set(start, frozen);
  return { world, assumptions: assumed };
}

/** Returns the JSON from which `loadWorld` restores the same world. */
export function dumpWorld(loaded: LoadedWorld, clock: Clock, services: readonly EmulatedService[]): WorldJson {
  const { world } = loaded;
  const now = world.now();
  const stocks = services.flatMap(({ name, stock }) => (stock && name !== 'sts' ? [{ name, stock }] : []));
  const dumped = [...world.regions()].flatMap((place) =>
    stocks.map(({ name, stock }) => {
      const label = (members: object) => ({ service: name, account: place.account, region: place.region, ...members });
      const { clusters, snapshots } = stock.dump(place, now, loaded.assumptions);
      return { clusters: clusters.map(label), snapshots: snapshots.map(label) };
    }),
  );
  return {
    now: now.toISOString(),
    frozen: clock.isFrozen(),
    assumptions: { ...loaded.assumptions },
    clusters: dumped.flatMap(({ clusters }) => clusters),
    snapshots: dumped.flatMap(({ snapshots }) => snapshots),
  };
}

function readWorldJson(json: unknown): z.output<typeof worldSchema> {
  const parsed = worldSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new Error(z.prettifyError(parsed.error));
}

function stockOf(services: readonly EmulatedService[], name: string): Stock {
  const stock = services.find((service) => service.name === name)?.stock;
  if (!stock) throw new Error(`the service ${name} has no resources`);
  return stock;
}
