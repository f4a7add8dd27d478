/** The rate of calls to a source: unlimited until AWS throttles a call, then based on the rate that AWS accepted. */
export interface Pace {
  /** Returns the milliseconds until a call can be sent if `ahead` other calls are sent before it. */
  wait(ahead?: number): number;
  /** Records that a call is sent now. */
  take(): void;
  /** Slows down immediately, because AWS throttled a call. */
  slow(): void;
}

/** The fraction of a throttled rate that calls continue with, and the seconds until they are back at that rate. */
const remainder = 0.7;
const recovery = 4;
/** Calls per second: the minimum rate, and the minimum peak after the first throttled call. */
const slowest = 0.5;
const slowestAtFirst = 5;
/** Above this rate, in calls per second, there is no limit. */
const fastest = 1_000;
/** Calls throttled within this many milliseconds slow the pace down only once. */
const oneAnswer = 1_000;
/** The delay of a timer, in milliseconds, that later calls can make up for. */
const lateness = 100;

/**
 * Creates a pace without a limit. After AWS throttles a call, the rate follows a cubic curve over time, as in the SDK's
 * adaptive mode: steep up to the throttled rate, flat around it, and steep again beyond it, until there is no limit.
 * Unlike the adaptive mode, it does not stay slow after every pause of a source that was throttled once, and it allows
 * waiting calls to be ordered.
 */
export function createPace(): Pace {
  const sent = createMeter();
  let peak = Infinity;
  let slowedAt = -Infinity;
  let next = -Infinity;
  const rateAt = (now: number) => {
    if (peak === Infinity) return Infinity;
    const seconds = (now - slowedAt) / 1_000 - recovery;
    return peak * (1 + ((1 - remainder) * seconds ** 3) / recovery ** 3);
  };
  return {
    wait: (ahead = 0) => {
      const now = performance.now();
      const rate = rateAt(now);
      return rate > fastest ? 0 : Math.max(next - now + (ahead * 1_000) / rate, 0);
    },
    take: () => {
      const now = performance.now();
      sent.count(now);
      next = Math.max(next, now - lateness) + 1_000 / rateAt(now);
    },
    slow: () => {
      const now = performance.now();
      if (now - slowedAt < oneAnswer) return;
      const rate = rateAt(now);
      const accepted = Math.min(sent.perSecond(now), rate);
      // Calls sent without a limit may have used up AWS's burst capacity, so the sustainable rate is lower.
      peak = rate > fastest ? Math.max(accepted / 2, slowestAtFirst) : Math.max(accepted, slowest / remainder);
      slowedAt = now;
      next = now + 1_000 / rateAt(now);
    },
  };
}

/** Counts calls, and estimates the number of calls in the last second. */
function createMeter(): { count(now: number): void; perSecond(now: number): number } {
  let second = 0;
  let [before, current] = [0, 0];
  const moveTo = (now: number) => {
    const passed = Math.floor(now / 1_000) - second;
    if (passed > 0) [before, current] = [passed === 1 ? current : 0, 0];
    second += passed;
  };
  return {
    count: (now) => {
      moveTo(now);
      current += 1;
    },
    perSecond: (now) => {
      moveTo(now);
      return before * (1 - ((now / 1_000) % 1)) + current;
    },
  };
}
