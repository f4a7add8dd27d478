import * as z from 'zod';

import { accountId } from '../world/places.ts';
import { trustPolicySchema } from './trust.ts';
import { isLike } from './wildcards.ts';

const longestName = 64;

const action = z.string().regex(/^(\*|[a-z0-9-]+:[\w*?]+)$/i, 'must be an IAM action, such as redshift:Delete*');

/** A role in a world's JSON, with the members of IAM and the actions that it is denied. */
export const roleSchema = z.strictObject({
  account: accountId,
  RoleName: z.string().regex(/^[\w+=,.@-]{1,64}$/, 'must be the name of a role'),
  Path: z
    .string()
    .regex(/^\/([!-~]+\/)?$/, 'must start and end with a slash')
    .default('/'),
  /** Default: every caller can assume the role. */
  AssumeRolePolicyDocument: trustPolicySchema.optional(),
  MaxSessionDuration: z.int().min(3600).max(43_200).default(3600),
  /** IAM actions, such as `redshift:DeleteClusterSnapshot` or `rds:*`, that sessions of the role are denied. */
  DeniedActions: z.array(action).default([]),
});

/** An IAM role. */
export type Role = z.output<typeof roleSchema>;

/** The roles of all accounts. Every role of an account without any can be assumed, and is denied nothing. */
export interface Roles {
  /** Throws an Error if the account already has a role of this name. */
  add(role: Role): void;
  all(): readonly Role[];
  of(account: string): readonly Role[];
  /** Returns the role that an ARN means; undefined if there is none. */
  find(arn: string): Role | undefined;
}

/** The parts of a role's ARN. */
export interface RoleArn {
  readonly arn: string;
  readonly partition: string;
  readonly account: string;
  readonly path: string;
  readonly name: string;
}

/** Creates a registry without roles. */
export function createRoles(): Roles {
  const roles: Role[] = [];
  const of = (account: string) => roles.filter((role) => role.account === account);
  return {
    add(role) {
      // IAM does not distinguish the names of roles by case, but their ARNs.
      const name = role.RoleName.toLowerCase();
      if (of(role.account).some(({ RoleName }) => RoleName.toLowerCase() === name)) {
        throw new Error(`${role.RoleName} already exists`);
      }
      roles.push(role);
    },
    all: () => roles,
    of,
    find(arn) {
      const parts = parseRoleArn(arn);
      if (!parts) return undefined;
      return of(parts.account).find(({ RoleName, Path }) => RoleName === parts.name && Path === parts.path);
    },
  };
}

/** Returns the parts of a role's ARN; undefined for any other text. */
export function parseRoleArn(arn: string): RoleArn | undefined {
  const [, partition, account, path, name] =
    /^arn:(aws[a-z-]*):iam::(\d{12}):role(\/(?:[!-~]+\/)?)([\w+=,.@-]+)$/.exec(arn) ?? [];
  if (!partition || !account || !path || !name || name.length > longestName) return undefined;
  return { arn, partition, account, path, name };
}

/** Whether sessions of a role are denied an IAM action, such as `rds:DeleteDBCluster`. */
export function isDenied({ DeniedActions }: Role, name: string): boolean {
  return DeniedActions.some((pattern) => isLike(name, pattern, { ignoresCase: true }));
}
