import type { TestEmulator } from './emulator.ts';

/** The states that a wait of Terraform's AWS provider passes, and the state that ends it: null if the object is gone. */
interface Wait {
  readonly pending: readonly string[];
  readonly target: string | null;
  /** How long the provider waits, in minutes. */
  readonly minutes?: number;
}

const secondsBetweenReads = 10;

/**
 * Waits as Terraform's AWS provider does: reads the state every 10 seconds of emulated time, and fails on a state that
 * the provider does not expect and at the provider's timeout. `read` returns null if the object does not exist.
 */
export async function waitForState(
  emulator: TestEmulator,
  read: () => Promise<string | null>,
  { pending, target, minutes = 10 }: Wait,
): Promise<void> {
  for (let seconds = 0; seconds <= minutes * 60; seconds += secondsBetweenReads) {
    // oxlint-disable-next-line no-await-in-loop -- each read follows the wait before it
    const state = await read();
    if (state === target) return;
    if (state === null || !pending.includes(state)) {
      throw new Error(`unexpected state ${state ?? 'not found'}, wanted ${target ?? 'not found'}`);
    }
    // oxlint-disable-next-line no-await-in-loop
    await emulator.control('POST', 'clock', { advanceSeconds: secondsBetweenReads });
  }
  throw new Error(`timeout while waiting for ${target ?? 'the deletion'}`);
}

/** Returns what `call` returns, or null if it fails with one of the error classes that the provider tolerates. */
export async function unlessRefused<T>(call: Promise<T>, ...tolerated: readonly string[]): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && tolerated.includes(error.name)) return null;
    throw error;
  }
}

/** Returns the only element; null for none. Throws if there is more than one, as the provider does. */
export function onlyOne<T>(found: readonly T[] | undefined): T | null {
  if (found && found.length > 1) throw new Error(`${found.length} results instead of one`);
  return found?.[0] ?? null;
}
