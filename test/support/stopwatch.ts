const interval = 5;

/** Measures how long a promise takes, in milliseconds, without the time in which a busy machine stalls this process. */
export async function timed<Value>(promise: Promise<Value>): Promise<{ value: Value; milliseconds: number }> {
  const start = performance.now();
  let last = start;
  let used = cpuMilliseconds();
  let stalled = 0;
  const tick = () => {
    const now = performance.now();
    const usedNow = cpuMilliseconds();
    stalled += Math.max(0, now - last - (usedNow - used) - 2 * interval);
    last = now;
    used = usedNow;
  };
  const timer = setInterval(tick, interval);
  try {
    const value = await promise;
    tick();
    return { value, milliseconds: last - start - stalled };
  } finally {
    clearInterval(timer);
  }
}

function cpuMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
