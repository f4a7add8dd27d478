import type { Flags } from '../config.ts';
import { accountsOf } from './accounts.ts';
import { print } from './running.ts';

/** Checks the credentials and permissions of every source; sets the exit code. */
export async function doctor(flags: Flags): Promise<void> {
  const [
    { readConfig, requireSafeProfile },
    { createSources },
    { examine },
    { createProgressBar },
    { formatFindings },
  ] = await Promise.all([
    import('../config.ts'),
    import('../fleet/sources.ts'),
    import('../doctor/checkup.ts'),
    import('../doctor/progress-bar.ts'),
    import('../doctor/table.ts'),
  ]);
  const settings = readConfig(flags, 'doctor');
  await requireSafeProfile();
  const sources = createSources(await accountsOf(settings));
  const bar = createProgressBar(process.stderr, sources.all.length);
  const findings = await examine({ ...settings.aws, proxy: settings.proxy }, sources, bar.step);
  bar.clear();
  print(formatFindings(findings));
  process.exitCode = findings.every(({ problems }) => problems.length === 0) ? 0 : 1;
}
