import { z } from 'zod';
import { permissions } from '../snapshots/permission.ts';
import { serviceKeys, serviceOfKey } from '../snapshots/service.ts';
import { accountId } from './account-id.ts';

const names = z.union(
  [z.string().transform((name) => [name]), z.array(z.string()).min(1)],
  'must be text, or a list of texts; put numbers, true and false in quotes',
);

const grant = z
  .strictObject({
    when: z.record(z.string(), names).default({}).meta({
      description: 'Claims that the token must have, each with any of these values. Left out, any accepted token.',
    }),
    permissions: z.array(z.enum(permissions)).min(1).meta({ description: 'What is granted.' }),
    accounts: z.array(accountId).min(1).optional().meta({
      description: 'Only in these accounts.',
    }),
    regions: z.array(z.string()).min(1).optional().meta({ description: 'Only in these regions.' }),
    services: z
      .array(z.enum(serviceKeys).transform(serviceOfKey))
      .min(1)
      .optional()
      .meta({ description: 'Only in these services.' }),
    tags: z.record(z.string(), names).optional().meta({
      description: 'Only what has all of these tags, each with any of these values.',
    }),
    introspection: z
      .boolean()
      .default(true)
      .meta({ description: 'Whether the schema may be read; GraphiQL needs it.' }),
  })
  .meta({ description: 'What the bearers of certain tokens may do, and where.' });

/** The `grants` of the configuration file. */
export const grantSettings = z.array(grant).default([]).meta({
  description: 'Who may do what. What no grant gives is refused, and what one may not read does not exist.',
});

export type GrantSettings = z.output<typeof grant>;
