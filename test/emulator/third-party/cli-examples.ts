import type { TestEmulator, WorldJson } from '../../support/emulator.ts';

/** The SDK clients that send the calls of the examples. */
export interface Clients {
  readonly redshift: ReturnType<TestEmulator['redshift']>;
  readonly docdb: ReturnType<TestEmulator['docdb']>;
  readonly rds: ReturnType<TestEmulator['rds']>;
  readonly kms: ReturnType<TestEmulator['kms']>;
  readonly sts: ReturnType<TestEmulator['sts']>;
}

/** A command of the AWS CLI's reference and the same call of an SDK, with what the reference prints. */
export interface Example {
  /** The command, without `aws`; single quotes keep words together. */
  readonly command: string;
  readonly call: (clients: Clients) => Promise<object>;
  /** The part of the printed answer that does not depend on the account; undefined if nothing is printed. */
  readonly answer: object | undefined;
}

/** Examples that run one after another in one world, because some need what others made. */
export interface Examples {
  readonly title: string;
  readonly region: string;
  readonly world: WorldJson;
  readonly examples: readonly Example[];
}

/** Returns the arguments of a command. */
export function words(command: string): string[] {
  return (command.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));
}

/** Returns an answer as JSON has it: dates are strings, and what only an SDK adds is removed. */
export function asJson(answer: object): unknown {
  const text = JSON.stringify(answer, (name, value: unknown) => (name === '$metadata' ? undefined : value));
  const parsed: unknown = JSON.parse(text);
  return parsed;
}
