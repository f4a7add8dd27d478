/** How fast a source may be asked: as fast as anybody likes until AWS throttles a call, and then by what AWS has borne. */
export interface Pace {
  /** Milliseconds until a call may be sent behind so many others. */
  wait(ahead?: number): number;
  /** Counts a call that is sent now. */
  take(): void;
  /** Slows down at once, because AWS throttled a call. */
  slow(): void;
}

/** What is left of a rate that AWS throttled, and the seconds in which it comes back to where it was. */
const remainder = 0.7;
const recovery = 4;
/** Calls per second: AWS is not asked for less, nor is a first throttled call of a quiet source taken for more. */
const slowest = 0.5;
const slowestAtFirst = 5;
/** Calls per second that bind nobody. */
const fastest = 1_000;
/** Throttled calls in so many milliseconds are the answer to one rate. */
const oneAnswer = 1_000;
/** Milliseconds that a late timer may make up for. */
const lateness = 100;

/**
 * Unbounded at first. Once throttled, the rate follows a cubic curve over time, as in the SDK's adaptive mode: steep up to
 * the rate that was throttled, flat about it, and steep again beyond it, until it binds nobody any more. Unlike there,
 * a source that was throttled once is not slow for ever after each pause, and whoever waits can be put in order.
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
      const borne = Math.min(sent.perSecond(now), rate);
      // What was sent unbounded may have used up what AWS saves for such a moment.
      peak = rate > fastest ? Math.max(borne / 2, slowestAtFirst) : Math.max(borne, slowest / remainder);
      slowedAt = now;
      next = now + 1_000 / rateAt(now);
    },
  };
}

/** Counts calls, and tells how many there were in about the last second. */
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
