import { OutcomeUnknownError, UpstreamError } from '../../errors.ts';
import type { Call } from './call.ts';

/** How the result of a call is known. */
export interface Reading<Output, Result> {
  /** The result in AWS's answer; undefined where the answer lacks it. */
  fromAnswer(output: Output): Result | undefined;
  /** Reads what AWS holds: the result if the change is there, undefined if it is not. */
  readBack(): Promise<Result | undefined>;
}

/**
 * Makes a call that changes something exactly once. When its answer is lost, reads back what happened: the result
 * if the change is there, an UpstreamError if it is not, and an OutcomeUnknownError if that cannot be read either.
 */
export async function once<Output, Result>(call: Call<Output>, reading: Reading<Output, Result>): Promise<Result> {
  let lost: UpstreamError | undefined;
  try {
    const result = reading.fromAnswer(await call.send());
    if (result !== undefined) return result;
  } catch (error) {
    if (!(error instanceof UpstreamError) || !error.isAnswerLost) throw error;
    lost = error;
  }
  return readBack(call, reading, lost);
}

async function readBack<Output, Result>(
  { planned: { source, action } }: Call<Output>,
  reading: Reading<Output, Result>,
  cause: UpstreamError | undefined,
): Promise<Result> {
  const where = `${action} in account ${source.account}, region ${source.region}`;
  const lost = cause ?? new UpstreamError(`AWS answered ${where} without saying what came of it.`);
  const { fault, requestId } = lost;
  const found = await reading.readBack().catch((error: unknown) => {
    throw new OutcomeUnknownError(
      `No usable answer came to ${where}, and what AWS holds could not be read afterwards: the change may or may not have happened. Read it before asking again.`,
      { fault, requestId, cause: new AggregateError([lost, error]) },
    );
  });
  if (found !== undefined) return found;
  throw new UpstreamError(
    `${lost.message} Read afterwards, AWS does not show the change. As AWS may show it late, read it once more before asking again.`,
    {
      code: lost.code === 'TIMED_OUT' ? 'TIMED_OUT' : 'UPSTREAM',
      fault,
      requestId,
      cause: lost,
    },
  );
}
