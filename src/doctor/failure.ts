import { describeCause } from '../errors/causes.ts';
import { SnapgateError } from '../errors.ts';

/** The most characters to show of a message from AWS or the system. */
const longestCause = 300;

/**
 * Describes an error, with the message of AWS or of the system, which the operator needs and clients of the gateway do not
 * receive.
 */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'The check failed.';
  const cause = describeCause(error);
  const message = error instanceof SnapgateError ? error.message : shown(error.message || error.name);
  return cause === undefined ? message : `${message} ${shown(cause)}`;
}

/** Stops at the first control character, so that no escape sequence reaches the terminal. */
function shown(text: string): string {
  const [first = ''] = text.split(/\p{Cc}/u);
  return first.slice(0, longestCause);
}
