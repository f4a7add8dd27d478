import { type Command, InvalidArgumentError, Option } from 'commander';

const output = new Option(
  '--output <format>',
  'json, table or csv (default: table on a terminal, json otherwise)',
).choices(['json', 'table', 'csv']);
const limit = new Option('--limit <number>', 'the most records of each list (default: all)').argParser(parseCount);
const emulator = new Option('--emulator', 'use the sample data of a built-in emulator instead of AWS');

const exitCodes = `
Exit codes: 0 complete, 1 failed, 2 unknown or invalid arguments or options, 3 invalid configuration,
4 partial: sources, records or items of a batch are missing; the standard error says which. 130 interrupted by Ctrl+C.`;

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
    .option('--allow-changes', 'execute mutations, which cli.grants must permit, too')
    .addOption(output)
    .addOption(limit)
    .addOption(config)
    .addOption(emulator)
    .allowUnknownOption()
    .addHelpText('after', exitCodes)
    .action(async (_query, _variables, flags, { args }) => (await import('./query.ts')).query(args, flags));
}

function parseCount(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It must be a whole number greater than 0.');
}
