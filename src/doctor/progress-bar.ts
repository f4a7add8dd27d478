/** As much of a terminal's stream as is drawn on. */
export interface Screen {
  /** True for a terminal. */
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const width = 40;

/** Draws how many of a number of steps are done, over itself; nothing where there is no terminal. */
export function createProgressBar(screen: Screen, total: number): { step(): void; clear(): void } {
  let done = 0;
  const draw = (text: string) => {
    if (screen.isTTY) screen.write(`\r\u001b[K${text}`);
  };
  return {
    step: () => {
      done += 1;
      const filled = Math.round((done / total) * width);
      draw(`${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done} of ${total} sources`);
    },
    clear: () => draw(''),
  };
}
