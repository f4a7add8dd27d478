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

const requiredNode = 24;
const maximumSnapshots = 100_000;
const maximumHours = 24 * 366;

/** In front of the emulator there is no database to get into. */
const everyCredential: CredentialSettings = {
  enabled: true,
  databaseUsers: ['*'],
  databaseGroups: ['readers'],
  autoCreate: true,
  maximumSeconds: 3600,
};

interface EmulatorFlags extends Flags {
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

const host = new Option('--host <address>', 'address to listen on (HOST; 127.0.0.1 by default)');
const port = new Option('--port <number>', 'port of the gateway, 0 for a free one (PORT; 4000 by default)');
const emulatorPort = new Option('--emulator-port <number>', 'port of the emulator (EMULATOR_PORT; 4510 by default)');
const config = new Option('--config <file>', 'configuration file in YAML (SNAPGATE_CONFIG)');
const snapshots = new Option(
  '--snapshots <number>',
  'fill each source up to this many snapshots, 100000 at most',
).argParser(parseSnapshots);

const program = new Command('snapgate')
  .description(`One GraphQL API over ${serviceTitles('and')} snapshots.`)
  .version(readVersion(), '--version', 'print the version')
  .showHelpAfterError('Add --help to see what is allowed.');

program
  .command('dev')
  .description('run the gateway on the embedded AWS emulator, with GraphiQL')
  .addOption(port)
  .addOption(host)
  .addOption(emulatorPort)
  .addOption(snapshots)
  .addOption(config)
  .action(dev);
program
  .command('serve')
  .description('run the gateway on AWS; never starts the emulator')
  .addOption(port)
  .addOption(host)
  .addOption(config)
  .option('--allow-anonymous', 'ask nobody who they are; on this machine alone')
  .action(serve);
program
  .command('emulator')
  .description('run the AWS emulator alone')
  .addOption(host)
  .addOption(emulatorPort)
  .addOption(snapshots)
  .action(emulate);
program
  .command('doctor')
  .description('check the credentials and permissions of every source; fails if one is not well')
  .addOption(config)
  .action(doctor);
program
  .command('token')
  .description('print a token for development, signed with the authentication.secret of the configuration')
  .addOption(config)
  .option('--subject <name>', 'who the bearer is', 'developer')
  .option('--claim <name=value...>', 'claims that the grants look for, such as groups=operators')
  .addOption(new Option('--hours <number>', 'hours that it is valid').default(8).argParser(parseHours))
  .action(printToken);
program
  .command('schema')
  .description('print the GraphQL schema')
  .option('--config', 'print the JSON Schema of the configuration file instead')
  .action(printSchema);

if (Number.parseInt(process.versions.node, 10) < requiredNode) {
  fail(new Error(`snapgate needs Node.js ${requiredNode} or later; this is ${process.versions.node}.`));
}
await program.parseAsync().catch(fail);

async function dev(flags: EmulatorFlags): Promise<void> {
  const { readConfig } = await import('./config.ts');
  const { createCursorKey, createGateway } = await import('./gateway.ts');
  const { seedAccounts } = await import('./emulator/seed/accounts.ts');
  const settings = readConfig(flags, 'dev');
  const cursorKeys = settings.cursorKeys ?? [createCursorKey()];
  const emulator = await startEmulator(settings, flags);
  const seeded = seedAccounts.map((account) => ({
    ...account,
    role: `arn:aws:iam::${account.id}:role/snapgate`,
    externalId: 'snapgate-dev',
    services: [...serviceNames],
  }));
  const aws = { endpoint: emulator.url, credentials: { accessKeyId: '123456789012', secretAccessKey: 'emulated' } };
  const credentials = settings.credentials ?? everyCredential;
  // Nothing leaves the emulator, so that only what is configured is forbidden.
  const policy = { sharing: settings.sharing ?? ('unrestricted' as const), deletion: settings.deletion };
  const url = await listen(
    await createGateway({ ...settings, cursorKeys, credentials, policy }, settings.accounts ?? seeded, aws),
    settings,
  );
  const authorization = settings.authentication ? ' -H "authorization: Bearer $TOKEN"' : '';
  print(
    `snapgate    ${url}/graphql   open it in a browser and press the play button`,
    `emulator    ${emulator.url}   ${seeded.length} accounts: ${seeded.map(({ id, name }) => `${id} (${name})`).join(', ')}`,
    `access      ${describeAccess(settings, flags)}`,
    '',
    'Or try from a shell:',
    `  curl -s ${url}/graphql${authorization} -H 'content-type: application/json' -d '{"query":"{ snapshots(first: 3) { nodes { arn status createdAt } } }"}'`,
    `  aws redshift describe-clusters --no-sign-request --endpoint-url ${emulator.url} --region us-east-1`,
  );
}

function describeAccess({ authentication }: Config, { config }: Flags): string {
  if (!authentication) return 'anonymous: every program of this machine may do everything';
  if (authentication.secret === undefined) return `with a bearer token of ${authentication.issuer}, in TOKEN below`;
  const file = config === undefined ? '' : ` --config ${config}`;
  return `with a bearer token: TOKEN=$(npm run --silent snapgate -- token${file}), with --claim for what the grants ask`;
}

async function serve(flags: Flags): Promise<void> {
  const { readConfig } = await import('./config.ts');
  const { createGateway } = await import('./gateway.ts');
  const settings = readConfig(flags, 'serve');
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

/** Those of the configuration file, else the one of the environment. */
async function accountsOf({ accounts }: Config): Promise<readonly AccountSettings[]> {
  if (accounts) return accounts;
  const { readCallerIdentity } = await import('./aws/identity.ts');
  const { account, region } = await readCallerIdentity();
  return [{ id: account, regions: [region], services: [...serviceNames] }];
}

async function doctor(flags: Flags): Promise<void> {
  const [{ readConfig }, { createSources }, { examine }, { createProgressBar }, { formatFindings }] = await Promise.all(
    [
      import('./config.ts'),
      import('./fleet/sources.ts'),
      import('./doctor/checkup.ts'),
      import('./doctor/progress-bar.ts'),
      import('./doctor/table.ts'),
    ],
  );
  const settings = readConfig(flags, 'doctor');
  const sources = createSources(await accountsOf(settings));
  const bar = createProgressBar(process.stderr, sources.all.length);
  const findings = await examine(settings.aws, sources, bar.step);
  bar.clear();
  print(formatFindings(findings));
  process.exitCode = findings.every(({ problems }) => problems.length === 0) ? 0 : 1;
}

async function emulate(flags: EmulatorFlags): Promise<void> {
  const { readConfig } = await import('./config.ts');
  const emulator = await startEmulator(readConfig(flags, 'emulator'), flags);
  print(
    `emulator    ${emulator.url}   Amazon Redshift, Amazon RDS (DocumentDB, Aurora, Neptune) and AWS STS`,
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

async function startEmulator({ host, emulatorPort }: Config, { snapshots }: EmulatorFlags): Promise<Emulator> {
  const emulator = await import('./emulator/server.ts');
  const { seedOptions } = await import('./emulator/seed/seed.ts');
  const running = await emulator.startEmulator({ host, port: emulatorPort, ...seedOptions(snapshots) });
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

/** An address that can be opened on this machine, also where the gateway listens on all of its addresses. */
function addressOf(host: string, port: number): string {
  const name = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** What was started last is stopped first, as it needs the others; a second signal ends the process at once. */
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
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
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
  throw new InvalidArgumentError(`It must be more than 0 and at most ${maximumHours}.`);
}

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function fail(error: unknown): never {
  const { code, address, port, message } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  const isTaken = code === 'EADDRINUSE';
  process.stderr.write(
    `snapgate: ${isTaken ? `${address}:${port} is taken by another program. Stop it, or choose another port; --help names the flags.` : message}\n`,
  );
  process.exit(1);
}
