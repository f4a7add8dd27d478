import { digest } from './digest.ts';

/**
 * What a walk remembers of the Markers behind it, so that it finds that they repeat, although each page of the list is
 * another request. One Marker is remembered and replaced after 1, 2, 4, 8, … steps (Brent's algorithm), so the size is
 * constant, and a cycle is found within a few rounds, however long it is.
 * https://en.wikipedia.org/wiki/Cycle_detection#Brent's_algorithm
 */
export interface Trail {
  /** A digest of the remembered Marker. */
  readonly marker: string;
  /** The number of Markers since then. */
  readonly steps: number;
  /** The number of Markers after which another is remembered. */
  readonly limit: number;
}

/** Returns the trail after the next Marker of a query; `repeated` if that Marker was already read. */
export function follow(trail: Trail | undefined, next: string): Trail | 'repeated' {
  const marker = digest(next);
  if (trail === undefined) return { marker, steps: 0, limit: 1 };
  if (trail.marker === marker) return 'repeated';
  const steps = trail.steps + 1;
  return steps === trail.limit ? { marker, steps: 0, limit: 2 * trail.limit } : { ...trail, steps };
}

/** Encodes a trail for a cursor. */
export function encodeTrail(trail: Trail | undefined): string | null {
  return trail ? `${trail.marker} ${trail.steps} ${trail.limit}` : null;
}

/** Decodes the text of `encodeTrail`. */
export function decodeTrail(text: string | null): Trail | undefined {
  if (text === null) return undefined;
  const [marker = '', steps, limit] = text.split(' ');
  return { marker, steps: Number(steps), limit: Number(limit) };
}
