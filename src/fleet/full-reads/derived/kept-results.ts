/** The maximum number of results that are kept for one full read; the least recently used are discarded first. */
const maximumKept = 8;

type Results = Map<string, Promise<unknown>>;

const keptFor = new WeakMap<object, Results>();

/**
 * Computes a result of the records of a full read once, and keeps it as long as the records are kept. `name` must
 * identify the computation and all of its parameters, because it determines the type of the result. A result for which
 * `isSmall` returns false is returned, but not kept.
 */
export async function keptResult<Result>(
  rows: readonly object[],
  name: string,
  compute: () => Promise<Result>,
  isSmall: (result: Result) => boolean = () => true,
): Promise<Result> {
  const results: Results = keptFor.get(rows) ?? new Map();
  keptFor.set(rows, results);
  const known = results.get(name) as Promise<Result> | undefined;
  if (known) {
    results.delete(name);
    results.set(name, known);
    return known;
  }
  const own = compute();
  results.set(name, own);
  const [oldest] = results.keys();
  if (results.size > maximumKept && oldest !== undefined) results.delete(oldest);
  const forget = () => {
    if (results.get(name) === own) results.delete(name);
  };
  try {
    const result = await own;
    if (!isSmall(result)) forget();
    return result;
  } catch (error) {
    forget();
    throw error;
  }
}
