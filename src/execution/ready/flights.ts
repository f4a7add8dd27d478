import { LRUCache } from 'lru-cache';
import { basisOf, type MadeResponse, type ReadyResponse, toReady } from './ready-responses.ts';

/** Responses that are being made, for the identical requests that arrive in the meantime. */
export interface Flights {
  /**
   * Waits for the response with a key that is being made; undefined if there is none. The result is undefined if the
   * response cannot be shared, or takes longer than a second: the request then makes its own.
   */
  join(key: string): Promise<SharedResponse | undefined> | undefined;
  /**
   * Announces that the response with a key is being made. The returned function must be called with the response, or with
   * undefined if there is none.
   */
  begin(key: string): (made: MadeResponse | undefined) => void;
}

/** A response that was made for another request, and the AWS responses behind it. */
export interface SharedResponse {
  readonly response: ReadyResponse;
  readonly coalesced: number;
  readonly cached: number;
}

interface Flight {
  readonly landed: Promise<SharedResponse | undefined>;
  isJoined: boolean;
}

/** How long a request waits for a response that another request makes, in milliseconds. */
const patience = 1_000;
/** How long no request waits for a response that could not be shared, in milliseconds. */
const pause = 10_000;
const maximumKeys = 1_000;

/** Creates the flights of one version of the settings, with none in progress. */
export function createFlights(now: () => Date = () => new Date()): Flights {
  // Not a Map: V8 keeps what was in the earlier tables of a Map until a full collection, with the whole response.
  const flights = Object.create(null) as Record<string, Flight | undefined>;
  const unshared = new LRUCache<string, true>({ max: maximumKeys, ttl: pause });
  return {
    join: (key) => {
      const flight = flights[key];
      if (flight) flight.isJoined = true;
      return flight?.landed;
    },
    begin: (key) => {
      if (flights[key] !== undefined || unshared.has(key)) return () => {};
      const { promise, resolve } = Promise.withResolvers<SharedResponse | undefined>();
      const flight: Flight = { landed: promise, isJoined: false };
      flights[key] = flight;
      const end = (shared: SharedResponse | undefined) => {
        clearTimeout(timer);
        if (flights[key] === flight) delete flights[key];
        resolve(shared);
      };
      const timer = setTimeout(end, patience, undefined).unref();
      return (made) => {
        // Whether the requests that have joined would have the same data, if they were executed now.
        const isShareable = made !== undefined && basisOf(made)?.isUnchanged(now().getTime()) === true;
        if (!isShareable) unshared.set(key, true);
        end(isShareable && flight.isJoined ? toShared(made) : undefined);
      };
    },
  };
}

function toShared(made: MadeResponse): SharedResponse {
  const { calls, coalesced, cached } = made.usage;
  return { response: toReady(made), coalesced: calls + coalesced, cached };
}
