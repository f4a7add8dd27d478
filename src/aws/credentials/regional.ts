import { SnapgateError, UpstreamError } from '../../errors.ts';
import { orAborted } from '../calls/abort.ts';

/**
 * A value that AWS STS returns in every region, such as the keys of a role. All regions share one value, so that usually
 * one call is enough, but no region depends on another.
 */
export interface Regional<Value> {
  /** Returns the last value; undefined if there is none, or if AWS STS is disabled in this region. */
  known(region: string): Value | undefined;
  /**
   * Requests a new value, and joins a request in progress. If the request in another region fails, or has no response
   * after the patience, AWS STS in this region is called too, and the first value counts. Rejects with the error of this
   * region only. Without a success of its own, a region in which AWS STS is disabled does not get the value of another.
   */
  renew(region: string): Promise<Value>;
}

/** Which regions of AWS STS responded within the patience when they were last called; all accounts share it. */
export interface Responsiveness {
  /** In the order of the responses. */
  readonly prompt: Set<string>;
  readonly slow: Set<string>;
}

/** Returns the responsiveness of regions that have not been called. */
export function createResponsiveness(): Responsiveness {
  return { prompt: new Set(), slow: new Set() };
}

/** What the responses of AWS STS have shown about its regions, for one account; several values can share it. */
export interface RegionHealth extends Responsiveness {
  /** The region that responded last, which is called first for the next value. */
  home: string | undefined;
  readonly disabled: Set<string>;
  /** The regions that can be called in place of a slow one. */
  readonly regions: ReadonlySet<string>;
}

/** Returns the health of regions about which only the responsiveness is known. */
export function createRegionHealth(
  regions: ReadonlySet<string> = new Set(),
  responsiveness = createResponsiveness(),
): RegionHealth {
  return { ...responsiveness, home: undefined, disabled: new Set(), regions };
}

/** A request in progress. */
interface Attempt<Value> {
  readonly region: string;
  /** In milliseconds of `performance.now()`. */
  readonly startedAt: number;
  readonly outcome: Promise<Value>;
}

/** Creates the value, which `ask` requests from AWS STS in a region, without requesting it. */
export function createRegional<Value extends object>(
  ask: (region: string) => Promise<Value>,
  patienceSeconds: number,
  health: RegionHealth,
): Regional<Value> {
  const { disabled } = health;
  const attempts = new Map<string, Attempt<Value>>();
  let current: Value | undefined;
  /** Resolves with the next value of any region. */
  let arrival = Promise.withResolvers<Value>();

  const request = async (region: string): Promise<Value> => {
    try {
      current = await rated(health, region, patienceSeconds, ask);
      health.home = region;
      disabled.delete(region);
      arrival.resolve(current);
      arrival = Promise.withResolvers();
      return current;
    } catch (error) {
      if (health.home === region) health.home = undefined;
      if (isDisabled(error)) disabled.add(region);
      throw error;
    } finally {
      attempts.delete(region);
      // Nothing waits for a promise that no request would resolve, so that it does not collect reactions.
      if (attempts.size === 0) arrival = Promise.withResolvers();
    }
  };

  const start = (region: string): Attempt<Value> => {
    const underway = attempts.get(region);
    if (underway) return underway;
    const attempt = { region, startedAt: performance.now(), outcome: request(region) };
    attempt.outcome.catch(() => {});
    attempts.set(region, attempt);
    return attempt;
  };

  const fromAnother = async (
    region: string,
    deadline?: number,
    failed: readonly string[] = [],
  ): Promise<Value | undefined> => {
    const first =
      [...attempts.values()].find((attempt) => !disabled.has(attempt.region)) ??
      start(preferred(health, region, failed));
    if (first.region === region) return undefined;
    const until = deadline ?? first.startedAt + patienceSeconds * 1000;
    const left = until - performance.now();
    if (left <= 0) return undefined;
    return orAborted(Promise.race([first.outcome, arrival.promise]), AbortSignal.timeout(Math.ceil(left))).catch(() =>
      fromAnother(region, until, [...failed, first.region]),
    );
  };

  return {
    known: (region) => (disabled.has(region) ? undefined : current),
    renew: async (region) => {
      if (disabled.has(region)) return start(region).outcome;
      const value = await fromAnother(region);
      return value ?? Promise.race([start(region).outcome, arrival.promise]);
    },
  };
}

/** Makes a request, and rates its region: as slow when it has no response after the patience, or fails. */
async function rated<Value>(
  health: Responsiveness,
  region: string,
  patienceSeconds: number,
  ask: (region: string) => Promise<Value>,
): Promise<Value> {
  let isPrompt = true;
  const timer = setTimeout(() => {
    isPrompt = false;
    rate(health, region, isPrompt);
  }, patienceSeconds * 1000);
  try {
    const value = await ask(region);
    rate(health, region, isPrompt);
    return value;
  } catch (error) {
    // A refusal is a response, and concerns the account.
    if (error instanceof UpstreamError) rate(health, region, false);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function rate({ prompt, slow }: Responsiveness, region: string, isPrompt: boolean): void {
  for (const each of [prompt, slow]) each.delete(region);
  (isPrompt ? prompt : slow).add(region);
}

/** Returns the region to call first for a region: a prompt one, if that of the last response or its own is slow. */
function preferred(health: RegionHealth, region: string, failed: readonly string[]): string {
  const { home = region, prompt, slow, regions, disabled } = health;
  if (!slow.has(home)) return home;
  const others = [...prompt].filter((each) => regions.has(each) && !disabled.has(each) && !failed.includes(each));
  return others.at(-1) ?? region;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function isDisabled(error: unknown): boolean {
  const fault = error instanceof SnapgateError ? error.fault : (error as Error).name;
  return fault === 'RegionDisabledException';
}
