import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What a measured process reports about itself. */
export interface Usage {
  /** The CPU time since its start, of all its threads, in microseconds. */
  readonly cpu: number;
  /** The longest delay of its event loop since the last report, in milliseconds, if `watch` was requested. */
  readonly delay: number;
}

// Preloaded into every measured process; it answers the messages `usage` and `watch` of its parent.
const delay = monitorEventLoopDelay({ resolution: 1 });
process.on('message', (message) => {
  if (message === 'watch') delay.enable();
  const { user, system } = process.cpuUsage();
  const usage: Usage = { cpu: user + system, delay: delay.max / 1e6 };
  delay.reset();
  process.send?.({ usage });
});
