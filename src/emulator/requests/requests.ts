import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { maskSensitive, type Calls, type RecordedCall } from '../control/calls.ts';
import type { Disturbance, Disturbances } from '../control/disturbances.ts';
import { Fault } from '../fault.ts';
import {
  actionOf,
  findOperation,
  signedService,
  targetOf,
  writerOf,
  type Routable,
  type RoutedOperation,
} from './routing.ts';
import type { EmulatedService } from '../service.ts';
import type { Identities } from '../sts/identities.ts';
import { requireEnabledRegion, requirePermission, type Caller } from './permission.ts';
import { watch } from './watched.ts';
import type { Answer } from '../wire/answers.ts';
import { readScope } from '../wire/scope.ts';
import type { LoadedWorld } from '../control/world-json.ts';
import { partitionOf } from '../world/world.ts';

/** What is needed to respond to AWS requests. `state` is called for each request, because the world can be replaced. */
export interface Backstage {
  readonly services: readonly EmulatedService[];
  readonly identities: Identities;
  readonly disturbances: Disturbances;
  readonly calls: Calls;
  readonly state: () => LoadedWorld;
  /** Whether an operation that does not read a member of its input fails, which is a bug of the emulator. */
  readonly failsOnUnread: boolean;
}

/** An AWS request that is routed or rejected, but not run yet. */
export interface TakenRequest {
  /** Runs the action and returns its output or its fault as a response. */
  readonly run: () => Answer;
  /** Returns a fault as a response in the format of the called service. */
  readonly refuse: (fault: Fault) => Answer;
  /** The fault rule that applies to this request. */
  readonly disturbance: Disturbance | undefined;
  /** The call's record, as known before a response is sent. */
  readonly call: Omit<RecordedCall, 'status' | 'code'>;
}

const regionOfUnsigned = 'us-east-1';

/** Routes an AWS request by its credential scope and its action. Fault rules apply even if routing fails. */
export function takeRequest(request: IncomingMessage, body: string, backstage: Backstage): TakenRequest {
  const { services, identities, disturbances, state } = backstage;
  const requestId = randomUUID();
  const at = state().world.now().toISOString();
  const routable = routableOf(request, body, services);
  const writer = writerOf(routable);
  const region = routable.scope.region ?? regionOfUnsigned;
  const identity = attempt(() => identities.identify(routable.scope, partitionOf(region)));
  const operation = attempt(() => {
    if (identity instanceof Fault) throw identity;
    // Unsigned requests have no account that could have disabled a region.
    if (routable.scope.accessKeyId !== undefined) requireEnabledRegion({ identity, region }, state().world);
    return findOperation(routable);
  });
  const target = {
    service: operation instanceof Fault ? (signedService(routable)?.name ?? null) : operation.service.name,
    action: operation instanceof Fault ? nameOf(routable) : operation.schema.name,
    account: identity instanceof Fault ? null : identity.account,
    region,
    role: identity instanceof Fault ? null : (identity.role ?? null),
  };
  const disturbance = disturbances.strike(target);
  const input = operation instanceof Fault ? operation : attempt(() => decode(operation));
  const refuse = (fault: Fault) => writer.fault(fault, requestId);
  return {
    run() {
      if (operation instanceof Fault) return refuse(operation);
      if (identity instanceof Fault) return refuse(identity);
      if (input instanceof Fault) return refuse(input);
      const output = attempt(() => {
        requirePermission(operation, input, { identity, region }, state());
        return perform(operation, input, { identity, region }, backstage);
      });
      return output instanceof Fault ? refuse(output) : writer.success(operation, output, requestId);
    },
    refuse,
    disturbance,
    call: {
      ...target,
      parameters:
        operation instanceof Fault || input instanceof Fault ? null : maskSensitive(operation.schema.input, input),
      disturbance: disturbance?.kind ?? null,
      requestId,
      at,
    },
  };
}

function routableOf(request: IncomingMessage, body: string, services: readonly EmulatedService[]): Routable {
  const query = /^[^?]*\?(.*)$/.exec(request.url ?? '')?.[1] ?? '';
  const scope = readScope(request, new URLSearchParams(query));
  const target = targetOf(request);
  // A presigned POST has its parameters in the query string, an ordinary POST in the body.
  const text = target === undefined ? [query, body].filter((part) => part !== '').join('&') : body;
  return { services, scope, target, text };
}

/** Returns the action of a request that cannot be routed; null for an unreadable one. */
function nameOf(routable: Routable): string | null {
  const action = attempt(() => actionOf(routable));
  return action instanceof Fault ? null : action;
}

/** Decodes the input. Throws a Fault for a member that the operation does not emulate: none is ignored. */
function decode({ service, schema, decode: read }: RoutedOperation): Record<string, unknown> {
  const input = read();
  const refused = (service.refused?.[schema.name] ?? []).filter((name) => input[name] !== undefined);
  if (refused.length === 0) return input;
  throw new Fault('NotImplemented', `The emulator does not emulate ${refused.join(', ')} of ${schema.name}.`);
}

function perform(
  operation: RoutedOperation,
  members: object,
  { identity, region }: Caller,
  { state, failsOnUnread }: Backstage,
): object {
  const { service, schema } = operation;
  const { world, assumptions, catchUp } = state();
  catchUp();
  const run = service.operations[schema.name];
  if (!run) throw new Error(`The service ${service.name} does not implement ${schema.name}`);
  const { input, unread } = failsOnUnread ? watch(members) : { input: members, unread: () => [] };
  // The only place where a decoded input gets its type. The cast is safe: the SDK's own schema decoded the input.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const output = run(input as never, {
    account: identity.account,
    region,
    identity,
    here: world.region(identity.account, region),
    world,
    now: world.now(),
    assumptions,
  });
  const ignored = unread();
  if (ignored.length > 0) throw new Error(`${schema.name} ignored ${ignored.join(', ')}`);
  return output;
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
