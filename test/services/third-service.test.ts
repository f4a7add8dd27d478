import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start } from '../support/cli.ts';
import { readEvents } from '../support/event-stream.ts';
import { account, type Answer, region } from '../support/gateway.ts';
import { copyWithThirdService } from '../support/third-service.ts';
import { clusterArn, makeCluster, makeSnapshots, snapshotArn } from '../support/worlds.ts';

const copy = copyWithThirdService();

/** Responses are cached for a long time, so that a change is visible only if it clears the cache. */
const configuration = `
accounts: [{ id: '${account}', regions: [${region}], services: [neptune, documentdb, redshift] }]
fullReads: { ageSeconds: 600 }
aws: { cache: { ageSeconds: 600 } }
`;

const services = [
  { service: 'DOCUMENTDB', engine: 'docdb', prefix: 'DocumentDB', cluster: 'orders' },
  { service: 'NEPTUNE', engine: 'neptune', prefix: 'Neptune', cluster: 'social' },
] as const;

let program: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  const config = join(copy.folder, 'snapgate.yaml');
  writeFileSync(config, configuration);
  program = await start(['dev', '--port', '0', '--emulator-port', '0', '--config', config], {}, copy.main);
  await load();
});
afterAll(async () => {
  await program.stop();
  copy.remove();
});

async function load(): Promise<void> {
  // The resources of both engines have the same shape, because they share a control plane.
  const ofEngine = <Resource extends object>(Engine: string, resource: Resource) => ({ ...resource, Engine });
  const response = await fetch(`${program.address('emulator')}/_emulator/world`, {
    method: 'POST',
    body: JSON.stringify({
      clusters: services.map(({ engine, cluster }) => ofEngine(engine, makeCluster('DOCUMENTDB', cluster))),
      snapshots: services.flatMap(({ engine, cluster }) =>
        makeSnapshots('DOCUMENTDB', 33, { cluster }).map((each) => ofEngine(engine, each)),
      ),
    }),
  });
  expect(response.status).toBe(200);
}

async function query(text: string, variables: object = {}): Promise<Answer> {
  const response = await fetch(program.address('snapgate'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text, variables }),
  });
  return (await response.json()) as Answer;
}

describe('a third service', () => {
  it('requires only 8 lines of src outside its folder', () => {
    expect(copy.linesOutside).toBe(8);
  });

  it('compiles', async () => {
    const compiler = join(copy.folder, 'node_modules/.bin/tsc');
    writeFileSync(join(copy.folder, 'tsconfig.src.json'), '{ "extends": "./tsconfig.json", "include": ["src"] }');
    await promisify(execFile)(compiler, ['-p', 'tsconfig.src.json'], { cwd: copy.folder });
  });

  it('is part of the enum, the configuration and the sources', async () => {
    const { data } = await query('{ __type(name: "Service") { enumValues { name } } sources { service } }');
    expect(data.__type.enumValues.map(({ name }: { name: string }) => name)).toContain('NEPTUNE');
    expect(data.sources.map(({ service }: { service: string }) => service)).toEqual([
      'REDSHIFT',
      'DOCUMENTDB',
      'NEPTUNE',
    ]);
  });
});

describe.each(services)('$service, which shares a control plane', ({ service, prefix, cluster }) => {
  const ordered = `query ($services: [Service!]) {
    snapshots(first: 100, filter: { services: $services }, orderBy: { field: IDENTIFIER, direction: ASC }) {
      isComplete
      nodes { __typename identifier }
    }
  }`;
  const listOwn = async () => {
    const { data } = await query(ordered, { services: [service] });
    expect(data.snapshots.isComplete).toBe(true);
    return data.snapshots.nodes as { __typename: string; identifier: string }[];
  };

  it('lists only its own snapshots, and immediately lists a created snapshot', async () => {
    const before = await listOwn();
    expect(before).toHaveLength(33);
    expect(new Set(before.map((each) => each.__typename))).toEqual(new Set([`${prefix}Snapshot`]));

    const created = await query(
      `mutation ($input: CreateSnapshotInput!) { createSnapshot(input: $input) { __typename } }`,
      { input: { clusterId: clusterArn('DOCUMENTDB', cluster), identifier: `${cluster}-new` } },
    );
    expect(created.data.createSnapshot).toEqual({ __typename: 'CreateSnapshotPayload' });
    const after = await listOwn();
    expect(after.map(({ identifier }) => identifier)).toContain(`${cluster}-new`);
    expect(after).toHaveLength(34);
  });

  it('finds a cluster and a snapshot by ARN, although the services share the ARN namespace', async () => {
    const { data } = await query(`{
      cluster(arn: "${clusterArn('DOCUMENTDB', cluster)}") { __typename source { service } }
      snapshot(arn: "${snapshotArn('DOCUMENTDB', `${cluster}-0001`)}") { __typename source { service } }
    }`);
    expect(data).toEqual({
      cluster: { __typename: `${prefix}Cluster`, source: { service } },
      snapshot: { __typename: `${prefix}Snapshot`, source: { service } },
    });
  });

  it('reads and deletes a snapshot by its returned id', async () => {
    const { data } = await query(`{ snapshot(arn: "${snapshotArn('DOCUMENTDB', `${cluster}-0002`)}") { id } }`);
    const { id } = data.snapshot;
    const { data: read } = await query('query ($id: ID!) { node(id: $id) { __typename id } }', { id });
    expect(read.node).toEqual({ __typename: `${prefix}Snapshot`, id });
    const { data: deleted } = await query(
      `mutation ($input: DeleteSnapshotInput!) {
        deleteSnapshot(input: $input) { ... on DeleteSnapshotPayload { snapshot { identifier status } } }
      }`,
      { input: { snapshotId: id } },
    );
    expect(deleted.deleteSnapshot).toEqual({ snapshot: { identifier: `${cluster}-0002`, status: 'DELETED' } });
    expect((await listOwn()).map(({ identifier }) => identifier)).not.toContain(`${cluster}-0002`);
  });

  it('changes and follows snapshots by ARN, although the services share the ARN namespace', async () => {
    const arn = (name: string) => snapshotArn('DOCUMENTDB', `${cluster}-${name}`);
    const { data: tagged } = await query(
      `mutation ($input: TagSnapshotInput!) {
        tagSnapshot(input: $input) { ... on TagSnapshotPayload { snapshot { __typename tags { key } } } }
      }`,
      { input: { snapshotId: arn('0003'), tags: [{ key: 'a' }] } },
    );
    expect(tagged.tagSnapshot).toEqual({ snapshot: { __typename: `${prefix}Snapshot`, tags: [{ key: 'a' }] } });

    const response = await fetch(program.address('snapgate'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: `subscription { snapshotProgress(id: "${arn('0003')}") { __typename } }` }),
    });
    const events = readEvents(response);
    const { value } = await events.next();
    await events.return(undefined);
    expect(value?.data).toEqual({ snapshotProgress: { __typename: `${prefix}Snapshot` } });

    const ids = [arn('0004'), arn('none'), arn('0004')];
    const { data: deleted } = await query(
      `mutation ($input: DeleteSnapshotsInput!) {
        deleteSnapshots(input: $input) {
          ... on DeleteSnapshotsPayload { results { id snapshot { __typename } error { code } } }
        }
      }`,
      { input: { snapshotIds: ids } },
    );
    const gone = { snapshot: { __typename: `${prefix}Snapshot` }, error: null };
    expect(deleted.deleteSnapshots.results).toEqual([
      { id: ids[0], ...gone },
      { id: ids[1], snapshot: null, error: { code: 'NOT_FOUND' } },
      { id: ids[2], ...gone },
    ]);
  });

  it('returns null for an ARN that exists in no service of the namespace', async () => {
    const { data, errors } = await query(`{ cluster(arn: "${clusterArn('DOCUMENTDB', 'none')}") { id } }`);
    expect({ data, errors }).toEqual({ data: { cluster: null }, errors: undefined });
  });
});
