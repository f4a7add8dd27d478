import type { Flags } from '../config.ts';
import type { Emulator } from '../emulator/server.ts';
import { addressOf, onStop, print } from './running.ts';

export interface EmulatorFlags extends Flags {
  readonly emulatorHost?: readonly string[];
  readonly snapshots?: number;
}

/** Starts only the emulator. */
export async function emulate(flags: EmulatorFlags): Promise<void> {
  const { readConfig } = await import('../config.ts');
  const emulator = await startEmulator(readConfig(flags, 'emulator'), flags);
  print(
    `emulator    ${emulator.url}   Amazon Redshift, Amazon RDS (DocumentDB, Aurora, Neptune), AWS KMS, AWS STS and AWS IAM`,
    `  aws redshift describe-clusters --no-sign-request --endpoint-url ${emulator.url} --region us-east-1`,
    `  curl -s ${emulator.url}/_emulator/calls`,
  );
}

/** Starts the emulator, which stops with the process. */
export async function startEmulator(
  config: { readonly host: string; readonly emulatorPort: number },
  flags: EmulatorFlags,
  agesSessions = true,
): Promise<Emulator> {
  const { host, emulatorPort: port } = config;
  const emulator = await import('../emulator/server.ts');
  const { seedOptions } = await import('../emulator/seed/seed.ts');
  const options = { host, port, hosts: flags.emulatorHost, agesSessions, ...seedOptions(flags.snapshots) };
  const running = await emulator.startEmulator(options);
  onStop(() => running.close());
  return { ...running, url: addressOf(host, running.port) };
}
