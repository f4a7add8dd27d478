/** A value that a caller or AWS may leave out. */
export type Maybe<T> = T | null | undefined;

/** A value, or the promise of one where it costs an AWS call. */
export type MaybePromise<T> = T | Promise<T>;
