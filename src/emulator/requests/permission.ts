import { Fault } from '../fault.ts';
import { isDenied } from '../sts/roles.ts';
import type { Identity } from '../sts/identities.ts';
import type { Assumptions } from '../world/assumptions.ts';
import { partitionOf, type World } from '../world/world.ts';
import { resourceOf } from './resource-arns.ts';
import type { RoutedOperation } from './routing.ts';

/** Who calls, and where. */
export interface Caller {
  readonly identity: Identity;
  readonly region: string;
}

/** Throws InvalidClientTokenId for a call in a region that the caller's account has not enabled, as AWS does. */
export function requireEnabledRegion({ identity, region }: Caller, world: World): void {
  if (world.regionSettings.isEnabled(identity.account, region)) return;
  throw new Fault('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
}

/**
 * Throws AWS's error for a session of a role that is denied the called action, or another action that the call needs.
 * Callers without a role, and sessions of roles that the world does not contain, are denied nothing.
 */
export function requirePermission(
  { service, schema }: RoutedOperation,
  input: Readonly<Record<string, unknown>>,
  { identity, region }: Caller,
  { world, assumptions }: { readonly world: World; readonly assumptions: Assumptions },
): void {
  const role = identity.role === undefined ? undefined : world.roles.find(identity.role);
  if (!role) return;
  const called = `${service.name}:${schema.name}`;
  const denied = [called, ...impliedActions(called, input)].find(
    (action) => !undeniable.has(action) && isDenied(role, action),
  );
  if (denied === undefined) return;
  if (service.name === 'redshift' && assumptions.redshiftDeniesAsUnauthorizedOperation) {
    throw new Fault(
      'UnauthorizedOperation',
      'Access Denied. Please ensure that your IAM Permissions allow this operation.',
    );
  }
  const prefix = `arn:${partitionOf(region)}:${service.name}:${region}:${identity.account}`;
  const resource = resourceOf({ service: service.name, action: schema.name, input, prefix });
  throw new Fault(
    'AccessDenied',
    `User: ${identity.arn} is not authorized to perform: ${denied} on resource: ${resource} with an explicit deny in an identity-based policy`,
    403,
  );
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const undeniable: ReadonlySet<string> = new Set(['sts:GetCallerIdentity', 'sts:AssumeRoleWithWebIdentity']);

/** Returns the further actions that AWS authorizes for some inputs of a call. */
function impliedActions(action: string, input: Readonly<Record<string, unknown>>): readonly string[] {
  const isGiven = (name: string) => Array.isArray(input[name]) && input[name].length > 0;
  switch (action) {
    // https://docs.aws.amazon.com/redshift/latest/APIReference/API_GetClusterCredentials.html
    case 'redshift:GetClusterCredentials':
      return [
        ...(input['AutoCreate'] === true ? ['redshift:CreateClusterUser'] : []),
        ...(isGiven('DbGroups') ? ['redshift:JoinGroup'] : []),
      ];
    case 'sts:AssumeRole':
      return isGiven('Tags') ? ['sts:TagSession'] : [];
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/security_iam_id-based-policy-examples-grant-permissions-tags-on-create.html
    case 'rds:CreateDBCluster':
    case 'rds:CreateDBClusterSnapshot':
    case 'rds:CreateDBInstance':
    case 'rds:CopyDBClusterSnapshot':
    case 'rds:RestoreDBClusterFromSnapshot':
    case 'rds:RestoreDBClusterToPointInTime':
      return isGiven('Tags') ? ['rds:AddTagsToResource'] : [];
    default:
      return [];
  }
}
