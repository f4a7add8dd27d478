import { readTime } from '../wire/json.ts';

/** When a resource becomes available, and when lists start to show it, in epoch milliseconds. */
interface Appearance {
  readonly readyAt?: number;
  readonly listedAt?: number;
}

/** Returns the status after `readyAt`: `available`, or the given status for a resource whose status never changes. */
export function statusWhenReady(status = 'available', readyAt: number | undefined): string {
  return readyAt === undefined ? status : 'available';
}

/** Reads the dates at which a resource becomes available and is listed. */
export function readAppearance({ ReadyTime, ListedTime }: { ReadyTime?: unknown; ListedTime?: unknown }): Appearance {
  const readyAt = readTime('ReadyTime', ReadyTime);
  const listedAt = readTime('ListedTime', ListedTime);
  return { ...(readyAt === undefined ? {} : { readyAt }), ...(listedAt === undefined ? {} : { listedAt }) };
}

/** Writes the dates that `readAppearance` reads, unless they are past. */
export function writeAppearance({ readyAt = 0, listedAt = 0 }: Appearance, now: Date): object {
  return {
    ...(readyAt > now.getTime() ? { ReadyTime: new Date(readyAt) } : {}),
    ...(listedAt > now.getTime() ? { ListedTime: new Date(listedAt) } : {}),
  };
}
