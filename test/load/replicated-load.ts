import { randomBytes } from 'node:crypto';
import { at, clusterId, makeCluster, makeSnapshot, snapshotId } from '../support/worlds.ts';
import { createClient } from './client.ts';
import { controlEmulator, type Started, writeFile } from './processes.ts';

const names = ['one', 'two', 'three'];
/** One of so many requests creates a snapshot, and as many add a tag. */
const every = 40;

/** The world of the load: its snapshots of Amazon Redshift never change, except for their tags. */
export const loadWorld = {
  clusters: [makeCluster('REDSHIFT'), makeCluster('DOCUMENTDB')],
  snapshots: names.map((name) => makeSnapshot('REDSHIFT', name)),
  assumptions: {
    automatedSnapshots: false,
    snapshotSeconds: 0,
    rdsOneSnapshotAtATime: false,
    rdsManualSnapshotQuota: 1_000_000,
  },
};

const list =
  'query ($after: DateTime!) { snapshots(filter: { services: [REDSHIFT], createdAfter: $after }) { nodes { id } isComplete } }';
const tag = `mutation ($id: ID!, $value: String!) {
  change: tagSnapshot(input: { snapshotId: $id, tags: [{ key: "round", value: $value }] }) { __typename ... on Error { message } }
}`;
const create = `mutation ($clusterId: ID!, $identifier: String!, $key: String) {
  change: createSnapshot(input: { clusterId: $clusterId, identifier: $identifier, idempotencyKey: $key }) {
    __typename ... on Error { message }
  }
}`;

/** What a load has sent, and what has failed. */
export interface LoadResult {
  queries: number;
  mutations: number;
  readonly created: Set<string>;
  readonly failedQueries: string[];
  readonly failedMutations: string[];
}

/** Sends queries and mutations from a number of workers, each on a connection of its own, until it is stopped. */
export function startLoad(urls: readonly string[], workers: number, { hasKeys = true } = {}) {
  const result: LoadResult = { queries: 0, mutations: 0, created: new Set(), failedQueries: [], failedMutations: [] };
  const stopped = new AbortController();
  let index = 0;
  const fail = (failures: string[], failure: string | undefined) => {
    if (failure === undefined) return;
    failures.push(failure);
    if (failures.length <= 20) console.log(`     ${new Date().toISOString()} ${failure.slice(0, 400)}`);
  };
  const clients = urls.map((url) => createClient(url, workers));
  const send = async (number: number) => {
    const client = clients[number % clients.length]!;
    const kind = number % every;
    if (kind > 1) {
      result.queries += 1;
      const failure = await client
        .send(list, { after: at(-(number % 50) - 1) })
        .then(({ status, body }) => (isList(body) ? undefined : `${status} ${body}`), String);
      fail(result.failedQueries, failure);
      return;
    }
    result.mutations += 1;
    const identifier = `load-${number}`;
    if (kind === 0) result.created.add(identifier);
    const id = snapshotId('REDSHIFT', names[number % names.length]!);
    const sent =
      kind === 0
        ? client.send(create, {
            clusterId: clusterId('DOCUMENTDB'),
            identifier,
            key: hasKeys ? identifier : null,
          })
        : client.send(tag, { id, value: String(number) });
    const failure = await sent.then(
      ({ status, body }) => (body.includes('SnapshotPayload') ? undefined : `${status} ${body}`),
      String,
    );
    fail(result.failedMutations, failure);
  };
  const work = async () => {
    while (!stopped.signal.aborted) {
      index += 1;
      await send(index);
    }
  };
  const ended = Promise.all(Array.from({ length: workers }, work));
  return {
    result,
    stop: async () => {
      stopped.abort();
      await ended;
      for (const client of clients) client.close();
    },
  };
}

function isList(body: string): boolean {
  try {
    const { data, errors } = JSON.parse(body);
    return errors === undefined && data.snapshots.isComplete && data.snapshots.nodes.length === names.length;
  } catch {
    return false;
  }
}

/** Counts the calls that create each snapshot at the emulator, which forgets old calls: `read` must be called often. */
export function countCreations(emulator: Started) {
  const counts = new Map<string, number>();
  return {
    counts,
    async read(): Promise<void> {
      const { calls } = await controlEmulator(emulator, 'DELETE', 'calls');
      for (const { action, parameters } of calls) {
        if (action !== 'CreateDBClusterSnapshot') continue;
        const { DBClusterSnapshotIdentifier: identifier } = parameters;
        counts.set(identifier, (counts.get(identifier) ?? 0) + 1);
      }
    },
  };
}

/** Writes the configuration of replicas that share Redis and the keys of cursors, and returns its path. */
export function writeReplicaConfig(redisPort: number, more = ''): string {
  return writeFile(
    'snapgate.yaml',
    `accounts: [{ id: '123456789012', regions: [us-east-1] }]
cursorKeys: [${randomBytes(32).toString('base64')}]
redis: redis://127.0.0.1:${redisPort}
limits: { requestsPerSecond: 100000, costPerMinute: 100000000 }
aws: { cache: { ageSeconds: 60 } }
${more}`,
  );
}
