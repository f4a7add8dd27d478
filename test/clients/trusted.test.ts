import { createPersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { generatePersistedQueryIdsFromManifest } from '@apollo/persisted-query-lists';
import { parse, print } from 'graphql';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  commitMutation,
  type ConcreteRequest,
  type Environment,
  fetchQuery,
  type GraphQLTaggedNode,
  requestSubscription,
} from 'relay-runtime';
import { describe, expect, it } from 'vitest';
import { run, start } from '../support/cli.ts';
import { createApollo } from './generated/snapgate/apollo.ts';
import type { Gateway } from './generated/snapgate/connect.ts';
import { createRelay } from './generated/snapgate/relay.ts';
import { namedDocuments, trustedDocuments } from './generated/snapgate/urql-trusted.ts';
import { createUrql } from './generated/snapgate/urql.ts';
import createMutation from './generated/trusted/relay/fleetCreateMutation.graphql.ts';
import lastQuery from './generated/trusted/relay/fleetLastQuery.graphql.ts';
import progressSubscription from './generated/trusted/relay/fleetProgressSubscription.graphql.ts';
import { trustedMutation, trustedQuery, trustedSubscription } from './trusted-operations.ts';
import { salesWarehouse } from './world.ts';

const restoring = 'arn:aws:rds:us-east-1:123456789012:cluster-snapshot:sessions-in-progress';
/** A text that is accepted is one of a trusted document. */
const otherQuery = parse('query Other { viewer { subject } }');
const dryRun = { input: { clusterId: salesWarehouse, identifier: 'trusted', dryRun: true } };

/** Starts a gateway that requires a token and knows only these documents. */
async function startTrusted(documents: string) {
  const folder = mkdtempSync(join(tmpdir(), 'snapgate-clients-'));
  const config = join(folder, 'snapgate.yaml');
  writeFileSync(join(folder, 'documents.json'), documents);
  writeFileSync(
    config,
    `authentication: { issuer: me, audience: snapgate, secret: ${'s'.repeat(44)} }
grants: [{ permissions: [SNAPSHOT_READ, SNAPSHOT_CREATE] }]
documents: { file: ${join(folder, 'documents.json')}, only: true }
`,
  );
  const dev = await start(['dev', '--config', config, '--port', '0', '--emulator-port', '0']);
  const token = (await run(['token', '--config', config, '--subject', 'ada'])).out.trim();
  const url = dev.address('snapgate');
  let requests = 0;
  const currentToken = async () => {
    requests += 1;
    return token;
  };
  const gateway: Gateway = { url, headers: async () => ({ authorization: `Bearer ${await currentToken()}` }) };
  return {
    gateway,
    requests: () => requests,
    async [Symbol.asyncDispose]() {
      expect(await dev.stop()).toBe(0);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Resolves with the first value that is sent; rejects with the first error. */
const first = (open: (next: (value: any) => void, fail: (error: unknown) => void) => () => void) => {
  let close = () => {};
  return new Promise<any>((resolve, reject) => (close = open(resolve, reject))).finally(() => close());
};

const generated = (name: string) => readFileSync(join(import.meta.dirname, 'generated/trusted', name), 'utf8');

describe('a gateway that knows only trusted documents, and requires a token,', () => {
  it('answers Apollo Client with the manifest', async () => {
    await using trusted = await startTrusted(generated('apollo.json'));
    const manifest = JSON.parse(generated('apollo.json'));
    const ids = createPersistedQueryLink(generatePersistedQueryIdsFromManifest({ loadManifest: async () => manifest }));
    const client = createApollo(trusted.gateway, ids);
    const { data } = await client.query<any>({ query: trustedQuery, variables: { first: 2 } });
    expect(data.snapshots).toMatchObject({ isComplete: true, nodes: [{}, {}] });
    const { data: result } = await client.mutate<any>({ mutation: trustedMutation, variables: dryRun });
    expect(result.createSnapshot.plannedCalls).toMatchObject([{ action: 'CreateClusterSnapshot' }]);
    const event = await first((next, error) => {
      const events = client.subscribe<any>({ query: trustedSubscription, variables: { id: restoring } });
      const subscription = events.subscribe({ next, error });
      return () => subscription.unsubscribe();
    });
    expect(event.data.snapshotProgress.status).toBe('CREATING');
    expect(trusted.requests()).toBe(3);
    client.stop();

    const unknown = createApollo(trusted.gateway);
    await expect(unknown.query({ query: otherQuery })).rejects.toThrow('only trusted documents');
    const anonymous = createApollo({ url: trusted.gateway.url }, ids);
    await expect(anonymous.query({ query: trustedQuery, variables: { first: 2 } })).rejects.toThrow('401');
  });

  it('answers urql with the names of operations', async () => {
    const documents = trustedDocuments([trustedQuery, trustedMutation, trustedSubscription].map((each) => print(each)));
    await using trusted = await startTrusted(JSON.stringify(documents));
    const client = createUrql(trusted.gateway, namedDocuments);
    const { data } = await client.query<any>(trustedQuery, { first: 2 });
    expect(data.snapshots).toMatchObject({ isComplete: true, nodes: [{}, {}] });
    const { data: result } = await client.mutation<any>(trustedMutation, dryRun);
    expect(result.createSnapshot.plannedCalls).toMatchObject([{ action: 'CreateClusterSnapshot' }]);
    const event = await first((next, fail) => {
      const events = client.subscription<any>(trustedSubscription, { id: restoring });
      return events.subscribe(({ data, error }) => (error ? fail(error) : next(data))).unsubscribe;
    });
    expect(event.snapshotProgress.status).toBe('CREATING');
    expect(trusted.requests()).toBe(3);

    const unknown = await createUrql(trusted.gateway).query(otherQuery, {});
    expect(unknown.error?.graphQLErrors[0]?.extensions['code']).toBe('FORBIDDEN');
    const anonymous = await createUrql({ url: trusted.gateway.url }, namedDocuments).query(trustedQuery, { first: 2 });
    expect(anonymous.error?.graphQLErrors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });

  it('answers Relay with the file of its compiler', async () => {
    await using trusted = await startTrusted(generated('relay.json'));
    const relay = createRelay(trusted.gateway);
    const ask = (environment: Environment, query: ConcreteRequest) =>
      fetchQuery(environment, query as GraphQLTaggedNode, { last: 2, ...descending } as never).toPromise();
    await ask(relay, lastQuery);
    expect(Object.values(relay.getStore().getSource().toJSON() as object)).toContainEqual(
      expect.objectContaining({ __typename: 'SnapshotConnection', isComplete: true }),
    );
    const result = await new Promise<any>((resolve, reject) => {
      commitMutation(relay, {
        mutation: createMutation as GraphQLTaggedNode,
        variables: { ...dryRun, connections: [] },
        onCompleted: resolve,
        onError: reject,
      });
    });
    expect(result.createSnapshot.__typename).toBe('CreateSnapshotPayload');
    const event = await first((onNext, onError) => {
      const subscription = progressSubscription as GraphQLTaggedNode;
      return requestSubscription(relay, { subscription, variables: { id: restoring }, onNext, onError }).dispose;
    });
    expect(event.snapshotProgress.status).toBe('CREATING');
    expect(trusted.requests()).toBe(3);
    const anonymous = createRelay({ url: trusted.gateway.url });
    await expect(ask(anonymous, lastQuery)).rejects.toThrow('Authentication required');
  });
});

const descending = { orderBy: { field: 'CREATED_AT', direction: 'DESC' } };
