import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { maskSensitive, type Calls, type RecordedCall } from './control/calls.ts';
import type { Disturbance, Disturbances } from './control/disturbances.ts';
import { Fault } from './fault.ts';
import type { EmulatedService, OperationSchema } from './service.ts';
import type { Identities, Identity } from './sts/identities.ts';
import { faultAnswer, successAnswer, type Answer } from './wire/answers.ts';
import { decodeInput, parameter, parseParameters, type ParameterTree } from './wire/parameters.ts';
import { readScope, type Scope } from './wire/scope.ts';
import type { LoadedWorld } from './control/world-json.ts';
import { partitionOf } from './world.ts';

/** What is needed to respond to AWS requests. `state` is called for each request, because the world can be replaced. */
export interface Backstage {
  readonly services: readonly EmulatedService[];
  readonly identities: Identities;
  readonly disturbances: Disturbances;
  readonly calls: Calls;
  readonly state: () => LoadedWorld;
}

/** An AWS request that is routed or rejected, but not run yet. */
export interface TakenRequest {
  /** Runs the action and returns its output or its fault as a response. */
  readonly run: () => Answer;
  /** Returns a fault as a response in the XML namespace of the called service. */
  readonly refuse: (fault: Fault) => Answer;
  /** The fault rule that applies to this request. */
  readonly disturbance: Disturbance | undefined;
  /** The call's record, as known before a response is sent. */
  readonly call: Omit<RecordedCall, 'status' | 'code'>;
}

interface Routed {
  readonly identity: Identity;
  readonly region: string;
  readonly service: EmulatedService;
  readonly schema: OperationSchema;
  readonly parameters: ParameterTree;
}

const regionOfUnsigned = 'us-east-1';

/** Routes an AWS Query request by its credential scope and Action. Fault rules apply even if routing fails. */
export function takeRequest(request: IncomingMessage, body: string, backstage: Backstage): TakenRequest {
  const { services, disturbances, state } = backstage;
  const requestId = randomUUID();
  const at = state().world.now().toISOString();
  const query = /\?(.*)$/.exec(request.url ?? '')?.[1] ?? '';
  const scope = readScope(request, new URLSearchParams(query));
  // A presigned POST has its parameters in the query string, an ordinary POST in the body.
  const text = [query, body].filter((part) => part !== '').join('&');
  const routed = attempt(() => route(scope, text, backstage));
  if (routed instanceof Fault) {
    const signedFor = services.find(({ name }) => name === scope.service);
    const refuse = (fault: Fault) => faultAnswer((signedFor ?? services[0])?.namespace ?? '', fault, requestId);
    const target = { service: signedFor?.name ?? null, ...whatIsKnown(scope, text, backstage) };
    const disturbance = disturbances.strike(target);
    return {
      run: () => refuse(routed),
      refuse,
      disturbance,
      call: { ...target, parameters: null, disturbance: disturbance?.kind ?? null, requestId, at },
    };
  }
  const { service, schema, identity, region } = routed;
  const target = { service: service.name, action: schema.name, account: identity.account, region };
  const disturbance = disturbances.strike(target);
  const input = attempt(() => decodeInput(schema.input, routed.parameters));
  const refuse = (fault: Fault) => faultAnswer(service.namespace, fault, requestId);
  return {
    run() {
      const output = input instanceof Fault ? input : attempt(() => perform(routed, input, state()));
      return output instanceof Fault ? refuse(output) : successAnswer(service, schema, output, requestId);
    },
    refuse,
    disturbance,
    call: {
      ...target,
      parameters: input instanceof Fault ? null : maskSensitive(schema.input, input),
      disturbance: disturbance?.kind ?? null,
      requestId,
      at,
    },
  };
}

/** Returns the action, account and region of a request that cannot be routed; null for an unknown action or account. */
function whatIsKnown(scope: Scope, text: string, { identities }: Backstage) {
  const region = scope.region ?? regionOfUnsigned;
  const identity = attempt(() => identities.identify(scope, partitionOf(region)));
  const parameters = attempt(() => parseParameters(text));
  return {
    action: parameters instanceof Fault ? null : (parameter(parameters, 'Action') ?? null),
    account: identity instanceof Fault ? null : identity.account,
    region,
  };
}

function route(scope: Scope, text: string, { services, identities }: Backstage): Routed {
  const region = scope.region ?? regionOfUnsigned;
  const identity = identities.identify(scope, partitionOf(region));
  const parameters = parseParameters(text);
  const action = parameter(parameters, 'Action');
  if (!action) throw new Fault('MissingAction', 'The request is missing an action or a required parameter.');
  const signedFor = services.filter(({ name }) => name === scope.service);
  const candidates = signedFor.length > 0 ? signedFor : services;
  const service = candidates.find(({ operations }) => Object.hasOwn(operations, action));
  const schema = service?.schemas.get(action);
  const version = parameter(parameters, 'Version') ?? service?.version;
  if (service && schema && version === service.version) return { identity, region, service, schema, parameters };
  throw new Fault(
    'InvalidAction',
    `Could not find operation ${action} for version ${version ?? 'NO_VERSION_SPECIFIED'}`,
  );
}

function perform({ service, schema, identity, region }: Routed, input: object, state: LoadedWorld): object {
  const { world, assumptions } = state;
  const operation = service.operations[schema.name];
  if (!operation) throw new Error(`The service ${service.name} does not implement ${schema.name}`);
  // The only place where a decoded input gets its type. The cast is safe: the SDK's own schema decoded the input.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return operation(input as never, {
    account: identity.account,
    region,
    identity,
    here: world.region(identity.account, region),
    world,
    now: world.now(),
    assumptions,
  });
}

/** Returns the result or the fault. Any other error is a bug of the emulator and becomes an InternalFailure. */
function attempt<T>(action: () => T): T | Fault {
  try {
    return action();
  } catch (error) {
    if (error instanceof Fault) return error;
    return new Fault('InternalFailure', error instanceof Error ? (error.stack ?? error.message) : String(error), 500);
  }
}
