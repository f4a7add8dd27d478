import * as z from 'zod';

import type { Calls } from './calls.ts';
import { clockRange, type Clock } from '../world/clock.ts';
import { disturbanceRules, type Disturbance, type Disturbances } from './disturbances.ts';
import type { EmulatedService } from '../service.ts';
import type { Answer } from '../wire/answers.ts';
import type { WorldJson } from './world-json.ts';

/** The path prefix of the control interface, which shares the port with the AWS APIs. */
export const controlPath = '/_emulator';

/** What the control interface reads and changes. */
export interface Controls {
  readonly clock: Clock;
  readonly calls: Calls;
  readonly disturbances: Disturbances;
  readonly services: readonly EmulatedService[];
  /** Replaces the world. If the JSON is invalid, throws an Error that names the invalid member and changes nothing. */
  load(json: unknown): void;
  dump(): WorldJson;
  /** Restores the initial world. */
  reset(): void;
}

const advance = z.strictObject({ advanceSeconds: z.number().min(0).max(1e10) });

/** Responds to one request to the control interface, with JSON in both directions. */
export function controlAnswer(method: string, path: string, body: string, controls: Controls): Answer {
  const route = routes[`${method} ${path.slice(controlPath.length + 1)}`];
  if (!route) {
    const known = Object.keys(routes).map((name) => name.replace(' ', ` ${controlPath}/`));
    return jsonAnswer(404, { error: `Unknown control: ${method} ${path}. Known controls: ${known.join(', ')}` });
  }
  try {
    return jsonAnswer(200, route(controls, body));
  } catch (error) {
    return jsonAnswer(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

const routes: Readonly<Record<string, (controls: Controls, body: string) => unknown>> = {
  'GET world': (controls) => controls.dump(),
  'POST world'(controls, body) {
    controls.load(parseJson(body));
    return { now: controls.clock.now() };
  },
  'POST reset'(controls) {
    controls.reset();
    return { now: controls.clock.now() };
  },
  'GET clock': ({ clock }) => ({ now: clock.now() }),
  'POST clock'({ clock }, body) {
    const { advanceSeconds } = parse(advance, body);
    if (clock.now().getTime() + advanceSeconds * 1000 > clockRange.last) {
      throw new Error(
        'Cannot advance the clock past the year 9899: AWS has no dates after 9999. Reduce advanceSeconds',
      );
    }
    clock.advance(advanceSeconds);
    return { now: clock.now() };
  },
  'GET calls': ({ calls }) => ({ calls: calls.all() }),
  'DELETE calls': ({ calls }) => ({ calls: calls.take() }),
  'GET faults': ({ disturbances }) => ({ faults: disturbances.all() }),
  'POST faults'({ disturbances, services }, body) {
    const rules = parse(disturbanceRules, body);
    for (const [index, rule] of rules.entries()) requireAction(rule, `[${index}]`, services);
    disturbances.replace(rules);
    return { faults: disturbances.all() };
  },
  'DELETE faults'({ disturbances }) {
    disturbances.replace([]);
    return { faults: [] };
  },
};

/** Throws an Error for a rule whose action is not emulated, because that rule would never apply. */
function requireAction({ action, service }: Disturbance, path: string, services: readonly EmulatedService[]): void {
  if (action === undefined) return;
  const candidates = services.filter(({ name }) => service === undefined || name === service);
  if (candidates.some(({ operations }) => Object.hasOwn(operations, action))) return;
  const known = [...new Set(candidates.flatMap(({ operations }) => Object.keys(operations)))].toSorted();
  const place = service ? ` for ${service}` : '';
  throw new Error(`${path}.action: unknown action ${action}${place}. Known actions: ${known.join(', ')}`);
}

function parse<T>(schema: z.ZodType<T>, body: string): T {
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  throw new Error(z.prettifyError(parsed.error));
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new Error('The request body is not valid JSON', { cause });
  }
}

function jsonAnswer(status: number, content: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: `${JSON.stringify(content)}\n` };
}
