#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import { addQueryCommands } from './commands/query/commands.ts';
import { readVersion } from './commands/version.ts';
import { ConfigurationError } from './errors.ts';
import { UsageError } from './errors/usage.ts';
import { serviceTitles } from './snapshots/service.ts';

/** The first version whose agents support proxies. */
const requiredNode = '24.5';
const maximumSnapshots = 100_000;
const maximumHours = 24 * 366;

/** The exit codes of all commands; 1 also means that `doctor` found a problem. */
const exitCodes = { failed: 1, usage: 2, configuration: 3 };

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
  .showHelpAfterError('Run the command with --help to see the allowed arguments and options.')
  .addHelpText(
    'after',
    '\nExit codes: 0 success, 1 failure, 2 unknown or invalid arguments or options, 3 invalid configuration;\nquery, snapshots and clusters: 4 partial result, 130 interrupted by Ctrl+C.',
  )
  // Inherited by every command. Help and the version are a success.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exitCodes.usage));

program
  .command('dev')
  .description('start the gateway with the built-in AWS emulator, for development')
  .addOption(port)
  .addOption(host)
  .addOption(emulatorPort)
  .addOption(emulatorHost)
  .addOption(snapshots)
  .addOption(config)
  .action(async (flags) => (await import('./commands/dev.ts')).dev(flags));
program
  .command('serve')
  .description('start the gateway against AWS')
  .addOption(port)
  .addOption(host)
  .addOption(config)
  .option('--allow-anonymous', 'accept requests without authentication; requires a loopback address as host')
  .action(async (flags) => (await import('./commands/serve.ts')).serve(flags));
program
  .command('emulator')
  .description('start only the AWS emulator')
  .addOption(host)
  .addOption(emulatorPort)
  .addOption(emulatorHost)
  .addOption(snapshots)
  .action(async (flags) => (await import('./commands/emulator.ts')).emulate(flags));
program
  .command('doctor')
  .description(
    'check the configuration, the issuer, Redis, the proxy and the clock, and the credentials and permissions of every source',
  )
  .addOption(config)
  .option('--json', 'print the result as JSON')
  .addHelpText(
    'after',
    '\nExit codes: 0 no problem (warnings are possible), 1 a problem, 2 unknown or invalid arguments or options,\n3 invalid configuration.',
  )
  .action(async (flags) => (await import('./commands/doctor.ts')).doctor(flags));
program
  .command('health')
  .description(
    'check that the gateway with the same settings responds on this machine; exits with status 1 if it does not',
  )
  .option('--port <number>', 'port of the gateway (default: 4000, env: PORT)')
  .option('--host <address>', 'address that the gateway listens on (default: 127.0.0.1, env: HOST)')
  .addOption(config)
  .action(async (flags) => (await import('./commands/health.ts')).checkHealth(flags));
program
  .command('token')
  .description('print a bearer token for development, signed with authentication.secret of the configuration file')
  .addOption(config)
  .option('--subject <name>', 'subject of the token (claim sub)', 'developer')
  .option('--claim <name=value...>', 'additional claims, which grants can require, such as groups=operators')
  .addOption(new Option('--hours <number>', 'validity of the token, in hours').default(8).argParser(parseHours))
  .action(async (flags) => (await import('./commands/token.ts')).printToken(flags));
program
  .command('mcp')
  .description('serve the questions of the documentation as tools for agents (Model Context Protocol over stdio)')
  .addOption(config)
  .option('--emulator', 'use an emulator with sample data, which ends with the process, instead of AWS')
  .option('--allow-changes', 'also offer tools that change AWS, each after a dry run with the same input')
  .action(async (flags) => (await import('./commands/mcp.ts')).serveMcp(flags));
program
  .command('schema')
  .description('print the GraphQL schema, or the JSON Schema of the configuration file')
  .option('--config', 'print the JSON Schema of the configuration file instead')
  .action(async (flags) => (await import('./commands/schema.ts')).printSchema(flags));

program
  .command('config')
  .description('check the configuration file')
  .command('check')
  .description('check the configuration file, without AWS and the network')
  .addOption(config)
  .option('--json', 'print the result as JSON')
  .addHelpText(
    'after',
    '\nExit codes: 0 no problem (warnings are possible), 2 unknown or invalid arguments or options, 3 a problem.',
  )
  .action(async (flags) => (await import('./commands/config-check.ts')).checkConfiguration(flags));
addQueryCommands(program, config);

const { node } = process.versions;
if (node.localeCompare(requiredNode, 'en', { numeric: true }) < 0) {
  const message = `snapgate requires Node.js ${requiredNode} or later, but this is Node.js ${node}. Install a later version.`;
  fail(new Error(message));
}
await program.parseAsync().catch(fail);

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

function fail(error: unknown): never {
  const { code, address, port, message } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  const isTaken = code === 'EADDRINUSE';
  process.stderr.write(
    `snapgate: ${isTaken ? `Cannot listen on ${address}:${port}: another program uses this port. Stop that program, or choose another port; --help lists the flags.` : message}\n`,
  );
  if (error instanceof UsageError) process.exit(exitCodes.usage);
  process.exit(error instanceof ConfigurationError ? exitCodes.configuration : exitCodes.failed);
}
