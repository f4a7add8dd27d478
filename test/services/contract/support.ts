import { account, type Gateway, type GatewayOptions, region, startGateway } from '../../support/gateway.ts';
import { type ServiceName, serviceNames } from '../../support/services.ts';

/** Lets every database user have a password. */
export const credentials = {
  enabled: true,
  databaseUsers: ['reader'],
  databaseGroups: [],
  autoCreate: false,
  maximumSeconds: 900,
};

/** A gateway over one account and region with every service under test. */
export function startContract(options: GatewayOptions = {}): Promise<Gateway> {
  const accounts = [{ id: account, regions: [region], services: [...serviceNames] }];
  return startGateway({ accounts, credentials, ...options });
}

/** Asks for a list of one service: the connection, its AWS calls as AWS counted them, and as the answer did. */
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
