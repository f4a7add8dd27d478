import { afterEach, beforeEach, expect, it } from 'vitest';
import { readEvents } from '../support/event-stream.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { createPauses } from '../support/pauses.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { at, makeCluster, makeSnapshot, snapshotId } from '../support/worlds.ts';

const tags = { team: 'bi' };
const grants = [
  { when: { role: 'admin' }, permissions: ['SNAPSHOT_READ', 'SNAPSHOT_TAG'] },
  { when: { role: 'team' }, permissions: ['SNAPSHOT_READ', 'SNAPSHOT_DELETE'], tags },
  { when: { role: 'reader' }, permissions: ['SNAPSHOT_READ'] },
  { when: { role: 'reader' }, permissions: ['SNAPSHOT_DELETE'], tags },
];

let pauses: ReturnType<typeof createPauses>;
let gateway: Gateway;
beforeEach(async () => {
  pauses = createPauses();
  gateway = await startGateway({ pause: pauses.pause, authenticate: authenticationWith(grants) });
});
afterEach(() => gateway.close());

/** Loads a snapshot that is being created for 20 seconds; AWS returns its tags only when they are read. */
const load = (service: ServiceName, own: Record<string, string>) =>
  gateway.load({
    now: at(0),
    frozen: true,
    assumptions: { rdsAnswersTagList: false, redshiftMeasuresUnfinished: true },
    clusters: [makeCluster(service, undefined, { createdAt: at(-100) })],
    snapshots: [makeSnapshot(service, 'new', { createdAt: at(0), readyAt: at(1 / 3), tags: own })],
  });

/** Changes the tags, and lets 2 seconds pass, after which the snapshot has made progress. */
async function change(mutation: string) {
  const { data } = await gateway.query(
    `mutation { ${mutation} { ... on Error { code } } }`,
    {},
    await as({ role: 'admin' }),
  );
  expect(Object.values(data)).toEqual([{}]);
  await gateway.emulator.control('POST', 'clock', { advanceSeconds: 2 });
}

async function follow(id: string, role: string) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...(await as({ role })) },
    body: JSON.stringify({
      query: 'subscription ($id: ID!) { snapshotProgress(id: $id) { viewerPermissions tags { key value } } }',
      variables: { id },
    }),
  });
  const events = readEvents(response);
  return { next: async () => (await events.next()).value };
}

const seen = (viewerPermissions: string[], own: object[]) => ({
  data: { snapshotProgress: { viewerPermissions, tags: own } },
});
const full = seen(['SNAPSHOT_READ', 'SNAPSHOT_DELETE'], [{ key: 'team', value: 'bi' }]);

it.each(serviceNames)('a stream ends when its subscriber can no longer see the snapshot: %s', async (service) => {
  await load(service, tags);
  const id = snapshotId(service, 'new');
  const [team, reader] = [await follow(id, 'team'), await follow(id, 'reader')];
  expect(await team.next()).toMatchObject(full);
  expect(await reader.next()).toMatchObject(full);
  for (const errors of [[{ extensions: { code: 'NOT_FOUND' } }], undefined]) {
    // oxlint-disable no-await-in-loop -- one change after the other
    await change(`untagSnapshot(input: { snapshotId: "${id}", keys: ["team"] })`);
    (await pauses.next()).end();
    expect(await reader.next()).toMatchObject(seen(['SNAPSHOT_READ'], []));
    const event = await team.next();
    expect({ errors: event?.errors }).toMatchObject({ errors });
    // oxlint-enable no-await-in-loop
  }
});

it.each(serviceNames)('a stream starts when its subscriber can see the snapshot: %s', async (service) => {
  await load(service, {});
  const id = snapshotId(service, 'new');
  const team = await follow(id, 'team');
  const [one, other] = [await pauses.next(), await pauses.next()];
  await change(`tagSnapshot(input: { snapshotId: "${id}", tags: [{ key: "team", value: "bi" }] })`);
  // The listener waits longer than the poller.
  (one.milliseconds < other.milliseconds ? one : other).end();
  expect(await team.next()).toMatchObject(full);
});
