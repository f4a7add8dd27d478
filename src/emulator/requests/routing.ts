import type { IncomingMessage } from 'node:http';

import { Fault, missingParameter } from '../fault.ts';
import type { EmulatedService, OperationSchema } from '../service.ts';
import { faultAnswer, successAnswer, type Answer } from '../wire/answers.ts';
import { decodeJson, jsonFault, jsonSuccess } from '../wire/json-protocol.ts';
import { decodeInput, parameter, parseParameters } from '../wire/parameters.ts';
import type { Scope } from '../wire/scope.ts';

/** The operation that a request calls. */
export interface RoutedOperation {
  readonly service: EmulatedService;
  readonly schema: OperationSchema;
  /** Decodes the input; throws a Fault for a member that is missing, invalid or unknown. */
  decode(): Record<string, unknown>;
}

/** How a request's response is written: known even if the operation is not. */
export interface Writer {
  success(operation: RoutedOperation, output: object, requestId: string): Answer;
  fault(fault: Fault, requestId: string): Answer;
}

/** The parts of a request that routing uses. */
export interface Routable {
  readonly services: readonly EmulatedService[];
  readonly scope: Scope;
  /** The header X-Amz-Target of AWS JSON; undefined for AWS Query. */
  readonly target: string | undefined;
  /** The form parameters of AWS Query, or the JSON body. */
  readonly text: string;
}

/** Reads the header that names the operation of an AWS JSON request. */
export function targetOf(request: IncomingMessage): string | undefined {
  const header = request.headers['x-amz-target'];
  return typeof header === 'string' ? header : undefined;
}

/** Returns the name of the called operation; null if the request names none. Throws a Fault for malformed text. */
export function actionOf({ target, text }: Pick<Routable, 'target' | 'text'>): string | null {
  if (target !== undefined) return target.slice(target.indexOf('.') + 1);
  return parameter(parseParameters(text), 'Action') ?? null;
}

/** Returns the service that a request is signed for, or undefined. */
export function signedService({ services, scope }: Pick<Routable, 'services' | 'scope'>): EmulatedService | undefined {
  return services.find(({ name }) => name === scope.service);
}

/** Returns how the response of a request is written. */
export function writerOf(routable: Routable): Writer {
  if (routable.target !== undefined) {
    return {
      success: ({ schema }, output, id) => jsonSuccess(schema, output, id),
      fault: (fault, id) => jsonFault(inJson(fault), id),
    };
  }
  return {
    success: ({ service, schema }, output, id) => successAnswer(namespaceOf(service), schema, output, id),
    fault: (fault, id) => faultAnswer(namespaceOf(signedService(routable) ?? routable.services[0]), fault, id),
  };
}

/** The codes of the faults of every service that AWS JSON names otherwise than AWS Query; their status is 400. */
const jsonCodes: ReadonlyMap<string, string> = new Map([
  ['AccessDenied', 'AccessDeniedException'],
  ['ExpiredToken', 'ExpiredTokenException'],
  ['InvalidClientTokenId', 'UnrecognizedClientException'],
  ['Throttling', 'ThrottlingException'],
]);

function inJson(fault: Fault): Fault {
  const code = jsonCodes.get(fault.code);
  return code === undefined ? fault : new Fault(code, fault.message);
}

function namespaceOf(service: EmulatedService | undefined): string {
  return service?.protocol.kind === 'query' ? service.protocol.namespace : '';
}

/** Finds the operation that a request calls. Throws a Fault if there is none. */
export function findOperation(routable: Routable): RoutedOperation {
  return routable.target === undefined ? findQuery(routable) : findTarget(routable, routable.target);
}

function findQuery({ services, scope, text }: Routable): RoutedOperation {
  const parameters = parseParameters(text);
  const action = parameter(parameters, 'Action');
  if (!action) throw new Fault('MissingAction', 'The request is missing an action or a required parameter.');
  const queries = services.filter(({ protocol }) => protocol.kind === 'query');
  const signedFor = queries.filter(({ name }) => name === scope.service);
  const candidates = signedFor.length > 0 ? signedFor : queries;
  const service = candidates.find(({ operations }) => Object.hasOwn(operations, action));
  const schema = service?.schemas.get(action);
  const { version: known, missing = missingParameter } = service?.protocol.kind === 'query' ? service.protocol : {};
  const version = parameter(parameters, 'Version') ?? known;
  if (service && schema && version === known) {
    return { service, schema, decode: () => decodeInput(schema.input, parameters, missing) };
  }
  throw new Fault(
    'InvalidAction',
    `Could not find operation ${action} for version ${version ?? 'NO_VERSION_SPECIFIED'}`,
  );
}

function findTarget({ services, text }: Routable, target: string): RoutedOperation {
  const [prefix, action = ''] = target.split('.', 2);
  const service = services.find(({ protocol }) => protocol.kind === 'json' && protocol.targetPrefix === prefix);
  const schema = service?.schemas.get(action);
  if (service && schema && Object.hasOwn(service.operations, action)) {
    return { service, schema, decode: () => decodeJson(schema.input, text) };
  }
  throw new Fault('UnknownOperationException', `The operation ${target} is not emulated.`);
}
