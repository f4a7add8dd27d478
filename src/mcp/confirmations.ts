import { createHash, randomBytes } from 'node:crypto';
import stringify from 'safe-stable-stringify';
import type { Inputs } from './inputs.ts';

/** How long a confirmation is valid, in seconds. */
export const confirmationSeconds = 300;

/** More confirmations than an agent needs at once; the oldest ones are forgotten. */
const maximumConfirmations = 100;

/** Why a change is not confirmed. */
export type Unconfirmed = 'CONFIRMATION_REQUIRED' | 'CONFIRMATION_EXPIRED' | 'CONFIRMATION_MISMATCH';

/** The dry runs that confirm changes. */
export interface Confirmations {
  /** Returns a token for one change of a tool with this input. */
  issue(tool: string, input: Inputs): string;
  /**
   * Uses up the token if it confirms the change; otherwise returns why it does not. A token with which another change was
   * requested remains valid for its own.
   */
  redeem(token: string | undefined, tool: string, input: Inputs): Unconfirmed | undefined;
}

interface Confirmation {
  readonly digest: string;
  readonly expiresAt: number;
}

/** Creates the confirmations of one session. `now` returns milliseconds. */
export function createConfirmations(now: () => number = Date.now): Confirmations {
  const confirmations = new Map<string, Confirmation>();
  return {
    issue(tool, input) {
      const token = randomBytes(24).toString('base64url');
      confirmations.set(token, { digest: digestOf(tool, input), expiresAt: now() + confirmationSeconds * 1000 });
      const [oldest] = confirmations.keys();
      if (confirmations.size > maximumConfirmations && oldest !== undefined) confirmations.delete(oldest);
      return token;
    },
    redeem(token = '', tool, input) {
      const confirmation = confirmations.get(token);
      if (confirmation === undefined) return 'CONFIRMATION_REQUIRED';
      if (confirmation.digest !== digestOf(tool, input)) return 'CONFIRMATION_MISMATCH';
      confirmations.delete(token);
      return now() < confirmation.expiresAt ? undefined : 'CONFIRMATION_EXPIRED';
    },
  };
}

/** Equal for inputs that differ only in the order of their fields. */
function digestOf(tool: string, input: Inputs): string {
  return createHash('sha256')
    .update(stringify([tool, input]) ?? '')
    .digest('base64');
}
