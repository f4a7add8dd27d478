/**
 * The prefix of all keys and channels in Redis. Its number is increased when the format of a value or message changes, so
 * that replicas of different versions do not read each other's values during a rolling update.
 */
export const keyPrefix = 'snapgate:2:';
