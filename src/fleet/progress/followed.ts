import type { NotFoundError } from '../../errors.ts';
import type { Maybe } from '../../snapshots/maybe.ts';

/** One kind of object that streams follow: pure functions of what a read found. */
export interface Followed<State extends object> {
  /** Returns the part of a state whose change is an event. */
  contentOf(state: State): unknown;
  /** Whether a later state is that of another object, which has taken the identifier of the first. */
  isOther(first: State, later: State): boolean;
  outlookOf(state: State): Outlook;
  /** Returns the error for an object that does not exist or that the caller may not read. */
  missing(): NotFoundError;
  /** Returns the error for an object whose identifier another object has taken. */
  replaced(): NotFoundError;
}

/** What to expect of an object: its last change has happened, or how long the next change takes, as far as is known. */
export type Outlook = 'FINAL' | Continuing;

export interface Continuing {
  readonly progress: Estimate;
  /** True in a status that this API does not know, which may be final. */
  readonly isUnknown?: boolean;
}

/** What the service reports of the remaining time of an operation. */
export interface Estimate {
  readonly percent?: Maybe<number>;
  readonly remainingSeconds?: Maybe<number>;
}
