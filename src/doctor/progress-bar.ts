/** The parts of an output stream that the progress bar uses. */
export interface Screen {
  /** Whether the stream is a terminal. */
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const width = 40;

/** Draws the number of finished steps on one line of a terminal; draws nothing if the stream is not a terminal. */
export function createProgressBar(screen: Screen, total: number): { step(): void; clear(): void } {
  let done = 0;
  const draw = (text: string) => {
    if (screen.isTTY) screen.write(`\r\u001b[K${text}`);
  };
  return {
    step: () => {
      done += 1;
      const filled = Math.round((done / total) * width);
      draw(`${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done} of ${total} checks`);
    },
    clear: () => draw(''),
  };
}
