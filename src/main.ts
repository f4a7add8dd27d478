#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CredentialSettings } from './access/policy/credentials.ts';
import type { Config, Flags } from './config.ts';
import type { Emulator } from './emulator/server.ts';
import type { AccountSettings } from './fleet/settings.ts';
import type { StoppableServer } from './server/draining.ts';
import { serviceNames, serviceTitles } from './snapshots/service.ts';

/** The first version whose agents support proxies. */
const requiredNode = '24.5';
const maximumSnapshots = 100_000;
const maximumHours = 24 * 366;

/** The emulator has no databases that a password could open. */
const everyCredential: CredentialSettings = {
  enabled: true,
  databaseUsers: ['*'],
  databaseGroups: ['readers'],
  autoCreate: true,
  maximumSeconds: 3600,
};

interface EmulatorFlags extends Flags {
  readonly emulatorHost?: readonly string[];
  readonly snapshots?: number;
}

interface TokenFlags extends Flags {
  readonly subject: string;
  readonly claim?: readonly string[];
  readonly hours: number;
}

type Stop = (signal: NodeJS.Signals) => Promise<unknown>;
const nothing: Stop = async () => {};
let stopAll = nothing;

const host = new Option('--host <address>', 'address to listen on (default: 127.0.0.1, env: HOST)');
const port = new Option('--port <number>', 'port of the gateway, or 0 for a free port (default: 4000, env: PORT)');
const emulatorPort = new Option(
  '--emulator-port <number>',
  'port of the emulator, or 0 for a free port (default: 4510, env: EMULATOR_PORT)',
);
const emulatorHost = new Option(
  '--emulator-host <name...>',
  'host names of the emulator besides localhost; repeatable',
);
const config = new Option('--config <file>', 'path of the configuration file, in YAML (env: SNAPGATE_CONFIG)');
const snapshots = new Option(
  '--snapshots <number>',
  'add snapshots until each source has this many (at most 100000)',
).argParser(parseSnapshots);

const program = new Command('snapgate')
  .description(`One GraphQL API for ${serviceTitles('and')} snapshots across AWS accounts and regions.`)
  .version(readVersion(), '--version', 'print the version')
  .showHelpAfterError('Run the command with --help to see the allowed arguments and options.');

program
  .command('dev')
  .description('start the gateway with the built-in AWS emulator, for development')
  .addOption(port)
  .addOption(host)
  .addOption(emulatorPort)
  .addOption(emulatorHost)
  .addOption(snapshots)
  .addOption(config)
  .action(dev);
program
  .command('serve')
  .description('start the gateway against AWS')
  .addOption(port)
  .addOption(host)
  .addOption(config)
  .option('--allow-anonymous', 'accept requests without authentication; requires a loopback address as host')
  .action(serve);
program
  .command('emulator')
  .description('start only the AWS emulator')
  .addOption(host)
  .addOption(emulatorPort)
  .addOption(emulatorHost)
  .addOption(snapshots)
  .action(emulate);
program
  .command('doctor')
  .description('check the credentials and permissions of every source; exits with status 1 if a check fails')
  .addOption(config)
  .action(doctor);
program
  .command('token')
  .description('print a bearer token for development, signed with authentication.secret of the configuration file')
  .addOption(config)
  .option('--subject <name>', 'subject of the token (claim sub)', 'developer')
  .option('--claim <name=value...>', 'additional claims, which grants can require, such as groups=operators')
  .addOption(new Option('--hours <number>', 'validity of the token, in hours').default(8).argParser(parseHours))
  .action(printToken);
program
  .command('schema')
  .description('print the GraphQL schema')
  .option('--config', 'print the JSON Schema of the configuration file instead')
  .action(printSchema);

const { node } = process.versions;
if (node.localeCompare(requiredNode, 'en', { numeric: true }) < 0) {
  const message = `snapgate requires Node.js ${requiredNode} or later, but this is Node.js ${node}. Install a later version.`;
  fail(new Error(message));
}
await program.parseAsync().catch(fail);

async function dev(flags: EmulatorFlags): Promise<void> {
  const { readConfig } = await import('./config.ts');
  const { createCursorKey, createGateway } = await import('./gateway.ts');
  const { seedAccounts } = await import('./emulator/seed/accounts.ts');
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
  // Sharing in the emulator is harmless, so it is only restricted if configured.
  const policy = { sharing: settings.sharing ?? ('unrestricted' as const), deletion: settings.deletion };
  const gateway = { ...settings, cursorKeys, credentials, policy };
  const url = await listen(await createGateway(gateway, settings.accounts ?? seeded, aws, emulator.now), settings);
  const authorization = settings.authentication ? ' -H "authorization: Bearer $TOKEN"' : '';
  print(
    `snapgate    ${url}/graphql   open this address in a browser and press the play button`,
    `emulator    ${emulator.url}   ${seeded.length} accounts: ${seeded.map(({ id, name }) => `${id} (${name})`).join(', ')}`,
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

async function serve(flags: Flags): Promise<void> {
  const { readConfig, requireSafeProfile } = await import('./config.ts');
  const { createGateway } = await import('./gateway.ts');
  const settings = readConfig(flags, 'serve');
  await requireSafeProfile();
  const url = await listen(
    await createGateway(
      { ...settings, policy: settings, audit: settings.audit ?? 'stdout' },
      await accountsOf(settings),
      {},
    ),
    settings,
    settings.shutdown.noticeSeconds,
  );
  print(`snapgate    ${url}/graphql`);
}

/** Returns the configured accounts, or else the account and region of the environment. */
async function accountsOf({ accounts, aws, proxy }: Config): Promise<readonly AccountSettings[]> {
  if (accounts) return accounts;
  const { readCallerIdentity } = await import('./aws/credentials/identity.ts');
  const { account, region } = await readCallerIdentity({ ...aws, proxy });
  return [{ id: account, regions: [region], services: [...serviceNames] }];
}

async function doctor(flags: Flags): Promise<void> {
  const [
    { readConfig, requireSafeProfile },
    { createSources },
    { examine },
    { createProgressBar },
    { formatFindings },
  ] = await Promise.all([
    import('./config.ts'),
    import('./fleet/sources.ts'),
    import('./doctor/checkup.ts'),
    import('./doctor/progress-bar.ts'),
    import('./doctor/table.ts'),
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

async function emulate(flags: EmulatorFlags): Promise<void> {
  const { readConfig } = await import('./config.ts');
  const emulator = await startEmulator(readConfig(flags, 'emulator'), flags);
  print(
    `emulator    ${emulator.url}   Amazon Redshift, Amazon RDS (DocumentDB, Aurora, Neptune), AWS KMS and AWS STS`,
    `  aws redshift describe-clusters --no-sign-request --endpoint-url ${emulator.url} --region us-east-1`,
    `  curl -s ${emulator.url}/_emulator/calls`,
  );
}

async function printToken(flags: TokenFlags): Promise<void> {
  const { readConfig } = await import('./config.ts');
  const { signDevelopmentToken } = await import('./server/authentication/development-token.ts');
  const { authentication } = readConfig(flags);
  print(await signDevelopmentToken(authentication, { ...flags, claims: flags.claim ?? [] }));
}

async function printSchema(flags: { config?: true }): Promise<void> {
  if (flags.config) {
    const { configurationSchema } = await import('./config.ts');
    return print(JSON.stringify(configurationSchema(), null, 2));
  }
  const { printSchema: print_ } = await import('graphql');
  const { schema } = await import('./schema.ts');
  print(print_(schema));
}

async function startEmulator(config: Config, flags: EmulatorFlags, agesSessions = true): Promise<Emulator> {
  const { host, emulatorPort: port } = config;
  const emulator = await import('./emulator/server.ts');
  const { seedOptions } = await import('./emulator/seed/seed.ts');
  const options = { host, port, hosts: flags.emulatorHost, agesSessions, ...seedOptions(flags.snapshots) };
  const running = await emulator.startEmulator(options);
  onStop(() => running.close());
  return { ...running, url: addressOf(host, running.port) };
}

function listen(server: StoppableServer, { host, port, shutdown }: Config, noticeSeconds = 0): Promise<string> {
  onStop((signal) => server.stop({ ...shutdown, noticeSeconds: signal === 'SIGTERM' ? noticeSeconds : 0 }));
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => {
      const { port: bound } = server.address() as AddressInfo;
      resolve(addressOf(host, bound));
    });
  });
}

/** Returns a URL that opens on this machine, even if the server listens on all addresses. */
function addressOf(host: string, port: number): string {
  const name = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Stops the servers in reverse order, because later ones depend on earlier ones. A second signal ends the process. */
function onStop(stop: Stop): void {
  const rest = stopAll;
  stopAll = (signal) => stop(signal).then(() => rest(signal));
  if (rest !== nothing) return;
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const end = (signal: NodeJS.Signals) => {
    for (const each of signals) process.off(each, end);
    void stopAll(signal);
  };
  for (const signal of signals) process.on(signal, end);
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

function parseSnapshots(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= maximumSnapshots) return number;
  throw new InvalidArgumentError(`It must be a whole number from 0 to ${maximumSnapshots}.`);
}

function parseHours(text: string): number {
  const number = Number(text);
  if (number > 0 && number <= maximumHours) return number;
  throw new InvalidArgumentError(`It must be greater than 0 and at most ${maximumHours}.`);
}

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function fail(error: unknown): never {
  const { code, address, port, message } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  const isTaken = code === 'EADDRINUSE';
  process.stderr.write(
    `snapgate: ${isTaken ? `Cannot listen on ${address}:${port}: another program uses this port. Stop that program, or choose another port; --help lists the flags.` : message}\n`,
  );
  process.exit(1);
}
