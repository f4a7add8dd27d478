/** An AWS error response. `code` is the wire code, which often differs from the SDK's class name. */
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

/** Returns the fault for a parameter value outside its documented set or range. */
export function invalidValue(message: string): Fault {
  return new Fault('InvalidParameterValue', message);
}

/** Returns the fault for parameters that exclude or require each other. */
export function invalidCombination(message: string): Fault {
  return new Fault('InvalidParameterCombination', message);
}

/** Returns the fault for a missing required parameter. */
export function missingParameter(name: string): Fault {
  return new Fault('MissingParameter', `The request must contain the parameter ${name}`);
}
