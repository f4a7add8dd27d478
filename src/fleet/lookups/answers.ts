import type { Fetched } from '../../aws/calls/answer-cache.ts';
import { contentOf } from '../../aws/protocol/content.ts';
import { createAttached } from '../../snapshots/lazily.ts';
import type { Source } from '../../snapshots/source.ts';
import type { AwsAnswer } from '../backend.ts';

/**
 * Returns the function that converts responses of one operation to records, each content once: as long as a response is
 * cached, and AWS returns the same content again, all requests have the same records. `read` must depend on nothing but
 * the response, the call that it is of, and the source.
 */
export function createAnswers<Output extends object, Row, Input = undefined>(
  read: (output: Output, source: Source, input: Input) => Omit<AwsAnswer<Row>, 'fetchedAt'>,
): (fetched: Fetched<Output>, source: Source, ...input: Input extends undefined ? [] : [Input]) => AwsAnswer<Row> {
  const answers = createAttached<object, AwsAnswer<Row>>();
  return ({ output, fetchedAt }, source, ...[input]) => {
    const make = () => ({ ...read(output, source, input as Input), fetchedAt });
    const known = answers.of(contentOf(output) ?? output, make);
    return known.fetchedAt === fetchedAt ? known : { ...known, fetchedAt };
  };
}
