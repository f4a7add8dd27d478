import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import {
  getNullableType,
  getVariableValues,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputType,
  type OperationDefinitionNode,
  print,
  typeFromAST,
} from 'graphql';
import { kebabCased } from '../../../cookbook/question.ts';
import { UsageError } from '../../../errors/usage.ts';
import { isObject, type ResponseObject } from '../document/hidden.ts';
import { valueOf } from './values.ts';

/** A variable of an operation, and its flag. */
export interface Variable {
  readonly name: string;
  /** Such as `--time-zone`. */
  readonly flag: string;
  readonly type: GraphQLInputType;
  /** Its type and its default, such as `Int = 10`. */
  readonly description: string;
}

/** Returns the variables of an operation. Its flags are the names in kebab case. */
export function variablesOf(schema: GraphQLSchema, operation: OperationDefinitionNode): readonly Variable[] {
  return (operation.variableDefinitions ?? []).flatMap(({ variable, type, defaultValue }) => {
    const name = variable.name.value;
    const resolved = typeFromAST(schema, type);
    if (!isInputType(resolved)) return [];
    const description = `${print(type)}${defaultValue ? ` = ${print(defaultValue)}` : ''}`;
    return { name, flag: `--${kebabCased(name)}`, type: resolved, description };
  });
}

/**
 * Reads the variables that a caller has set for an operation from flags and from JSON, of which the flags take
 * precedence. Throws a UsageError that names the allowed variables.
 */
export function readVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  { flags, json }: { readonly flags: readonly string[]; readonly json: string | undefined },
): ResponseObject {
  const variables = variablesOf(schema, operation);
  const inJson = json === undefined ? {} : readJson(json);
  const unknown = Object.keys(inJson).filter((key) => !variables.some(({ name }) => name === key));
  if (unknown.length > 0)
    throw new UsageError(`The query has no variable ${unknown.join(', ')}. ${allowed(variables)}`);
  const given = { ...inJson, ...readFlags(variables, flags) };
  const result = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  if (result.errors) {
    throw new UsageError(`${result.errors.map(({ message }) => message).join('\n')}\n${allowed(variables)}`);
  }
  return given;
}

function readFlags(variables: readonly Variable[], flags: readonly string[]): ResponseObject {
  const command = new Command().helpOption(false).allowExcessArguments(false).exitOverride();
  command.configureOutput({ writeErr: () => {} });
  const options = variables.flatMap((variable) => {
    const positive = new Option(isSwitch(variable) ? `${variable.flag} [value]` : `${variable.flag} <value>`);
    positive.argParser((text, before) => [...(Array.isArray(before) ? before : []), text]);
    command.addOption(positive);
    if (isSwitch(variable)) command.addOption(new Option(variable.flag.replace('--', '--no-')));
    return { variable, key: positive.attributeName() };
  });
  try {
    command.parse(
      flags.map((flag) => inKebabCase(flag, variables)),
      { from: 'user' },
    );
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new UsageError(`${error.message.replace(/^error: /, '')}\n${allowed(variables)}`);
  }
  const parsed = command.opts<Record<string, boolean | string[]>>();
  const set = options.flatMap(({ variable: { name, flag, type }, key }) => {
    const value = command.getOptionValueSource(key) === 'default' ? undefined : parsed[key];
    if (value === undefined) return [];
    return [[name, Array.isArray(value) ? valueOf(flag, type, value) : value] as const];
  });
  return Object.fromEntries(set);
}

function isSwitch({ type }: Variable): boolean {
  return String(getNullableType(type)) === 'Boolean';
}

/** Accepts the name of a variable as it is in the document, too. */
function inKebabCase(flag: string, variables: readonly Variable[]): string {
  const [, name, rest = ''] = /^--(\w+)(=[^]*)?$/.exec(flag) ?? [];
  const variable = variables.find((each) => each.name === name);
  return variable ? variable.flag + rest : flag;
}

/** Reads variables as JSON, or from a file if the text starts with `@`. */
function readJson(text: string): ResponseObject {
  const source = text.startsWith('@') ? readFile(text.slice(1)) : text;
  try {
    const value: unknown = JSON.parse(source);
    if (isObject(value)) return value;
  } catch {
    // Reported below.
  }
  throw new UsageError('--variables must be a JSON object, such as \'{"first": 5}\', or @ and the path of a file.');
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--variables: ${path} cannot be read: ${(error as Error).message}.`);
  }
}

function allowed(variables: readonly Variable[]): string {
  if (variables.length === 0) return 'The query has no variables.';
  return `Variables: ${variables.map(({ flag, description }) => `${flag} (${description})`).join(', ')}.`;
}
