import { isDeepStrictEqual } from 'node:util';
import { ask, openConnections, type Target } from './client.ts';
import type { FakeAws, Server } from './processes.ts';
import { type ShapeName, shapeNames } from './shapes.ts';
import { type Known, type ServerName, targetOf, type Variant } from './variants.ts';

/** The cost of one request of a variant. */
export interface Cost {
  /** The CPU time of the server per request, in microseconds. */
  readonly cpu: number;
  readonly perSecond: number;
  /** The number of AWS calls per request; 0 if they are not counted. */
  readonly calls: number;
}

/** The medians of the costs, by variant and shape, and the sizes of the responses in bytes. */
export interface Results {
  cost(variant: string, shape: ShapeName): Cost | undefined;
  bytes(variant: string, shape: ShapeName): number | undefined;
}

export interface Rounds {
  readonly rounds: number;
  readonly milliseconds: number;
  readonly warmUp: number;
  readonly connections: number;
}

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? Number.NaN;

interface Parts {
  readonly servers: ReadonlyMap<ServerName, Server>;
  readonly known: Known;
  readonly aws: FakeAws;
}

/** Measures every shape with every variant in each round, after all have been checked and warmed up. */
export async function measureVariants(
  variants: readonly Variant[],
  { servers, known, aws }: Parts,
  { rounds, milliseconds, warmUp, connections }: Rounds,
): Promise<Results> {
  const plan = shapeNames.flatMap((shape) =>
    variants.map((variant) => ({
      variant,
      shape,
      server: servers.get(variant.server)!,
      target: targetOf(variant, shape, known),
    })),
  );
  const bytes = new Map<string, number>();
  for (const shape of shapeNames) await checkAnswers(shape, variants, known, bytes);
  for (const { server, target } of plan) await measureLoad(server, target, warmUp, connections);
  const costs = new Map<string, Cost[]>();
  for (let round = 0; round < rounds; round += 1) {
    // Each round starts elsewhere, so that no variant always follows the same other one.
    const start = Math.floor((plan.length * round) / rounds);
    for (const { variant, shape, server, target } of [...plan.slice(start), ...plan.slice(0, start)]) {
      const key = `${variant.name} ${shape}`;
      costs.set(key, [...(costs.get(key) ?? []), await measureLoad(server, target, milliseconds, connections, aws)]);
    }
  }
  return {
    bytes: (variant, shape) => bytes.get(`${variant} ${shape}`),
    cost: (variant, shape) => {
      const found = costs.get(`${variant} ${shape}`);
      const of = (name: keyof Cost) => median(found?.map((each) => each[name]) ?? []);
      return found && { cpu: of('cpu'), perSecond: of('perSecond'), calls: of('calls') };
    },
  };
}

/** Measures the CPU time of a server while it answers as many requests as it can. */
export async function measureLoad(
  server: Server,
  target: Target,
  milliseconds: number,
  connections: number,
  aws?: FakeAws,
): Promise<Cost> {
  const opened = await openConnections(target, connections);
  await opened.run(0);
  const callsBefore = (await aws?.calls()) ?? 0;
  const before = await server.usage();
  const start = performance.now();
  const requests = await opened.run(milliseconds);
  const seconds = (performance.now() - start) / 1000;
  const after = await server.usage();
  opened.close();
  const calls = ((await aws?.calls()) ?? 0) - callsBefore;
  return { cpu: (after.cpu - before.cpu) / requests, perSecond: requests / seconds, calls: calls / requests };
}

/** Throws unless all variants return the same data, and are compressed or not as they should be. */
async function checkAnswers(
  shape: ShapeName,
  variants: readonly Variant[],
  known: Known,
  bytes: Map<string, number>,
): Promise<void> {
  let expected: unknown;
  for (const variant of variants) {
    const target = targetOf(variant, shape, known);
    // Mercurius compiles a query when it is sent again, and the gateway answers it from ready bytes.
    for (let count = 0; count < 3; count += 1) {
      const { body, encoding, bytes: length } = await ask(target, -count);
      bytes.set(`${variant.name} ${shape}`, length);
      const isCompressed = encoding === 'gzip';
      if (isCompressed !== (variant.isCompressed === true && body.length >= minimumBytes))
        throw new Error(`The response of ${variant.name} to shape ${shape} has the encoding ${encoding}.`);
      if (variant.isDirect) continue;
      const { data, errors } = JSON.parse(body.toString());
      if (errors !== undefined || data == null) throw new Error(`${variant.name}, shape ${shape}: ${body.toString()}`);
      expected ??= data;
      if (!isDeepStrictEqual(data, expected))
        throw new Error(`${variant.name} returns other data for shape ${shape} than ${variants[0]?.name}.`);
    }
  }
}

/** The size from which every server compresses. */
const minimumBytes = 1024;
