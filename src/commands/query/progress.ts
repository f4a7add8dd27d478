import type { AwsObserver } from '../../aws/observer.ts';

/** The parts of an error output that the progress uses. */
interface Screen {
  /** Whether the stream is a terminal. */
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** The time between two drawings, in milliseconds: a fast result is printed without any. */
const interval = 200;

/** The progress of an operation on a terminal. */
export interface Progress {
  /** Counts the AWS calls. */
  readonly observer: AwsObserver;
  /** Ends the progress, and clears it. */
  end(): void;
}

/** Draws the number of AWS calls and the time on one line of a terminal; draws nothing if the stream is not a terminal. */
export function startProgress(screen: Screen): Progress {
  const start = performance.now();
  const sources = new Set<string>();
  let [running, done, isDrawn] = [0, 0, false];
  const draw = () => {
    isDrawn = true;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const from = sources.size > 1 ? ` to ${sources.size} sources` : '';
    screen.write(`\r\u001b[K${done} AWS calls${from}, ${running} running, ${seconds} s`);
  };
  const timer = screen.isTTY ? setInterval(draw, interval) : undefined;
  timer?.unref();
  return {
    observer: {
      call: async ({ account, region, service }, make) => {
        if (service !== 'sts' && service !== 'kms') sources.add(`${account} ${region} ${service}`);
        running += 1;
        try {
          return await make();
        } finally {
          running -= 1;
          done += 1;
        }
      },
    },
    end: () => {
      clearInterval(timer);
      if (isDrawn) screen.write('\r\u001b[K');
      isDrawn = false;
    },
  };
}
