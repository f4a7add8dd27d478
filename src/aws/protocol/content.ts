import { hash } from 'node:crypto';
import { createAttached } from '../../snapshots/lazily.ts';

/** What a response consists of, apart from its metadata. Equal responses to the same call share it. */
export interface Content {
  readonly members: object;
  /** The approximate memory of the members, in bytes. */
  readonly memory: number;
  /** The members that lack a value because it cannot be read, such as `Snapshot.Port`. */
  readonly flaws: ReadonlySet<string>;
  /** Identifies the content among the responses to one call; undefined if it is not compared. */
  readonly digest: string | undefined;
}

const contents = createAttached<object, Content>();

/** Creates a response with this content. */
export function answerWith<Metadata>(content: Content, $metadata: Metadata): object & { $metadata: Metadata } {
  const answer = Object.assign({}, content.members, { $metadata });
  contents.attach(answer, content);
  return answer;
}

/** Returns the content of a parsed response; undefined for any other object. */
export function contentOf(answer: object): Content | undefined {
  return contents.known(answer);
}

/** The end of a response, which has another request ID each time, and its maximum length. */
const end = /<ResponseMetadata>\s*<RequestId>[\w-]*<\/RequestId>\s*<\/ResponseMetadata>\s*<\/(\w+)Response>\s*$/;
const longestEnd = 512;

/** Returns the digest of the body of a response to an operation, without its request ID if that is at the end. */
export function digestOf(operation: string, body: Buffer): string {
  const found = end.exec(body.toString('latin1', Math.max(body.length - longestEnd, 0)));
  const length = found?.[1] === operation ? body.length - found[0].length : body.length;
  return `${length === body.length} ${hash('sha256', body.subarray(0, length), 'base64')}`;
}
