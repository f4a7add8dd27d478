/** A version of what is cached of a source: it increases when a cached response must no longer be returned. */
export interface Version {
  current: number;
}

/** The versions of sources, by their keys. */
export interface Versions {
  of(source: string): Version;
  increase(source: string): void;
}

/** Creates the versions, all of them 0. */
export function createVersions(): Versions {
  const versions = new Map<string, Version>();
  const of = (source: string) => {
    const version = versions.get(source) ?? { current: 0 };
    versions.set(source, version);
    return version;
  };
  return {
    of,
    increase: (source) => {
      of(source).current += 1;
    },
  };
}

/**
 * What the data of one response rests on: versions of what was cached, and the time for which it is fresh. It is collected
 * while a request runs, only if the scope of the request has one.
 */
export interface Basis {
  /**
   * Adds a response of a source, which expires at a time in milliseconds of `performance.now()`, and can have expired;
   * refuses it if the version of the source has increased since another response was added.
   */
  restOn(version: Version, expiresAt: number): void;
  /**
   * Limits the data to the times of AWS from `since` to before `until`, both in epoch milliseconds, because it depends on
   * the current time.
   */
  limitTo(since: number, until: number): void;
  /** Records that the data rests on something that is not cached, such as a failure: it is not reusable. */
  refuse(): void;
  /** Whether all responses are still fresh and cached, or evicted without a newer one, at a time of AWS. */
  isValid(now: number): boolean;
  /** Like `isValid`, for requests that arrived while the data was made, for which no response has expired. */
  isUnchanged(now: number): boolean;
  /** The number of sources that the data rests on, or more: the size of the basis. */
  readonly size: number;
}

/** Creates a basis of nothing, which is always valid. */
export function createBasis(): Basis {
  return new CollectedBasis();
}

class CollectedBasis implements Basis {
  readonly #versions = new Map<Version, number>();
  #expiresAt = Infinity;
  #since = -Infinity;
  #until = Infinity;
  #isRefused = false;

  get size(): number {
    return this.#versions.size;
  }

  restOn(version: Version, expiresAt: number): void {
    const { current } = version;
    if ((this.#versions.get(version) ?? current) !== current) this.refuse();
    this.#versions.set(version, current);
    if (expiresAt < this.#expiresAt) this.#expiresAt = expiresAt;
  }

  limitTo(since: number, until: number): void {
    if (since > this.#since) this.#since = since;
    if (until < this.#until) this.#until = until;
  }

  refuse(): void {
    this.#isRefused = true;
  }

  isValid(now: number): boolean {
    return performance.now() < this.#expiresAt && this.isUnchanged(now);
  }

  isUnchanged(now: number): boolean {
    if (this.#isRefused || now < this.#since || now >= this.#until) return false;
    for (const [version, at] of this.#versions) if (version.current !== at) return false;
    return true;
  }
}
