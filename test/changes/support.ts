import type { Gateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { makeCluster } from '../support/worlds.ts';
import type { ChangeCase } from '../services/contract/every-change.ts';

/** One available cluster of each service. */
export const clusters = serviceNames.map((service) => makeCluster(service));

/** Selects every field of the errors that a change can return. */
export const errorFields = `
  ... on Error { message code fault requestId }
  ... on InvalidInputError { field problems { field message } }
  ... on ThrottledError { retryAfterSeconds }
`;

/** The mutations of several snapshots, which return one result for each. */
const batches = ['deleteSnapshots', 'unshareSnapshots', 'updateSnapshotRetention'];

export const isBatch = (mutation: string) => batches.includes(mutation);

/** Returns the AWS operations since the last call of this function, in order. */
export async function actionsOf(gateway: Gateway): Promise<(string | null)[]> {
  return (await gateway.calls()).map(({ action }) => action);
}

/** Requests a change: returns null if it succeeds, otherwise the error code. For a batch, the first result counts. */
export async function outcomeOf(
  gateway: Gateway,
  { mutation, input }: { readonly mutation: string; readonly input: object },
): Promise<string | null> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const { data, errors } = await gateway.query(
    `mutation ($input: ${type}Input!) {
      ${mutation}(input: $input) {
        ... on Error { code }
        ... on ${type}Payload { ${isBatch(mutation) ? 'results { error { code } }' : 'plannedCalls { action }'} }
      }
    }`,
    { input },
  );
  if (errors) throw new Error(errors[0]?.message);
  const answer = data[mutation];
  return answer.code ?? answer.results?.[0].error?.code ?? null;
}

/** Whether a change took effect in AWS; throws if the query fails. */
export async function isDone(gateway: Gateway, { query, done }: Pick<ChangeCase, 'query' | 'done'>): Promise<boolean> {
  const { data, errors } = await gateway.query(query);
  if (errors) throw new Error(errors[0]?.message);
  return JSON.stringify(data) === JSON.stringify(done);
}
