import type { Fetched } from '../../aws/calls/answer-cache.ts';
import { createAttached } from '../../snapshots/lazily.ts';
import type { Source } from '../../snapshots/source.ts';
import type { AwsAnswer } from '../backend.ts';

/**
 * Returns the function that converts responses of one operation to records, each response once: as long as a response is
 * cached, all requests have the same records. `make` must depend on nothing but the response, the call that it is of,
 * and the source.
 */
export function createAnswers<Output extends object, Row, Input = undefined>(
  make: (output: Output, source: Source, input: Input) => Omit<AwsAnswer<Row>, 'fetchedAt'>,
): (fetched: Fetched<Output>, source: Source, ...input: Input extends undefined ? [] : [Input]) => AwsAnswer<Row> {
  const answers = createAttached<Output, AwsAnswer<Row>>();
  return ({ output, fetchedAt }, source, ...[input]) => {
    return answers.of(output, () => ({ ...make(output, source, input as Input), fetchedAt }));
  };
}
