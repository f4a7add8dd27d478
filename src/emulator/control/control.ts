import { z } from 'zod';

import type { Calls } from './calls.ts';
import type { Clock } from '../clock.ts';
import { disturbanceRules, type Disturbance, type Disturbances } from './disturbances.ts';
import type { EmulatedService } from '../service.ts';
import type { Answer } from '../wire/answers.ts';
import type { WorldJson } from './world-json.ts';

/** Where the control interface is, beside the AWS APIs on the same port. */
export const controlPath = '/_emulator';

/** What the control interface may touch. */
export interface Controls {
  readonly clock: Clock;
  readonly calls: Calls;
  readonly disturbances: Disturbances;
  readonly services: readonly EmulatedService[];
  /** Replaces the world; throws an Error that names the wrong member and changes nothing then. */
  load(json: unknown): void;
  dump(): WorldJson;
  /** Puts the initial world back. */
  reset(): void;
}

const lastMoment = Date.UTC(9999, 11, 31, 23, 59, 59);

const advance = z.strictObject({ advanceSeconds: z.number().min(0).max(1e10) });

/** Answers one request to the control interface, JSON in and JSON out. */
export function controlAnswer(method: string, path: string, body: string, controls: Controls): Answer {
  const route = routes[`${method} ${path.slice(controlPath.length + 1)}`];
  if (!route) {
    const known = Object.keys(routes).map((name) => name.replace(' ', ` ${controlPath}/`));
    return jsonAnswer(404, { error: `No such control: ${method} ${path}. There are: ${known.join(', ')}` });
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
    if (clock.now().getTime() + advanceSeconds * 1000 > lastMoment) {
      throw new Error('advanceSeconds leads beyond the year 9999, which AWS has no dates for');
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

/** Refuses a rule for an action that nothing here has, as it would never strike. */
function requireAction({ action, service }: Disturbance, path: string, services: readonly EmulatedService[]): void {
  if (action === undefined) return;
  const candidates = services.filter(({ name }) => service === undefined || name === service);
  if (candidates.some(({ operations }) => Object.hasOwn(operations, action))) return;
  const known = candidates.flatMap(({ operations }) => Object.keys(operations)).toSorted();
  throw new Error(`${path}.action: there is no ${action}${service ? ` in ${service}` : ''}, but ${known.join(', ')}`);
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
    throw new Error('The body is not JSON', { cause });
  }
}

function jsonAnswer(status: number, content: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: `${JSON.stringify(content)}\n` };
}
