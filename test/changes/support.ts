import type { WorldJson } from '../../src/emulator/control/world-json.ts';
import type { ChangeCase } from './every-change.ts';
import { account, type Gateway, region } from '../support/gateway.ts';

export const place = { account, region };

/** The two services, with what differs between them in tests. */
export const services = ['REDSHIFT', 'DOCUMENTDB'] as const;
export type ServiceName = (typeof services)[number];

/** One available cluster of each service. */
export const clusters: NonNullable<WorldJson['clusters']> = [
  { service: 'redshift', ...place, ClusterIdentifier: 'sales' },
  { service: 'rds', ...place, DBClusterIdentifier: 'orders', Engine: 'docdb' },
];

/** An available manual snapshot of Amazon Redshift, for a world. */
export function redshift(name: string, members: object = {}) {
  return { service: 'redshift' as const, ...place, SnapshotIdentifier: name, ClusterIdentifier: 'sales', ...members };
}

/** An available manual snapshot of Amazon DocumentDB, for a world. */
export function documentDB(name: string, members: object = {}) {
  const named = { DBClusterSnapshotIdentifier: name, DBClusterIdentifier: 'orders', Engine: 'docdb' };
  return { service: 'rds' as const, ...place, ...named, ...members };
}

/** A global id, as the gateway makes it. */
export function idOf(typename: string, arn: string): string {
  return Buffer.from(`${typename}:${arn}`).toString('base64url');
}

export function clusterId(service: ServiceName, name: string): string {
  return service === 'REDSHIFT'
    ? idOf('RedshiftCluster', `arn:aws:redshift:${region}:${account}:cluster:${name}`)
    : idOf('DocumentDBCluster', `arn:aws:rds:${region}:${account}:cluster:${name}`);
}

export function snapshotId(service: ServiceName, name: string, cluster = 'sales'): string {
  return service === 'REDSHIFT'
    ? idOf('RedshiftSnapshot', `arn:aws:redshift:${region}:${account}:snapshot:${cluster}/${name}`)
    : idOf('DocumentDBSnapshot', `arn:aws:rds:${region}:${account}:cluster-snapshot:${name}`);
}

/** Selects every field that an error of a change can have. */
export const errorFields = `
  ... on Error { message code fault requestId }
  ... on InvalidInputError { field problems { field message } }
  ... on ThrottledError { retryAfterSeconds }
`;

/** The AWS operations since the last look, in their order. */
export async function actionsOf(gateway: Gateway): Promise<(string | null)[]> {
  return (await gateway.calls()).map(({ action }) => action);
}

/** Asks for a change, of one snapshot or of a batch of which the first counts: null when it was made, else the code. */
export async function outcomeOf(
  gateway: Gateway,
  { mutation, input }: { readonly mutation: string; readonly input: object },
): Promise<string | null> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const isBatch = ['deleteSnapshots', 'updateSnapshotRetention'].includes(mutation);
  const { data, errors } = await gateway.query(
    `mutation ($input: ${type}Input!) {
      ${mutation}(input: $input) {
        ... on Error { code }
        ... on ${type}Payload { ${isBatch ? 'results { error { code } }' : 'plannedCalls { action }'} }
      }
    }`,
    { input },
  );
  if (errors) throw new Error(errors[0]?.message);
  const answer = data[mutation];
  return answer.code ?? answer.results?.[0].error?.code ?? null;
}

/** Whether a change is in AWS, as a query shows that must not fail. */
export async function isDone(gateway: Gateway, { query, done }: Pick<ChangeCase, 'query' | 'done'>): Promise<boolean> {
  const { data, errors } = await gateway.query(query);
  if (errors) throw new Error(errors[0]?.message);
  return JSON.stringify(data) === JSON.stringify(done);
}
