/** A value that a caller or AWS can omit. */
export type Maybe<T> = T | null | undefined;

/** A value, or a promise of the value if it costs an AWS call. */
export type MaybePromise<T> = T | Promise<T>;
