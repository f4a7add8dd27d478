import { warn } from './output/print.ts';

/** By signal, 128 and its number, as shells report it. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** `npm run` passes on a Ctrl+C that this process gets from the terminal, too. Within this time, in milliseconds, it is one. */
const together = 500;

/** What becomes of an operation when the process is interrupted. */
export interface Interruption {
  /** From now on, the first signal does not end the process: the end of the change shows what it did. */
  changeStarts(): void;
  /** Returns the exit code if a signal arrived during the change. */
  exitCode(): number | undefined;
}

/** Ends the process on SIGINT and SIGTERM, unless a change is in progress. `clear` clears what is drawn on the terminal. */
export function onInterrupt(clear: () => void): Interruption {
  let isChange = false;
  let first: { readonly exitCode: number; readonly at: number } | undefined;
  const interrupt = (signal: keyof typeof exitCodes) => {
    clear();
    const exitCode = exitCodes[signal];
    if (!isChange) process.exit(exitCode);
    if (first === undefined) {
      first = { exitCode, at: performance.now() };
      return warn(['The change is in progress, and its result follows. Interrupt again to exit without it.']);
    }
    if (performance.now() - first.at < together) return undefined;
    warn(['The outcome of the change is unknown: AWS can have made it.']);
    return process.exit(exitCode);
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return {
    changeStarts: () => {
      isChange = true;
    },
    exitCode: () => first?.exitCode,
  };
}
