import { ConfigurationError } from '../errors.ts';
import { UsageError } from '../errors/usage.ts';
import type { Flags } from '../config.ts';
import type { Finding } from '../doctor/finding.ts';

interface CheckFlags extends Flags {
  readonly json?: true;
}

/** The time limit of a check, in seconds. */
const seconds = 30;
const invalid = 3;

/** Checks the configuration without AWS and the network, prints the findings, and exits with 3 if there is a problem. */
export async function checkConfiguration(flags: CheckFlags): Promise<void> {
  const { configurationPath } = await import('../config.ts');
  const { write } = await import('./standard-output.ts');
  const { formatFindings, formatJson, overall } = await import('../doctor/table.ts');
  const path = configurationPath(flags);
  if (path === undefined) throw new UsageError('There is no file to check. Set --config or SNAPGATE_CONFIG.');
  const findings = await findingsOf(flags, path);
  process.exitCode = overall(findings) === 'PROBLEM' ? invalid : 0;
  await write(`${flags.json ? formatJson(findings) : formatFindings(findings)}\n`);
}

async function findingsOf(flags: Flags, path: string): Promise<readonly Finding[]> {
  const { readConfig, requireSafeProfile } = await import('../config.ts');
  const { secretsOf } = await import('../config/known-secrets.ts');
  const { examine } = await import('../doctor/checkup.ts');
  const { offlineChecks } = await import('../doctor/offline.ts');
  const name = 'settings';
  try {
    const config = readConfig(flags, 'doctor');
    await requireSafeProfile();
    const secrets = secretsOf(config, config.accounts ?? []);
    const valid = { name, target: path, status: 'OK' as const, message: 'All settings are valid.' };
    return [valid, ...(await examine(offlineChecks(config), { seconds, secrets, onDone: () => {} }))];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map((message) => ({ name, target: path, status: 'PROBLEM' as const, message }));
  }
}
