import type { Flags } from '../config.ts';
import { accountsOf } from './accounts.ts';
import { write } from './standard-output.ts';

interface DoctorFlags extends Flags {
  readonly json?: true;
}

/** Checks the installation, prints the findings, and exits with 1 if there is a problem. */
export async function doctor(flags: DoctorFlags): Promise<void> {
  const [
    { readConfig, requireSafeProfile },
    { secretsOf },
    { createChecks, secondsOf },
    { examine },
    { createProgressBar },
    { formatFindings, formatJson, overall },
  ] = await Promise.all([
    import('../config.ts'),
    import('../config/known-secrets.ts'),
    import('../doctor/checks.ts'),
    import('../doctor/checkup.ts'),
    import('../doctor/progress-bar.ts'),
    import('../doctor/table.ts'),
  ]);
  const config = readConfig(flags, 'doctor');
  await requireSafeProfile();
  const accounts = await accountsOf(config);
  const checks = createChecks(config, accounts);
  const bar = createProgressBar(process.stderr, checks.length);
  const secrets = secretsOf(config, accounts);
  const findings = await examine(checks, { seconds: secondsOf(config), secrets, onDone: bar.step });
  bar.clear();
  const text = flags.json ? formatJson(findings) : formatFindings(findings);
  // Connections that a check left open do not keep the process running.
  await write(`${text}\n`);
  process.exit(overall(findings) === 'PROBLEM' ? 1 : 0);
}
