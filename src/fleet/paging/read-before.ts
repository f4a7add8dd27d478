import type { Source } from '../../snapshots/source.ts';
import type { Listing } from '../backend.ts';
import { digest } from './digest.ts';

/** The sources of a list, in its order, and what determines their AWS queries. */
export interface QueriedSources<Row, Conditions> {
  readonly sources: readonly Source[];
  readonly listing: (source: Source) => Listing<Row, Conditions>;
  readonly conditions: Conditions;
}

/** Digests of the AWS queries before a position. They depend on the configuration, but not on names, roles or quotas. */
export interface ReadBefore {
  /**
   * Returns a digest of the sources before the source at `index` and their AWS queries, and of the first `queries` AWS
   * queries of that source: a walk to a position has read the same lists as another walk exactly if the digests are equal.
   */
  digest(index: number, queries: number): string;
  /** Returns a digest of all sources and their AWS queries. */
  all(): string;
}

/** Computes each digest once, when it is first needed. */
export function createReadBefore<Row, Conditions>(list: QueriedSources<Row, Conditions>): ReadBefore {
  const { sources } = list;
  const known = new Map<string, string>();
  const whole: string[] = [];
  const describe = (index: number, queries?: number) => {
    const source = sources[index];
    return source ? JSON.stringify([source.key, inputsOf(list, source)?.slice(0, queries)]) : '';
  };
  const digestTo = (index: number, queries: number): string => {
    while (whole.length < index) whole.push(describe(whole.length));
    return digest([...whole.slice(0, index), describe(index, queries)].join('\n'));
  };
  const find = (index: number, queries: number) => {
    const name = `${index} ${queries}`;
    const found = known.get(name) ?? digestTo(index, queries);
    known.set(name, found);
    return found;
  };
  return { digest: find, all: () => find(sources.length, 0) };
}

/** Returns the inputs of the AWS queries of a source; null if the source does not support the conditions. */
function inputsOf<Row, Conditions>(
  { listing, conditions }: QueriedSources<Row, Conditions>,
  source: Source,
): readonly object[] | null {
  try {
    return listing(source)
      .queries(source, conditions)
      .map(({ input }) => input);
  } catch {
    return null;
  }
}
