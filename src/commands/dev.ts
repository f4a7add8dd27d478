import type { CredentialSettings } from '../access/policy/credentials.ts';
import type { Config, Flags } from '../config.ts';
import { serviceNames } from '../snapshots/service.ts';
import { type EmulatorFlags, startEmulator } from './emulator.ts';
import { listen, listenForMetrics, print } from './running.ts';

/** The emulator has no databases that a password could open. */
const everyCredential: CredentialSettings = {
  enabled: true,
  databaseUsers: ['*'],
  databaseGroups: ['readers'],
  autoCreate: true,
  maximumSeconds: 3600,
};

/** Starts the gateway with the built-in emulator. */
export async function dev(flags: EmulatorFlags): Promise<void> {
  const { readConfig } = await import('../config.ts');
  const { createGateway } = await import('../gateway.ts');
  const { createCursorKey } = await import('../gateway/reload.ts');
  const { seedAccounts } = await import('../emulator/seed/accounts.ts');
  const settings = readConfig(flags, 'dev');
  const cursorKeys = settings.cursorKeys ?? [createCursorKey()];
  // The credentials of the gateway follow real time.
  const emulator = await startEmulator(settings, flags, false);
  const seeded = seedAccounts.map((account) => ({
    ...account,
    role: `arn:aws:iam::${account.id}:role/snapgate`,
    externalId: 'snapgate-dev',
    services: [...serviceNames],
  }));
  const aws = { endpoint: emulator.url, credentials: { accessKeyId: '123456789012', secretAccessKey: 'emulated' } };
  const credentials = settings.credentials ?? everyCredential;
  // Sharing and restoring in the emulator is harmless, so it is only restricted if configured.
  const policy = {
    sharing: settings.sharing ?? ('unrestricted' as const),
    deletion: settings.deletion,
    restore: settings.restore ?? ('unrestricted' as const),
  };
  const gateway = { ...settings, cursorKeys, credentials, policy };
  const { server, metrics } = await createGateway(gateway, settings.accounts ?? seeded, aws, emulator.now);
  const metricsUrl = await listenForMetrics(metrics, settings);
  const { url, healthUrl } = await listen(server, settings);
  const authorization = settings.authentication ? ' -H "authorization: Bearer $TOKEN"' : '';
  print(
    `fleet       ${url}/   open this address in a browser`,
    `snapgate    ${url}/graphql   the API, and GraphiQL in a browser`,
    `emulator    ${emulator.url}   ${seeded.length} accounts: ${seeded.map(({ id, name }) => `${id} (${name})`).join(', ')}`,
    ...(healthUrl === undefined ? [] : [`health      ${healthUrl}/ready`]),
    ...(metricsUrl === undefined ? [] : [`metrics     ${metricsUrl}`]),
    `access      ${describeAccess(settings, flags)}`,
    '',
    'Or send requests from a shell:',
    `  curl -s ${url}/graphql${authorization} -H 'content-type: application/json' -d '{"query":"{ snapshots(first: 3) { nodes { arn status createdAt } } }"}'`,
    `  aws redshift describe-clusters --no-sign-request --endpoint-url ${emulator.url} --region us-east-1`,
  );
}

function describeAccess({ authentication }: Config, { config }: Flags): string {
  if (!authentication) return 'anonymous: every program on this machine has all permissions';
  if (authentication.secret === undefined)
    return `bearer token required: set TOKEN to a token from ${authentication.issuer}`;
  const file = config === undefined ? '' : ` --config ${config}`;
  return `bearer token required: TOKEN=$(npm run --silent snapgate -- token${file}), with --claim for each claim that the grants require`;
}
