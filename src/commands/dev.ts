import type { Config, Flags } from '../config.ts';
import { type EmulatorFlags, startEmulator } from './emulator.ts';
import { listen, listenForMetrics, print } from './running.ts';

/** Starts the gateway with the built-in emulator. */
export async function dev(flags: EmulatorFlags): Promise<void> {
  const { readConfig } = await import('../config.ts');
  const { createGateway } = await import('../gateway.ts');
  const { createCursorKey } = await import('../gateway/reload.ts');
  const { emulated, seededAccounts } = await import('./emulated.ts');
  const config = readConfig(flags, 'dev');
  const settings = { ...config, cursorKeys: config.cursorKeys ?? [createCursorKey()] };
  // The credentials of the gateway follow real time.
  const emulator = await startEmulator(settings, flags, false);
  const { settings: gateway, accounts, aws } = emulated(settings, emulator.url);
  const { server, metrics } = await createGateway(gateway, accounts, aws, emulator.now);
  const metricsUrl = await listenForMetrics(metrics, settings);
  const { url, healthUrl } = await listen(server, settings);
  const authorization = settings.authentication ? ' -H "authorization: Bearer $TOKEN"' : '';
  print(
    `fleet       ${url}/   open this address in a browser`,
    `snapgate    ${url}/graphql   the API, and GraphiQL in a browser`,
    `emulator    ${emulator.url}   ${seededAccounts.length} accounts: ${seededAccounts.map(({ id, name }) => `${id} (${name})`).join(', ')}`,
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
