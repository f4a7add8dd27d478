import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late the event loop was in the last second, in milliseconds. */
export interface EventLoopDelay {
  readonly meanMilliseconds: number;
  readonly p99Milliseconds: number;
  readonly maximumMilliseconds: number;
}

/** Watches the delay of the event loop. */
export interface EventLoop {
  /** Whether the event loop has been late repeatedly, and not only once. */
  isLate(): boolean;
  delay(): EventLoopDelay;
  stop(): void;
}

const resolution = 10;
const period = 1000;
/** A pause for garbage collection is in one period, or at the border of two. */
const periodsUntilLate = 3;

/** Starts to watch the event loop, which is late if its delay exceeds the limit in each of three successive seconds. */
export function watchEventLoop(limitMilliseconds: number): EventLoop {
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  let latePeriods = 0;
  let last: EventLoopDelay = { meanMilliseconds: 0, p99Milliseconds: 0, maximumMilliseconds: 0 };
  let expected = performance.now() + period;
  const timer = setInterval(() => {
    const now = performance.now();
    // The histogram has no value for a delay during which it was reset.
    const own = Math.max(0, now - expected);
    expected = now + period;
    last = {
      meanMilliseconds: delayOf(histogram.count > 0 ? histogram.mean : 0),
      p99Milliseconds: delayOf(histogram.percentile(99)),
      maximumMilliseconds: Math.max(own, delayOf(histogram.max)),
    };
    histogram.reset();
    latePeriods = last.maximumMilliseconds > limitMilliseconds ? latePeriods + 1 : 0;
  }, period).unref();
  return {
    isLate: () => latePeriods >= periodsUntilLate,
    delay: () => last,
    stop: () => {
      clearInterval(timer);
      histogram.disable();
    },
  };
}

/** The histogram measures the time between two ticks, in nanoseconds. */
function delayOf(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - resolution);
}
