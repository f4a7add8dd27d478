import { SnapgateError } from '../../errors.ts';
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

/** What the responses of AWS STS have shown about its regions; several values can share it. */
export interface RegionHealth {
  /** The region that responded last, which is called first for the next value. */
  home: string | undefined;
  readonly disabled: Set<string>;
}

/** Returns the health of regions about which nothing is known. */
export function createRegionHealth(): RegionHealth {
  return { home: undefined, disabled: new Set() };
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
      current = await ask(region);
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

  const fromAnother = async (region: string, deadline?: number): Promise<Value | undefined> => {
    const first =
      [...attempts.values()].find((attempt) => !disabled.has(attempt.region)) ?? start(health.home ?? region);
    if (first.region === region) return undefined;
    const until = deadline ?? first.startedAt + patienceSeconds * 1000;
    const left = until - performance.now();
    if (left <= 0) return undefined;
    return orAborted(Promise.race([first.outcome, arrival.promise]), AbortSignal.timeout(Math.ceil(left))).catch(() =>
      fromAnother(region, until),
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

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function isDisabled(error: unknown): boolean {
  const fault = error instanceof SnapgateError ? error.fault : (error as Error).name;
  return fault === 'RegionDisabledException';
}
