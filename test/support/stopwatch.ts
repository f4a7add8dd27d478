const beat = 5;

/**
 * How long a promise took, in milliseconds, less the time for which this process got no turn: what a busy machine
 * takes away is not waiting.
 */
export async function timed<Value>(promise: Promise<Value>): Promise<{ value: Value; milliseconds: number }> {
  const start = performance.now();
  let last = start;
  let stolen = 0;
  const tick = () => {
    const now = performance.now();
    stolen += Math.max(0, now - last - 2 * beat);
    last = now;
  };
  const metronome = setInterval(tick, beat);
  try {
    const value = await promise;
    tick();
    return { value, milliseconds: last - start - stolen };
  } finally {
    clearInterval(metronome);
  }
}
