import type { MaybePromise } from '../../snapshots/maybe.ts';
import type { Failure } from '../reports.ts';
import type { PageRows } from './page-rows.ts';
import { behind, type Position } from './position.ts';

/** A matching record, and where it is. */
export interface Found<Row> {
  readonly row: Row;
  readonly index: number;
  readonly page: FoundPage<Row>;
  /** The sources with missing records when the record was found. */
  readonly failures: readonly Failure[];
}

/** An AWS page, and what follows it. */
export interface FoundPage<Row> {
  /** The position of the page, with the requested size. */
  readonly at: Position;
  readonly content: PageRows<Row>;
  readonly next: Position;
  /** Whether another match is known to follow the page without another AWS call. */
  readonly isFollowed: boolean;
}

/** Whether another match is known to follow a record without another AWS call. */
export function isFollowed<Row>({ index, page }: Found<Row>): boolean {
  return page.isFollowed && index + 1 === page.content.rows.length;
}

/** Returns the position after a record. */
export function positionAfter<Row>({ index, page: { at, content, next }, failures }: Found<Row>): Position {
  const isLast = index + 1 === content.rows.length;
  return withFailures(isLast ? next : behind(at, content.digests(), index), failures);
}

/** The steps of a walk: matching records of one AWS page in order, or a promise to wait for, whose value it is given. */
export type Steps<Row> = Generator<readonly Found<Row>[] | Promise<unknown>, Position | null, unknown>;

/** Continues a walk to its next matching records: at once, unless it has to wait for AWS. */
export function advance<Row>(steps: Steps<Row>): MaybePromise<IteratorResult<readonly Found<Row>[], Position | null>> {
  const settle = (
    step: ReturnType<typeof steps.next>,
  ): MaybePromise<IteratorResult<readonly Found<Row>[], Position | null>> => {
    if (step.done) return step;
    const { value } = step;
    if (!(value instanceof Promise)) return { value };
    return value.then(
      (known) => settle(steps.next(known)),
      (error: unknown) => settle(steps.throw(error)),
    );
  };
  return settle(steps.next());
}

/** Adds what is missing so far to a position, so that the pages after it report it, too. */
export function withFailures(position: Position, failures: readonly Failure[]): Position {
  return failures.length === 0 ? position : { ...position, failures };
}
