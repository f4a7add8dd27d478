import type { Config } from '../config.ts';
import { connectIam, type Decision, type IamConnection } from './iam.ts';
import type { Usage } from '../aws/usage.ts';
import { services } from '../services/index.ts';
import type { WriteAction } from '../services/service.ts';
import { permissions as allPermissions, type Permission } from '../snapshots/permission.ts';
import { serviceNames, serviceTable } from '../snapshots/service.ts';
import { describeFailure } from './failure.ts';
import { type Check, ok, type Outcome, problem, unchecked } from './finding.ts';
import type { OwnIdentity } from './own-identity.ts';
import type { Accessed, Fleet } from './accessed.ts';

/** The settings that decide which actions callers can cause. */
export type PermissionSettings = Pick<Config, 'authentication' | 'grants' | 'credentials'>;

/** Returns the check of each action of a change in one account, by simulation of the policies of its role or user. */
export function permissionChecks(
  { aws, usage }: Fleet,
  accessed: readonly Accessed[],
  ask: () => Promise<OwnIdentity>,
  settings: PermissionSettings,
): Check[] {
  const [first] = accessed;
  if (first === undefined) return [];
  const { account, partition } = first.source;
  const principalOf = async () => first.access.role ?? principalArn(await ask());
  return serviceNames.flatMap((name) => {
    const regions = accessed.filter(({ source }) => source.service === name).map(({ source }) => source.region);
    if (regions.length === 0) return [];
    const { writes } = services[name];
    const prefixes = regions.map(
      (region) => `arn:${partition}:${serviceTable[name].arnNamespace}:${region}:${account}`,
    );
    const run = async (): Promise<readonly Outcome[]> => {
      const named = (action: string, outcome: Outcome) => ({ ...outcome, target: `${account} ${action}` });
      const principal = await principalOf();
      if (principal instanceof Error || principal === undefined) {
        const reason = principal instanceof Error ? describeFailure(principal) : 'IAM does not simulate the root user.';
        return writes.map(({ action }) => named(action, unchecked(reason)));
      }
      const iam = connectIam(aws, { ...first.access, key: `${account}/doctor-iam/${name}` });
      return decide(iam, writes, { principal, prefixes, settings, usage }, named);
    };
    return [{ name: 'write', target: `${account} ${name}`, run }];
  });
}

interface Deciding {
  readonly principal: string;
  /** The start of the ARNs of each region. */
  readonly prefixes: readonly string[];
  readonly settings: PermissionSettings;
  readonly usage: Usage;
}

async function decide(
  iam: IamConnection,
  writes: readonly WriteAction[],
  { principal, prefixes, settings, usage }: Deciding,
  named: (action: string, outcome: Outcome) => Outcome,
): Promise<readonly Outcome[]> {
  const groups = [...Map.groupBy(writes, ({ resource }) => resource)];
  const outcomes = await Promise.all(
    groups.map(async ([resource, group]) => {
      const resources = prefixes.map((prefix) => `${prefix}:${resource}`);
      const actions = group.map(({ action }) => action);
      try {
        const decisions = await iam.simulate({ principal, actions, resources }, usage);
        return group.map((write) => named(write.action, describe(write, decisions, settings)));
      } catch (error) {
        const reason = `To check this, allow iam:SimulatePrincipalPolicy for ${principal}. ${describeFailure(error)}`;
        return actions.map((action) => named(action, unchecked(reason)));
      }
    }),
  );
  return outcomes.flat();
}

function describe(write: WriteAction, decisions: readonly Decision[], settings: PermissionSettings): Outcome {
  const own = decisions.filter(({ action }) => action.toLowerCase() === write.action.toLowerCase());
  const denied = own.filter(({ decision }) => decision !== 'allowed');
  if (own.length === 0) return unchecked('IAM returned no decision.');
  if (denied.length === 0) return ok('Allowed.');
  const resources = denied.map(({ resource, decision }) => `${resource} (${decision})`).join(', ');
  if (!isNeeded(write, settings)) {
    return ok(`Denied, but the configuration gives no caller ${write.permission} for it.`);
  }
  const keys = [...new Set(denied.flatMap(({ missingKeys }) => missingKeys))];
  if (keys.length > 0) return unchecked(`Depends on ${keys.join(', ')}: ${resources}.`);
  return problem(
    `IAM does not allow ${write.action} for ${resources}. Callers with ${write.permission} need it: grant it in IAM, or remove the permission from the grants.`,
  );
}

function isNeeded({ permission, isNeeded: needs }: WriteAction, settings: PermissionSettings): boolean {
  const { authentication, grants, credentials } = settings;
  const given = new Set<Permission>(authentication ? grants.flatMap((grant) => grant.permissions) : allPermissions);
  if (permission !== 'CLUSTER_CREDENTIALS') return given.has(permission);
  return given.has(permission) && credentials?.enabled === true && (needs?.(credentials) ?? true);
}

/**
 * Returns the ARN of the user or role with these credentials, as IAM simulates it; undefined for the root user. The ARN
 * of a session does not contain the path of its role.
 */
function principalArn({ identity }: OwnIdentity): string | Error | undefined {
  if (identity instanceof Error) return identity;
  const { arn } = identity;
  const [, start, account, role] = /^(arn:[a-z-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (role !== undefined) return `${start}:iam::${account}:role/${role}`;
  return /:(user|role)\//.test(arn) ? arn : undefined;
}
