import { readTime } from '../../wire/json.ts';

/** Returns the status after `readyAt`: `available`, or the given status for a resource whose status never changes. */
export function statusWhenReady(status = 'available', readyAt: number | undefined): string {
  return readyAt === undefined ? status : 'available';
}

/** Reads the date at which a resource becomes available. */
export function readReadyTime(value: unknown): { readyAt?: number } {
  const readyAt = readTime('ReadyTime', value);
  return readyAt === undefined ? {} : { readyAt };
}

/** Writes the date at which a resource becomes available, unless it is past. */
export function writeReadyTime({ readyAt }: { readyAt?: number }, now: Date): { ReadyTime?: Date } {
  return readyAt === undefined || readyAt <= now.getTime() ? {} : { ReadyTime: new Date(readyAt) };
}
