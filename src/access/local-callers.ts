import * as z from 'zod';
import { createPrincipal, type Principal } from './principal.ts';
import { grant } from './grants.ts';

const localGrant = grant.omit({ when: true, introspection: true });

const localGrants = z.array(localGrant).meta({
  description: 'What the caller can do, and where. Policies and the audit log apply as to every other caller.',
});

/** The `cli` of the configuration file. */
export const cliSettings = z
  .strictObject({ grants: localGrants.min(1).default([{ permissions: ['SNAPSHOT_READ'] }]) })
  .meta({
    description:
      'The caller of `snapgate query`, `snapgate snapshots` and `snapgate clusters`, which run in their own process and need no token. Its subject is `cli:` and the name of the user of the operating system.',
  });

/** The `mcp` of the configuration file. */
export const mcpSettings = z
  .strictObject({
    subject: z
      .string()
      .min(1)
      .max(100)
      .meta({ description: 'The name of the agent in the audit log, with the prefix `mcp:`.' }),
    grants: localGrants.min(1),
  })
  .meta({
    description:
      'The caller of the tools of `snapgate mcp`. Without it, `snapgate mcp` starts only with the emulator, with the permission SNAPSHOT_READ or, with `--allow-changes`, all permissions.',
  });

export type LocalGrantSettings = z.output<typeof localGrant>;

/** Creates the principal of a caller in this process, which may always read the schema. */
export function createLocalPrincipal(subject: string, grants: readonly LocalGrantSettings[]): Principal {
  return createPrincipal(
    subject,
    grants.map((each) => ({ ...each, introspection: true })),
  );
}
