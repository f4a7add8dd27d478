import { OutcomeUnknownError, SnapgateError, UpstreamError } from '../../errors.ts';
import type { Call } from './call.ts';

/** The two ways to find out the result of a call. */
export interface Reading<Output, Result> {
  /** The result in the response of AWS; undefined if the response lacks it. */
  fromAnswer(output: Output): Result | undefined;
  /**
   * Reads the resource from AWS: the result if the change took effect, undefined if AWS does not show it. Rejects with
   * an OutcomeUnknownError, whose message is part of a sentence, if another caller may have made the change.
   */
  readBack(): Promise<Result | undefined>;
}

/**
 * Sends a write call exactly once. If the response is lost, reads back the result and returns it. Throws
 * OutcomeUnknownError if the read fails too or does not show the change, because AWS can show a change late.
 */
export async function once<Output, Result>(call: Call<Output>, reading: Reading<Output, Result>): Promise<Result> {
  let lost: SnapgateError | undefined;
  try {
    const result = reading.fromAnswer(await call.send());
    if (result !== undefined) return result;
  } catch (error) {
    if (!(error instanceof SnapgateError) || !error.isAnswerLost) throw error;
    lost = error;
  }
  return readBack(call, reading, lost);
}

async function readBack<Output, Result>(
  { planned: { source, action }, settle }: Call<Output>,
  reading: Reading<Output, Result>,
  cause: SnapgateError | undefined,
): Promise<Result> {
  const where = `${action} in account ${source.account}, region ${source.region}`;
  const lost = cause ?? new UpstreamError(`The response of AWS to ${where} lacks the result.`);
  const { fault, requestId } = lost;
  const found = await reading.readBack().catch((error: unknown) => {
    const why = error instanceof OutcomeUnknownError ? error.message : 'the result could not be read back';
    throw new OutcomeUnknownError(
      `The outcome of ${where} is unknown: AWS returned no usable response, and ${why}. The change may or may not have taken effect. Read the resource before you retry, and use a new idempotencyKey.`,
      { fault, requestId, cause: new AggregateError([lost, error]) },
    );
  });
  if (found !== undefined) {
    settle(true);
    return found;
  }
  throw new OutcomeUnknownError(
    `${lost.message} The change was not found when it was read back, but AWS can show a change late. Read the resource again before you retry, and use a new idempotencyKey.`,
    { fault, requestId, cause: lost },
  );
}
