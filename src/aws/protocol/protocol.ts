import { isUtf8 } from 'node:buffer';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { collectBody } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { toUtf8 } from '@smithy/core/serde';
import { readPlain } from './xml-reader.ts';
import { readTree } from './xml-tree.ts';

type Exchange = Parameters<AwsQueryProtocol['deserializeResponse']>;
type Answer = Awaited<ReturnType<AwsQueryProtocol['deserializeResponse']>>;

/** AWS said that a call succeeded, and what came with it is not the whole answer to that call. */
export class ProtocolError extends Error {
  readonly operation: string;
  /** What came instead, to complete "The answer to … was". */
  readonly reason: string;
  readonly requestId: string | undefined;
  readonly $metadata: Answer['$metadata'];

  constructor(operation: string, reason: string, $metadata: Answer['$metadata'], cause?: unknown) {
    super(`The answer to ${operation} was ${reason}.`, { cause });
    this.name = 'ProtocolError';
    this.operation = operation;
    this.reason = reason;
    this.requestId = $metadata.requestId;
    this.$metadata = $metadata;
  }
}

let lastTurn = Promise.resolve();

/** Answers that come together are read one in each turn of the event loop, so that many do not hold up everything else. */
function ownTurn(): Promise<void> {
  lastTurn = lastTurn.then(() => new Promise((resolve) => void setImmediate(resolve)));
  return lastTurn;
}

const lengths = new WeakMap<object, number>();

/** The bytes of the text that an answer was read from; 0 for anything else. */
export function bytesOf(answer: object): number {
  return lengths.get(answer) ?? 0;
}

/**
 * The AWS Query protocol as the SDK speaks it, except that a successful answer is read several times faster and is
 * refused with a `ProtocolError` unless it is whole and the operation's own. It is an SDK client's `protocol` option;
 * the settings are the client's own.
 */
export class StrictQueryProtocol extends AwsQueryProtocol {
  override async deserializeResponse<Output extends Answer>(...exchange: Exchange): Promise<Output> {
    const [schema, context, response] = exchange;
    if (response.statusCode >= 300) return super.deserializeResponse(...exchange);

    const operation = schema.name;
    const bytes = await collectBody(response.body, context);
    await ownTurn();
    const { $metadata } = await super.deserializeResponse(schema, context, { ...response, body: undefined });
    try {
      const output = this.#read(operation, NormalizedSchema.of(schema.output), bytes);
      const answer = Object.assign({}, output, { $metadata }) as Output;
      lengths.set(answer, bytes.length);
      return answer;
    } catch (error) {
      throw new ProtocolError(operation, error instanceof Error ? error.message : String(error), $metadata, error);
    }
  }

  #read(operation: string, output: NormalizedSchema, bytes: Uint8Array) {
    if (!isUtf8(bytes)) throw new Error('not in UTF-8');
    const text = toUtf8(bytes);
    try {
      return readPlain(operation, output, text);
    } catch {
      return readTree(operation, output, text, (schema, value) => this.deserializer.readSchema(schema, value));
    }
  }
}
