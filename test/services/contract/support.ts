import { account, type Gateway, type GatewayOptions, region, startGateway } from '../../support/gateway.ts';
import { type ServiceName, serviceNames } from '../../support/services.ts';

/** Allows passwords for the database user `reader`. */
export const credentials = {
  enabled: true,
  databaseUsers: ['reader'],
  databaseGroups: [],
  autoCreate: false,
  maximumSeconds: 900,
};

/** Starts a gateway with one account and region, and every service under test. */
export function startContract(options: GatewayOptions = {}): Promise<Gateway> {
  const accounts = [{ id: account, regions: [region], services: [...serviceNames] }];
  return startGateway({ accounts, credentials, ...options });
}

/** Reads a list of one service; returns the connection, its AWS calls as recorded by AWS, and their reported count. */
export async function list(
  gateway: Gateway,
  field: 'snapshots' | 'clusters',
  service: ServiceName,
  { filter, ...variables }: Record<string, unknown> = {},
  selection = 'identifier',
) {
  await gateway.calls();
  const type = field === 'snapshots' ? 'SnapshotFilter' : 'ClusterFilter';
  const answer = await gateway.query(
    `query ($first: Int, $after: String, $filter: ${type}) {
      ${field}(first: $first, after: $after, filter: $filter) {
        isComplete sources { status error { code } } pageInfo { hasNextPage endCursor }
        edges { cursor node { __typename ${selection} } }
      }
    }`,
    { ...variables, filter: { services: [service], ...(filter as object) } },
  );
  const calls = await gateway.calls();
  return { errors: answer.errors, ...answer.data?.[field], calls, counted: answer.extensions.aws.calls };
}
