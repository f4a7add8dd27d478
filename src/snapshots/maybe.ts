/** A value that a caller or AWS can omit. */
export type Maybe<T> = T | null | undefined;

/** A value, or a promise of the value if it costs an AWS call. A function that returns it can also throw at once. */
export type MaybePromise<T> = T | Promise<T>;

/** Continues with a value: at once if it is known, so that no promise is created, or else when it is. */
export function after<Value, Result>(
  value: MaybePromise<Value>,
  proceed: (value: Value) => MaybePromise<Result>,
): MaybePromise<Result> {
  return value instanceof Promise ? value.then((known) => proceed(known)) : proceed(value);
}

/** Reads a value, and continues with the error if that fails, at once or later. */
export function orElse<Value, Other>(
  read: () => MaybePromise<Value>,
  recover: (error: unknown) => MaybePromise<Other>,
): MaybePromise<Value | Other> {
  try {
    const value = read();
    return value instanceof Promise ? value.catch(recover) : value;
  } catch (error) {
    return recover(error);
  }
}

/** Returns the values in order: at once if all are known. */
export function together<Value>(values: readonly MaybePromise<Value>[]): MaybePromise<Value[]> {
  return values.some((each) => each instanceof Promise) ? Promise.all(values) : (values as Value[]);
}
