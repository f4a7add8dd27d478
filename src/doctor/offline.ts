import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isStream } from '../access/audit-sink.ts';
import type { Config } from '../config.ts';
import { regionDoubts } from '../fleet/regions.ts';
import { configurationChecks } from './configuration.ts';
import { type Check, ok, type Outcome, problem, warning } from './finding.ts';

/** Returns the checks of a valid configuration that change nothing, and need neither AWS nor the network. */
export function offlineChecks(config: Config): Check[] {
  const { accounts = [], audit = 'stdout' } = config;
  // The doctor creates the file of the audit log, as the gateway does.
  const shared = configurationChecks(config, accounts).filter(({ name }) => name !== 'audit');
  const target = 'configuration';
  return [
    ...shared,
    { name: 'audit', target: audit, run: () => auditOutcome(audit) },
    { name: 'callers', target, run: async () => outcomeOf(callerDoubts(config), 'Their accounts are configured.') },
    { name: 'cursorKeys', target, run: async () => cursorKeysOutcome(config) },
  ];
}

/** Returns what is doubtful about where grants apply: accounts that are not configured, and unknown regions. */
function callerDoubts({ accounts, grants, cli, mcp }: Config): readonly string[] {
  const local = [...cli.grants, ...(mcp?.grants ?? [])];
  const named = Object.entries({ grants, 'cli.grants': cli.grants, 'mcp.grants': mcp?.grants ?? [] });
  const configured = new Set(accounts?.map(({ id }) => id));
  const unknown = named.flatMap(([name, list]) =>
    list.flatMap(({ accounts: ids = [] }, index) =>
      ids
        .filter((id) => accounts && !configured.has(id))
        .map((id) => `${name}.${index}.accounts has ${id}, which is not a configured account.`),
    ),
  );
  return [...unknown, ...regionDoubts(local)];
}

function cursorKeysOutcome({ cursorKeys }: Config): Outcome {
  if (cursorKeys) return ok(`${cursorKeys.length} configured.`);
  return warning('cursorKeys is not configured: cursors are not valid after a restart or on another replica.');
}

function outcomeOf(doubts: readonly string[], message: string): Outcome {
  return doubts.length === 0 ? ok(message) : warning(doubts.join('\n'));
}

async function auditOutcome(path: string): Promise<Outcome> {
  if (isStream(path)) return ok('Writable.');
  try {
    const file = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (file?.isDirectory()) return problem(`audit is ${path}, but this is a folder.`);
    if (file) await access(path, constants.W_OK);
    else await access(dirname(path), constants.W_OK | constants.X_OK);
    return ok('Writable.');
  } catch (error) {
    return problem(`audit is ${path}, but this file cannot be written: ${(error as Error).message}.`);
  }
}
