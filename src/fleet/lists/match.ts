import stringify from 'safe-stable-stringify';
import { SnapgateError, UpstreamError } from '../../errors.ts';
import { after, type Maybe, type MaybePromise, orElse } from '../../snapshots/maybe.ts';

/** Whether a record matches a condition, or the error that says why this is not known: such a record is left out. */
export type Verdict = boolean | SnapgateError;

/** The error of a test that AWS did not answer: tests of further records would fail, too. */
export interface FailedTest {
  readonly failure: SnapgateError;
}

/** The result of a test that can make AWS calls. */
export type Outcome = Verdict | FailedTest;

/** The tests of records: `now` for tests of the record alone, `later` for tests that can make AWS calls. */
export interface Match<Row, Conditions> {
  /** Undefined if every record passes. */
  readonly now: (conditions: Conditions) => ((row: Row) => Verdict) | undefined;
  /**
   * Identifies the tests of `now`: tests with the same name have the same verdict on a record. Undefined if the tests
   * must run each time.
   */
  readonly name: (conditions: Conditions) => string | undefined;
  /** The tests that can make AWS calls, without the conditions that AWS has applied; undefined if none remains. */
  readonly later: (
    conditions: Conditions,
    pushed: ReadonlySet<keyof Conditions>,
  ) => ((row: Row) => MaybePromise<Outcome>) | undefined;
}

/** Creates the test of a condition from its value. */
export type Tests<Row, Conditions, Result> = {
  readonly [Name in keyof Conditions]?: (wanted: NonNullable<Conditions[Name]>) => (row: Row) => Result;
};

/** The number of records that must all fail their tests before the source counts as failed. */
const enoughToFail = 10;

/**
 * Returns the records that match. Reports the first unknown outcome, so that the source is PARTIAL, and throws it if the
 * test of every record failed, because the tests of further records would fail, too.
 */
export function matchesOf<Item>(
  items: readonly Item[],
  outcomes: readonly Outcome[],
  reportUnknown: (error: SnapgateError) => void,
): readonly Item[] {
  const unknowns = outcomes.filter((outcome) => typeof outcome !== 'boolean');
  const failed = unknowns.filter(isFailed);
  const [failedFirst] = failed;
  if (failedFirst && failed.length >= enoughToFail && failed.length === items.length) throw failedFirst.failure;
  const [first] = unknowns;
  if (first !== undefined) reportUnknown(isFailed(first) ? first.failure : first);
  return items.filter((_item, index) => outcomes[index] === true);
}

/** Returns the outcome of a `later` test of a record that has passed the `now` tests, or may have. */
export function testLater<Row>(
  row: Row,
  verdict: Verdict,
  later: (row: Row) => MaybePromise<Outcome>,
): MaybePromise<Outcome> {
  return after(later(row), (outcome) => (isFailed(outcome) ? outcome : both(verdict, outcome)));
}

/** Returns false if either verdict is false, and an unknown verdict only if the other one cannot change it. */
function both(one: Verdict, other: Verdict): Verdict {
  if (one === false || other === false) return false;
  return one === true ? other : one;
}

function isFailed(outcome: Outcome): outcome is FailedTest {
  return typeof outcome === 'object' && 'failure' in outcome;
}

/** A record deleted since it was listed does not match; for any other failed read, it is unknown whether it matches. */
function toOutcome(error: unknown): Outcome {
  if (!(error instanceof SnapgateError)) throw error;
  return error.code === 'NOT_FOUND' ? false : { failure: error };
}

/** Creates the tests of the conditions, without those that AWS has applied. */
export function testsFor<Row, Conditions extends object, Result>(
  conditions: Conditions,
  tests: Tests<Row, Conditions, Result>,
  pushed: ReadonlySet<keyof Conditions> = new Set(),
): ((row: Row) => Result)[] {
  const names = Object.keys(conditions) as (keyof Conditions)[];
  return names
    .filter((name) => !pushed.has(name))
    .flatMap((name) => tests[name]?.(conditions[name] as NonNullable<Conditions[typeof name]>) ?? []);
}

/** Returns the name of the tests of the conditions, which are all that the tests depend on, except for `more`. */
export function nameOfTests<Conditions extends object>(
  conditions: Conditions,
  tests: Tests<never, Conditions, unknown>,
  ...more: readonly unknown[]
): string {
  const tested = Object.entries(conditions).filter(([name]) => name in tests);
  return tested.length === 0 ? '' : stringify([tested, ...more]);
}

/** Combines tests of the record alone; undefined if there are none. */
export function every<Row>(tests: readonly ((row: Row) => Verdict)[]): ((row: Row) => Verdict) | undefined {
  if (tests.length === 0) return undefined;
  return (row) => {
    let verdict: Verdict = true;
    for (const test of tests) {
      verdict = both(verdict, test(row));
      if (verdict === false) return false;
    }
    return verdict;
  };
}

/** Combines tests that can make AWS calls; undefined if there are none. */
export function everyLater<Row>(
  tests: readonly ((row: Row) => MaybePromise<Verdict>)[],
): ((row: Row) => MaybePromise<Outcome>) | undefined {
  if (tests.length === 0) return undefined;
  // Tests run in sequence, so that no more AWS calls are made once a record does not match.
  const testFrom = (row: Row, index: number, verdict: Verdict): MaybePromise<Outcome> => {
    const test = tests[index];
    if (test === undefined) return verdict;
    const outcome = orElse<Verdict, Outcome>(() => test(row), toOutcome);
    return after(outcome, (own) =>
      own === false || isFailed(own) ? own : testFrom(row, index + 1, both(verdict, own)),
    );
  };
  return (row) => testFrom(row, 0, true);
}

/** The errors of unknown values, by condition: a new one for each record would take most of the time of a full read. */
const unknowns = new Map<string, SnapgateError>();

/** Returns the verdict on a record whose value for a condition is unknown: the same error for all records. */
export function unknown(condition: string): SnapgateError {
  const known = unknowns.get(condition) ?? unknownValue(condition);
  unknowns.set(condition, known);
  return known;
}

function unknownValue(condition: string): SnapgateError {
  return new UpstreamError(
    `AWS does not report, in a readable form, the value that filter.${condition} tests for at least one record, so it is unknown whether the record matches. Such records are left out; omit filter.${condition} to list them.`,
  );
}

/** Tests a value; the verdict is unknown if AWS does not report it. */
export function ifKnown<Value>(condition: string, value: Maybe<Value>, test: (value: Value) => Verdict): Verdict {
  return value == null ? unknown(condition) : test(value);
}

/** Whether a name, which is empty if AWS does not report it, is among these names in lowercase. */
export function hasName(
  names: ReadonlySet<string>,
  name: string,
  condition: 'identifiers' | 'clusterIdentifiers',
): Verdict {
  return name === '' ? unknown(condition) : names.has(name.toLowerCase());
}

/** AWS lowercases most identifiers, so identifiers are compared without case. */
export function folded(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}
