/** The result of a mutation, with the fields of the expected errors that this code selects. */
export interface MutationResult {
  readonly code?: string;
  readonly message?: string;
  /** `... on InvalidInputError { field }` */
  readonly field?: readonly string[];
  /** `... on ThrottledError { retryAfterSeconds }`, and likewise for the other errors that have it. */
  readonly retryAfterSeconds?: number | null;
}

/** Returns what to show if a mutation was not made; undefined if it was. New versions can return other codes. */
export function failureOf(result: MutationResult): string | undefined {
  const { code, message, field, retryAfterSeconds } = result;
  if (code === undefined) return undefined;
  switch (code) {
    case 'INVALID_INPUT':
      return field ? `${field.join('.')}: ${message}` : message;
    case 'OUTCOME_UNKNOWN':
      return `The change may have happened. Read the list again before you repeat it. ${message}`;
    default:
      return retryAfterSeconds == null ? message : `${message} Try again in ${retryAfterSeconds} seconds.`;
  }
}
