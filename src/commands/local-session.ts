import type { LocalGrantSettings } from '../access/local-callers.ts';
import type { AwsObserver } from '../aws/observer.ts';
import type { Config, Flags } from '../config.ts';
import type { Session } from '../gateway/session.ts';
import type { LimitSettings } from '../limits/settings.ts';
import { accountsOf } from './accounts.ts';

/** The flags of the commands that execute operations in their own process. */
export interface LocalFlags extends Flags {
  /** Whether to use an emulator with sample data, which ends with the process, instead of AWS. */
  readonly emulator?: true;
}

/** The caller of a command. */
export interface LocalCaller {
  /** For the audit log, such as `cli:ada`. */
  readonly subject: string;
  readonly grants: readonly LocalGrantSettings[];
  /** The limits of its AWS calls; if omitted, there are none. */
  readonly limits?: LimitSettings;
}

/** A session and the configuration that it uses. */
export interface LocalSession extends Session {
  readonly config: Config;
}

/** Long time limits: the emulator shares the process, which is busy when it starts. */
const emulatedTimeouts = { requestSeconds: 120, callSeconds: 60, connectionSeconds: 30 };

/**
 * Opens a session with the sources of the configuration, or with an emulator, whose restores and shares are not
 * restricted unless the configuration restricts them. Throws a ConfigurationError, which `callerOf` can throw, too.
 */
export async function openLocalSession(
  flags: LocalFlags,
  callerOf: (config: Config) => LocalCaller,
  observer?: AwsObserver,
): Promise<LocalSession> {
  const { readConfig, requireSafeProfile } = await import('../config.ts');
  const { openSession } = await import('../gateway/session.ts');
  const { createLocalPrincipal } = await import('../access/local-callers.ts');
  const config = readConfig(flags, flags.emulator ? 'emulator' : 'local');
  const { subject, grants, limits } = callerOf(config);
  const principal = createLocalPrincipal(subject, grants);
  if (!flags.emulator) {
    await requireSafeProfile();
    const accounts = await accountsOf(config);
    const settings = { ...config, policy: config };
    const session = await openSession({ settings, accounts, aws: {}, principal, limits, observer, isAudited: true });
    return { ...session, config };
  }
  const { emulated } = await import('./emulated.ts');
  const { startEmulator } = await import('../emulator/server.ts');
  const { seedOptions } = await import('../emulator/seed/seed.ts');
  const { url, now, close } = await startEmulator({
    host: '127.0.0.1',
    port: 0,
    agesSessions: false,
    ...seedOptions(),
  });
  const { settings, accounts, aws } = emulated(config, url);
  const timeouts = { ...config.aws.timeouts, ...emulatedTimeouts };
  const session = await openSession({
    settings,
    accounts,
    aws: { ...aws, timeouts },
    principal,
    limits,
    observer,
    now,
    isAudited: false,
  });
  return {
    ...session,
    config,
    close: () => {
      session.close();
      void close();
    },
  };
}
