import { ask, openConnections, type Target } from './client.ts';
import { configurationOf, fleetRegions } from './gateway-settings.ts';
import { measureLoad, median, type Rounds } from './measure.ts';
import { type FakeAws, type Server, startAws, startGateway, startServer } from './processes.ts';
import { listsOf } from './shapes.ts';
import { withoutReadyResponse } from './variants.ts';

/** Something measured besides the costs of the shapes: a table of its own. */
export interface TargetTable {
  readonly title: string;
  readonly text: string;
  readonly rows: readonly (readonly string[])[];
}

const latency = 50;

function targetOf(server: Server, token: string, query: string, headers: Record<string, string> = {}): Target {
  const body = JSON.stringify({ query });
  return {
    port: server.port,
    path: '/graphql',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: () => body,
  };
}

/** Measures identical queries, a large fleet, and the growth of the cost with the number of nodes. */
export async function measureTargets(
  aws: FakeAws,
  token: string,
  rounds: Rounds & { readonly directFile: string; readonly answers: string },
): Promise<readonly TargetTable[]> {
  return [await measureGrowth(aws, token, rounds), ...(await measureWithLatency(token, rounds))];
}

/** Compares the CPU time per node of 100 lists with that of one. */
async function measureGrowth(aws: FakeAws, token: string, rounds: Rounds): Promise<TargetTable> {
  const counts = [1, 10, 100];
  const configuration = configurationOf(fleetRegions.slice(0, 100));
  const gateway = await startGateway('fleet-gateway', configuration, { AWS_ENDPOINT_URL: aws.url });
  const targets = counts.map((count) => {
    const query = listsOf(fleetRegions.slice(0, count));
    const body = (request: number) => withoutReadyResponse(query, {}, request);
    return { count, target: { ...targetOf(gateway, token, query), body } };
  });
  const costs = new Map<number, number[]>(counts.map((count) => [count, []]));
  for (let round = -1; round < rounds.rounds; round += 1) {
    for (const { count, target } of targets) {
      const { cpu, calls } = await measureLoad(gateway, target, rounds.milliseconds, 2, aws);
      if (round < 0) continue;
      if (calls > 0) throw new Error('The cache does not keep the AWS responses.');
      costs.get(count)!.push(cpu / (count * 100));
    }
  }
  await gateway.stop();
  const each = counts.map((count) => median(costs.get(count)!));
  return {
    title: 'Cost per node',
    text: 'CPU time per node of one request, without ready responses: lists of 100 snapshots with 10 fields (shape b), each of a region of its own, so that no record is returned twice. The cost of the request itself, which the first row spreads over 100 nodes only, is included.',
    rows: [
      ['nodes', 'CPU µs per node', 'compared with 100'],
      ...counts.map((count, index) => [
        (count * 100).toLocaleString('en'),
        each[index]!.toFixed(2),
        `${(each[index]! / each[0]!).toFixed(2)} ×`,
      ]),
    ],
  };
}

/** Measures what takes the time of AWS, with an AWS that takes 50 ms for each call. */
async function measureWithLatency(
  token: string,
  { rounds, directFile, answers }: { readonly rounds: number; readonly directFile: string; readonly answers: string },
): Promise<readonly TargetTable[]> {
  const aws = await startAws('slow-aws', latency, 100);
  const uncached = { cache: { ageSeconds: 0 } };
  const gateway = await startGateway('slow-gateway', configurationOf(fleetRegions, uncached), {
    AWS_ENDPOINT_URL: aws.url,
  });
  const direct = await startServer('slow-direct', [directFile, answers, aws.url]);
  const identical = await measureIdentical(gateway, token, rounds, aws);
  const fleet = await measureFleet(gateway, direct, token, rounds, aws);
  for (const server of [gateway, direct, aws]) await server.stop();
  return [identical, fleet];
}

async function measureIdentical(gateway: Server, token: string, rounds: number, aws: FakeAws): Promise<TargetTable> {
  const concurrent = 50;
  const query = '{ snapshots(first: 100, filter: { regions: ["us-east-1"] }) { nodes { id identifier status } } }';
  const target = targetOf(gateway, token, query);
  const one = await openConnections(target, 1);
  // Identical queries are executed once, so that they alone do not warm up the gateway.
  for (let warmUp = 0; warmUp < rounds * 50; warmUp += 1) await one.burst();
  // Not earlier: a connection without a request is closed after some seconds.
  const many = await openConnections(target, concurrent);
  const runs = [];
  for (let round = -3; round < rounds * 3; round += 1) {
    const alone = await one.burst();
    const before = await aws.calls();
    const milliseconds = await many.burst();
    const calls = (await aws.calls()) - before;
    if (round >= 0) runs.push({ alone, milliseconds, calls });
  }
  for (const connections of [one, many]) connections.close();
  const wall = median(runs.map(({ milliseconds }) => milliseconds));
  const alone = median(runs.map((run) => run.alone));
  return {
    title: 'Identical queries at once',
    text: `${concurrent} identical queries for 100 snapshots, each on a connection of its own, at the same time. No AWS response is cached, and each AWS call takes ${latency} ms until its response begins.`,
    rows: [
      ['', 'measured'],
      ['AWS calls', String(median(runs.map(({ calls }) => calls)))],
      ['time until the response to one query alone', `${alone.toFixed(1)} ms`],
      ['time until the last response', `${wall.toFixed(1)} ms`],
      ['compared with one query alone', `${(wall / alone).toFixed(2)} ×`],
      [`compared with ${latency} ms`, `${(wall / latency).toFixed(2)} ×`],
    ],
  };
}

async function measureFleet(
  gateway: Server,
  direct: Server,
  token: string,
  rounds: number,
  aws: FakeAws,
): Promise<TargetTable> {
  const query = '{ snapshotSummary { total { value precision } } }';
  const noCache = { 'cache-control': 'no-cache' };
  const measured = [
    { title: 'snapgate', server: gateway, target: targetOf(gateway, token, query, noCache) },
    { title: 'AWS SDK', server: direct, target: { ...targetOf(direct, token, query), path: '/fleet' } },
  ].map((each) => ({ ...each, runs: [] as { wall: number; delay: number; cpu: number; calls: number }[] }));
  for (const { server } of measured) await server.watch();
  for (let round = -1; round < rounds; round += 1) {
    for (const { server, target, runs } of measured) {
      const before = await server.usage();
      const calls = await aws.calls();
      const start = performance.now();
      const { body } = await ask(target);
      const wall = performance.now() - start;
      const { cpu, delay } = await server.usage();
      if (!body.includes('20000')) throw new Error(`The fleet was not read: ${body.toString()}`);
      if (round >= 0) runs.push({ wall, delay, cpu: (cpu - before.cpu) / 1000, calls: (await aws.calls()) - calls });
    }
  }
  const rows = measured.map(({ title, runs }) => {
    const of = (name: 'wall' | 'delay' | 'cpu' | 'calls') => median(runs.map((run) => run[name]));
    return { title, wall: of('wall'), delay: of('delay'), cpu: of('cpu'), calls: of('calls') };
  });
  const [own, sdk] = rows;
  const ratio = (name: 'wall' | 'delay' | 'cpu') => `1/${(sdk![name] / own![name]).toFixed(1)}`;
  return {
    title: 'A large fleet',
    text: `One request that counts the snapshots of ${fleetRegions.length} regions with 100 snapshots each, uncached. Each AWS call takes ${latency} ms. The AWS SDK calls all regions at once, with a client for each.`,
    rows: [
      ['', 'time until the response', 'longest delay of the event loop', 'CPU time', 'AWS calls'],
      ...rows.map(({ title, wall, delay, cpu, calls }) => [
        title,
        `${wall.toFixed(0)} ms`,
        `${delay.toFixed(0)} ms`,
        `${cpu.toFixed(0)} ms`,
        String(calls),
      ]),
      ['snapgate compared with the SDK', ratio('wall'), ratio('delay'), ratio('cpu'), ''],
    ],
  };
}
