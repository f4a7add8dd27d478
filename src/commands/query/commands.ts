import { type Command, InvalidArgumentError, Option } from 'commander';

const output = new Option(
  '--output <format>',
  'json, table or csv (default: table on a terminal, json otherwise)',
).choices(['json', 'table', 'csv']);
const limit = new Option('--limit <number>', 'the maximum number of records of each list (default: all)').argParser(
  parseCount,
);
const emulator = new Option('--emulator', 'use the sample data of a built-in emulator instead of AWS');

const exitCodes = `
Exit codes: 0 complete, 1 failed, 2 unknown or invalid arguments or options, 3 invalid configuration,
4 partial: sources, records or items of a batch are missing; the standard error says which. 130 interrupted by Ctrl+C, 143 by SIGTERM: a change in progress is finished before.`;

/** Adds the commands that execute operations in their own process. */
export function addQueryCommands(program: Command, config: Option): void {
  program
    .command('query')
    .description('execute a query, or a question of the documentation by its name')
    .argument('[query]', 'a text, a file (.graphql), the name of a question, or - for the standard input')
    .argument(
      '[variables...]',
      'the variables of the query as flags after it, such as --first 5 --regions us-east-1,eu-west-1',
    )
    .addOption(new Option('--list', 'print the questions with their variables'))
    .option('--operation <name>', 'the operation to execute, if the document has several')
    .option('--variables <json>', 'variables as a JSON object, or @ and the path of a file')
    .option('--allow-changes', 'also execute mutations, which cli.grants must permit')
    .addOption(output)
    .addOption(limit)
    .addOption(config)
    .addOption(emulator)
    .allowUnknownOption()
    .addHelpText('after', exitCodes)
    .action(async (_query, _variables, flags, { args }) => (await import('./query.ts')).query(args, flags));
  addSnapshots(program, config);
  addClusters(program, config);
}

/** Options of the commands for the most common questions. */
function addShortcut(program: Command, config: Option, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .addOption(listOption('--account <id>', 'only in these accounts'))
    .addOption(listOption('--region <name>', 'only in these regions'))
    .addOption(listOption('--service <name>', 'only of these services: redshift, documentdb'))
    .addOption(listOption('--cluster <identifier>', 'only of these clusters'))
    .addOption(new Option('--count', 'print only the number'))
    .addOption(listOption('--columns <names>', 'the columns, separated by commas; a wrong name prints all names'))
    .addOption(new Option('--print-query', 'print the GraphQL query instead of executing it'))
    .addOption(output)
    .addOption(limit)
    .addOption(config)
    .addOption(emulator)
    .addHelpText(
      'after',
      `\nAges are in hours, days, weeks or years: 12h, 90d, 6w, 1y. Repeat an option, or use commas, for several values.\n${exitCodes}`,
    );
}

function addSnapshots(program: Command, config: Option): void {
  addShortcut(program, config, 'snapshots', 'list, count or summarize snapshots of all sources')
    .option('--orphaned', 'only snapshots whose cluster no longer exists')
    .option('--older-than <age>', 'only snapshots that are at least this old')
    .option('--younger-than <age>', 'only snapshots that are at most this old')
    .option('--exposure <kind>', 'only snapshots that are public, external, shared or private')
    .addOption(listOption('--shared-with <account>', 'only snapshots that one of these accounts can restore'))
    .addOption(listOption('--type <type>', 'only these types: manual, automated, shared, public'))
    .addOption(listOption('--status <status>', 'only these statuses, such as available, creating or failed'))
    .addOption(listOption('--owner <account>', 'only snapshots that these accounts own'))
    .option('--untagged', 'only snapshots without tags')
    .addOption(new Option('--tag <key=value>', 'only snapshots with this tag; repeatable').argParser(collect))
    .option('--encrypted', 'only encrypted snapshots')
    .option('--no-encrypted', 'only snapshots that are not encrypted')
    .addOption(listOption('--key <key>', 'only snapshots encrypted with these KMS keys: id, ARN or alias'))
    .option('--kept-forever', 'only manual snapshots that AWS never deletes')
    .option('--expiring-within <age>', 'only manual snapshots that AWS deletes within this time')
    .option('--search <text>', 'only snapshots whose identifier contains this text')
    .option(
      '--order-by <field:direction>',
      'created-at, identifier, cluster or size, with asc or desc, or none; with --summary: count, total-megabytes, newest-at or oldest-at (default: created-at:desc or count:desc)',
    )
    .addOption(
      listOption(
        '--summary <dimensions>',
        'summarize by account, region, service, cluster, type, status, encrypted or kms-key',
      ).conflicts(['count', 'columns']),
    )
    .action(async (flags) => (await import('./shortcuts/snapshots.ts')).snapshots(flags));
}

function addClusters(program: Command, config: Option): void {
  addShortcut(program, config, 'clusters', 'list or count clusters of all sources, with their latest snapshots')
    .option('--without-snapshot-for <age>', 'only clusters without an available snapshot for this time')
    .option('--gaps <age>', 'only clusters with a day without a snapshot in these days before today')
    .option('--time-zone <name>', 'the time zone of the days of --gaps (default: UTC)')
    .option(
      '--order-by <field:direction>',
      'created-at, identifier or latest-snapshot-at, with asc or desc (default: none)',
    )
    .action(async (flags) => (await import('./shortcuts/clusters.ts')).clusters(flags));
}

function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect);
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function parseCount(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It must be a whole number greater than 0.');
}
