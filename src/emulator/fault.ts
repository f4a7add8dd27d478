/** An AWS error answer: `code` is the wire code, which is often not the class name of the SDKs. */
export class Fault extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'Fault';
    this.code = code;
    this.status = status;
  }
}

/** A parameter with a value outside of its documented set or range. */
export function invalidValue(message: string): Fault {
  return new Fault('InvalidParameterValue', message);
}

/** Parameters that must not be given together, or not without each other. */
export function invalidCombination(message: string): Fault {
  return new Fault('InvalidParameterCombination', message);
}

/** A mandatory parameter that did not come. */
export function missingParameter(name: string): Fault {
  return new Fault('MissingParameter', `The request must contain the parameter ${name}`);
}
