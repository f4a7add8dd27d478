/** UNCHECKED: the check could not be made, for a reason that does not affect the gateway. */
export type Status = 'OK' | 'WARNING' | 'PROBLEM' | 'UNCHECKED';

/** The result of a check. */
export interface Outcome {
  readonly status: Status;
  /** Sentences for the operator, one a line. */
  readonly message: string;
  /** What was checked, if the check has several results. */
  readonly target?: string;
}

/** One check of an installation. */
export interface Check {
  /** The kind of check. */
  readonly name: string;
  /** What it checks: a source, an account, a file or an address. */
  readonly target: string;
  run(): Promise<Outcome | readonly Outcome[]>;
}

/** The result of a check, with the check. */
export interface Finding {
  readonly name: string;
  readonly target: string;
  readonly status: Status;
  readonly message: string;
}

export function ok(message: string): Outcome {
  return { status: 'OK', message };
}

export function warning(message: string): Outcome {
  return { status: 'WARNING', message };
}

export function problem(message: string): Outcome {
  return { status: 'PROBLEM', message };
}

export function unchecked(message: string): Outcome {
  return { status: 'UNCHECKED', message };
}
