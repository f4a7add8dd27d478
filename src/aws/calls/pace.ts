/** The rate of calls to a source: increased until AWS throttles a call, then based on the rate that AWS accepted. */
export interface Pace {
  /** Returns the milliseconds until a call can be sent if `ahead` other calls are sent before it. */
  wait(ahead?: number): number;
  /** Records that a call is sent now. */
  take(): void;
  /** Slows down immediately, because AWS throttled a call. */
  slow(): void;
  /** Whether AWS has throttled a call, and the rate is still limited because of that. */
  isThrottled(): boolean;
  /** Whether calls were sent in the last second. */
  isInUse(): boolean;
  /** The calls per second that can be sent now, if AWS throttles; undefined if it does not. */
  throttledRate(): number | undefined;
}

/** How a pace starts, and how fast it recovers. */
interface PaceOptions {
  /** The calls per second at the start, of which one second's calls can be sent at once. */
  readonly start: number;
  /** The calls per second that each call adds until AWS throttles. */
  readonly growth: number;
  /** The seconds until a pace that AWS throttled is back at the throttled rate. */
  readonly recovery: number;
  /** Whether each throttled call is sent again as a call of its own, so that it does not count as accepted. */
  readonly countsAccepted: boolean;
}

/** The pace of the calls that read lists and change something: few calls, of which each is retried on its own. */
const ofLists: PaceOptions = { start: Infinity, growth: 0, recovery: 4, countsAccepted: false };
/** The pace of calls that read one record each: a page needs many. It doubles in half a second of full use. */
const ofRecords: PaceOptions = { start: 40, growth: 1.4, recovery: 3, countsAccepted: true };

/** The fraction of a throttled rate that calls continue with. */
const remainder = 0.7;
/** Calls per second: the minimum rate, and the minimum peak after the first throttled call. */
const slowest = 0.5;
const slowestAtFirst = 5;
/** Above this rate, in calls per second, there is no limit. */
const fastest = 1_000;
/** Calls throttled within this many milliseconds slow the pace down only once. */
const oneAnswer = 1_000;
/** The time, in milliseconds, that later calls can make up for: the delay of a timer, and a pause before the start. */
const lateness = 100;
const pause = 1_000;

/**
 * Creates a pace. After AWS throttles a call, the rate follows a cubic curve over time, as in the SDK's adaptive mode:
 * steep up to the throttled rate, flat around it, and steep again beyond it, until there is no limit. Unlike the
 * adaptive mode, it does not stay slow after every pause of a source that was throttled once, and it allows waiting
 * calls to be ordered.
 */
export function createPace({ start, growth, recovery, countsAccepted }: PaceOptions = ofLists): Pace {
  const sent = createMeter();
  let total = 0;
  let peak = Infinity;
  let slowedAt = -Infinity;
  let next = -Infinity;
  const rateAt = (now: number) => {
    if (peak === Infinity) return start + growth * total;
    const seconds = (now - slowedAt) / 1_000 - recovery;
    return peak * (1 + ((1 - remainder) * seconds ** 3) / recovery ** 3);
  };
  const isLimited = (rate: number) => peak !== Infinity && rate <= fastest;
  return {
    wait: (ahead = 0) => {
      const now = performance.now();
      const rate = rateAt(now);
      return rate > fastest ? 0 : Math.max(next - now + (ahead * 1_000) / rate, 0);
    },
    take: () => {
      const now = performance.now();
      sent.count(now);
      next = Math.max(next, now - (peak === Infinity ? pause : lateness)) + 1_000 / rateAt(now);
      total += 1;
    },
    slow: () => {
      const now = performance.now();
      if (countsAccepted) sent.count(now, -1);
      if (now - slowedAt < oneAnswer) return;
      const rate = rateAt(now);
      const accepted = Math.min(sent.perSecond(now), rate);
      // Calls sent without a limit may have used up AWS's burst capacity, so the sustainable rate is lower.
      const isFirst = rate > fastest || peak === Infinity;
      peak = isFirst ? Math.max(accepted / 2, slowestAtFirst) : Math.max(accepted, slowest / remainder);
      slowedAt = now;
      next = now + 1_000 / rateAt(now);
    },
    isThrottled: () => isLimited(rateAt(performance.now())),
    isInUse: () => sent.perSecond(performance.now()) > 0,
    throttledRate: () => {
      const rate = rateAt(performance.now());
      return isLimited(rate) ? rate : undefined;
    },
  };
}

/** The paces of a source: one for its lists and changes, and one for each operation that reads one record. */
export interface SourcePace extends Pace {
  /** Returns the pace of an operation that reads one record per call; undefined if it has not been added. */
  ofRecords(operation: string): Pace | undefined;
  /** Adds the pace of an operation that reads one record per call. */
  addRecords(operation: string): Pace;
}

/**
 * Creates the paces of a source. AWS does not document whether its limit is per action or per account: so a throttled
 * list or change also slows down the calls for single records, but not the reverse.
 */
export function createSourcePace(): SourcePace {
  const lists = createPace();
  const records = new Map<string, Pace>();
  return {
    ...lists,
    slow: () => {
      lists.slow();
      for (const pace of records.values()) if (pace.isInUse()) pace.slow();
    },
    ofRecords: (operation) => records.get(operation),
    addRecords: (operation) => {
      const pace = createPace(ofRecords);
      records.set(operation, pace);
      return pace;
    },
  };
}

/** Counts calls, and estimates the number of calls in the last second. */
function createMeter(): { count(now: number, amount?: number): void; perSecond(now: number): number } {
  let second = 0;
  let [before, current] = [0, 0];
  const moveTo = (now: number) => {
    const passed = Math.floor(now / 1_000) - second;
    if (passed > 0) [before, current] = [passed === 1 ? current : 0, 0];
    second += passed;
  };
  return {
    count: (now, amount = 1) => {
      moveTo(now);
      current += amount;
    },
    perSecond: (now) => {
      moveTo(now);
      return Math.max(before * (1 - ((now / 1_000) % 1)) + current, 0);
    },
  };
}
