import type { Config } from '../config.ts';
import { ConfigurationError } from '../errors.ts';
import { permissions } from '../snapshots/permission.ts';
import { type LocalCaller, type LocalFlags, openLocalSession } from './local-session.ts';
import { readVersion } from './version.ts';

interface McpFlags extends LocalFlags {
  /** Whether agents can also change AWS. */
  readonly allowChanges?: true;
}

/** Serves tools for agents on the standard input and output until the client closes them. */
export async function serveMcp(flags: McpFlags): Promise<void> {
  const session = await openLocalSession(flags, (config) => callerOf(config, flags));
  const [{ createTools }, { createToolServer }, { serveOnStdio }] = await Promise.all([
    import('../mcp/tools.ts'),
    import('../mcp/server.ts'),
    import('../mcp/stdio.ts'),
  ]);
  const tools = createTools(session, flags.allowChanges === true);
  await serveOnStdio(createToolServer({ version: readVersion(), tools, onFlaw: session.logError }));
  session.close();
  // Connections to AWS that are kept open do not keep the process running.
  process.stdout.write('', () => process.exit());
}

/** Changes are harmless on the emulator. */
function callerOf({ mcp, limits }: Config, { emulator, allowChanges }: McpFlags): LocalCaller {
  if (mcp !== undefined) return { subject: `mcp:${mcp.subject}`, grants: mcp.grants, limits };
  if (emulator)
    return { subject: 'mcp:agent', grants: [{ permissions: allowChanges ? [...permissions] : ['SNAPSHOT_READ'] }] };
  throw new ConfigurationError([
    'No caller is configured for agents. Configure `mcp` with a `subject` and `grants`, or use --emulator.',
  ]);
}
