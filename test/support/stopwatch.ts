const beat = 5;

/** How long a promise took, in milliseconds, without the time for which a busy machine kept this process off the CPU. */
export async function timed<Value>(promise: Promise<Value>): Promise<{ value: Value; milliseconds: number }> {
  const start = performance.now();
  let last = start;
  let used = cpuMilliseconds();
  let stalled = 0;
  const tick = () => {
    const now = performance.now();
    const usedNow = cpuMilliseconds();
    stalled += Math.max(0, now - last - (usedNow - used) - 2 * beat);
    last = now;
    used = usedNow;
  };
  const metronome = setInterval(tick, beat);
  try {
    const value = await promise;
    tick();
    return { value, milliseconds: last - start - stalled };
  } finally {
    clearInterval(metronome);
  }
}

function cpuMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
