import * as z from 'zod';
import { permissions } from '../snapshots/permission.ts';
import { serviceKeys, serviceOfKey } from '../snapshots/service.ts';
import { accountId } from './account-id.ts';

const names = z.union(
  [z.string().transform((name) => [name]), z.array(z.string()).min(1)],
  'must be a string or a list of strings; put numbers, true and false in quotes',
);

/** One grant of the configuration file. */
export const grant = z
  .strictObject({
    when: z.record(z.string(), names).default({}).meta({
      description:
        'The claims that a token must have for the grant to apply, each with at least one of the given values. If omitted, the grant applies to every accepted token.',
    }),
    permissions: z.array(z.enum(permissions)).min(1).meta({ description: 'The permissions that the grant gives.' }),
    accounts: z.array(accountId).min(1).optional().meta({
      description: 'The accounts in which the grant applies. If omitted, all accounts.',
    }),
    regions: z
      .array(z.string())
      .min(1)
      .optional()
      .meta({ description: 'The regions in which the grant applies. If omitted, all regions.' }),
    services: z
      .array(z.enum(serviceKeys).transform(serviceOfKey))
      .min(1)
      .optional()
      .meta({ description: 'The services in which the grant applies. If omitted, all services.' }),
    tags: z.record(z.string(), names).optional().meta({
      description:
        'The tags that a snapshot or cluster must have for the grant to apply, each with one of the given values. If omitted, the grant applies regardless of tags. Callers can change a tag that any grant names only if they can tag and read the resource with the old and the new tags.',
    }),
    introspection: z
      .boolean()
      .default(true)
      .meta({ description: 'Whether the grant allows introspection of the schema, which GraphiQL requires.' }),
  })
  .meta({
    description: 'Permissions for the callers whose tokens have certain claims, and where these permissions apply.',
  });

/** The `grants` of the configuration file. */
export const grantSettings = z.array(grant).default([]).meta({
  description:
    'The permissions of callers. Operations that no grant allows are denied, and resources that the caller may not read are reported as not found.',
});

export type GrantSettings = z.output<typeof grant>;

/** Returns what is doubtful about the grants of a gateway that authenticates callers: that there are none. */
export function grantDoubt(grants: readonly GrantSettings[]): string | undefined {
  if (grants.length > 0) return undefined;
  return 'authentication is configured without grants, so no caller has any permission. Configure grants.';
}
