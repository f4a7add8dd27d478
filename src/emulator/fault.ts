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

/** Returns the text with which AWS STS and AWS KMS refuse an input without a required member. */
export function nullMember(name: string): string {
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  return `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`;
}

/** Returns the fault for a missing required parameter. */
export function missingParameter(name: string): Fault {
  return new Fault('MissingParameter', `The request must contain the parameter ${name}`);
}
