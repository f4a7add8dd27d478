import type { SnapgateError } from '../../errors.ts';
import { together } from '../../snapshots/maybe.ts';
import type { AwsQuery } from '../backend.ts';
import { matchesOf, type Outcome, testLater, type Verdict } from '../lists/match.ts';
import type { Found, FoundPage } from './found.ts';
import { type Position, startOf } from './position.ts';
import type { ListQuestion, QueryPosition } from './question.ts';

/** A record of a page that does not fail the tests of the record alone. */
interface Candidate<Row> {
  readonly row: Row & {};
  readonly index: number;
  readonly verdict: Verdict;
}

/**
 * Tests the records of a page in order. If the tests make AWS calls, records are tested in groups of the wanted size,
 * which doubles while none matches, because AWS calls for many records can be batched.
 */
export function* matchesIn<Row, Conditions>(
  { conditions, match, reports }: ListQuestion<Row, Conditions>,
  { source, query }: QueryPosition<Conditions>,
  { at, content }: Pick<FoundPage<Row>, 'at' | 'content'>,
  nextPosition: Position | undefined,
  wanted: () => number,
  count: { found: number },
): Generator<readonly Found<Row>[] | Promise<unknown>, void, unknown> {
  const testNow = match.now(conditions);
  const later = match.later(conditions, query.pushed);
  const page: FoundPage<Row> = {
    at,
    content,
    next: nextPosition ?? startOf(source, at.query + 1),
    // A Marker guarantees another match, unless AWS can list records that do not match or that were listed before.
    isFollowed: nextPosition?.seen?.length === 0 && isExactly(conditions, query) && !content.rows.includes(null),
  };
  const found = (matches: readonly Candidate<Row>[]): readonly Found<Row>[] => {
    count.found += matches.length;
    const failures = reports.failures();
    return matches.map(({ row, index }) => ({ row, index, page, failures }));
  };
  const candidates = candidatesIn(page, testNow);
  const report = (error: SnapgateError) => reports.partial(source, error);
  if (later === undefined) {
    const verdicts = candidates.map(({ verdict }) => verdict);
    if (candidates.length > 0) yield found(matchesOf(candidates, verdicts, report));
    return;
  }
  for (let from = 0, size = Math.max(wanted(), 1); from < candidates.length;) {
    const group = candidates.slice(from, from + size);
    const testing = together(group.map(({ row, verdict }) => testLater(row, verdict, later)));
    const outcomes = testing instanceof Promise ? ((yield testing) as Outcome[]) : testing;
    const matches = matchesOf(group, outcomes, report);
    if (matches.length > 0) yield found(matches);
    from += group.length;
    size = matches.length > 0 ? Math.max(wanted(), 1) : 2 * size;
  }
}

function candidatesIn<Row>(
  { at, content }: FoundPage<Row>,
  testNow: ((row: Row) => Verdict) | undefined,
): readonly Candidate<Row>[] {
  const passed = content.passed(at);
  const candidates: Candidate<Row>[] = [];
  for (const [index, row] of content.rows.entries()) {
    if (row == null || passed?.[index]) continue;
    const verdict = testNow?.(row) ?? true;
    if (verdict !== false) candidates.push({ row, index, verdict });
  }
  return candidates;
}

/** Whether AWS applies every condition, so that every record on an AWS page matches. */
export function isExactly<Conditions>(conditions: Conditions, query: AwsQuery<Conditions>): boolean {
  return Object.keys(conditions as object).every((key) => query.pushed.has(key as keyof Conditions));
}
