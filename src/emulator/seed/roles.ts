import type { WorldJson } from '../control/world-json.ts';
import { seedAccounts } from './accounts.ts';

/** The account whose credentials `dev` and the examples have. */
const gatewayAccount = '123456789012';

/** The issuer of the tokens that a cluster of Amazon EKS mounts into its pods. */
const eksProvider = 'oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE';

/** Every action of the emulated services that is not a read. */
const changes = ['redshift', 'rds'].flatMap((service) =>
  [
    'Add*',
    'Authorize*',
    'Batch*',
    'Copy*',
    'Create*',
    'Delete*',
    'Disable*',
    'Enable*',
    'GetClusterCredentials*',
    'Failover*',
    'Modify*',
    'Pause*',
    'Re*',
    'St*',
  ].map((action) => `${service}:${action}`),
);

/**
 * The roles of each seeded account: `snapgate`, which can be assumed with any external id or none; `snapgate-reader`,
 * which requires one, and can only read; and `snapgate-eks`, for the service account `snapgate` of a cluster.
 */
export const seedRoles: NonNullable<WorldJson['roles']> = seedAccounts.flatMap(({ id: account }) => [
  { account, RoleName: 'snapgate', AssumeRolePolicyDocument: trust({ AWS: `arn:aws:iam::${gatewayAccount}:root` }) },
  {
    account,
    RoleName: 'snapgate-reader',
    AssumeRolePolicyDocument: trust(
      { AWS: `arn:aws:iam::${gatewayAccount}:root` },
      { 'sts:ExternalId': 'snapgate-dev' },
    ),
    DeniedActions: changes,
  },
  {
    account,
    RoleName: 'snapgate-eks',
    AssumeRolePolicyDocument: trust(
      { Federated: `arn:aws:iam::${account}:oidc-provider/${eksProvider}` },
      { [`${eksProvider}:sub`]: 'system:serviceaccount:default:snapgate', [`${eksProvider}:aud`]: 'sts.amazonaws.com' },
    ),
  },
]);

type Policy = NonNullable<NonNullable<WorldJson['roles']>[number]['AssumeRolePolicyDocument']>;

function trust(Principal: { AWS: string } | { Federated: string }, equal?: Readonly<Record<string, string>>): Policy {
  const Action = 'AWS' in Principal ? ['sts:AssumeRole', 'sts:TagSession'] : 'sts:AssumeRoleWithWebIdentity';
  const statement = { Effect: 'Allow' as const, Principal, Action };
  return {
    Version: '2012-10-17',
    Statement: [equal === undefined ? statement : { ...statement, Condition: { StringEquals: equal } }],
  };
}
