import { createHmac, hash } from 'node:crypto';
import type { Principal } from '../../access/principal.ts';
import { InvalidInputError } from '../../errors.ts';
import { createKeyRing, decrypt, encrypt, keyIdLength, type KeyRing, nonceLength } from '../../replicas/key-rings.ts';

/** The content of a cursor, which only the list of the cursor can read. */
export type CursorContent = readonly (string | number | null)[];

/** Identifies the list of a cursor: a cursor opens only for the same field, filter, order and rights. */
export type Binding = string;

export type CursorArgument = 'after' | 'before';

export interface Cursors {
  /** Names what a cursor depends on besides its content. */
  name(binding: Binding): string;
  seal(content: CursorContent, binding: Binding): string;
  /** Throws INVALID_INPUT, naming `argument`, for a cursor that `seal` did not create for this binding. */
  open(cursor: string, binding: Binding, argument?: CursorArgument): CursorContent;
}

/**
 * Returns cursors that open only for principals that can read the same records, because the positions in a list and the
 * failures of its sources depend on these.
 */
export function cursorsOf({ readScope }: Pick<Principal, 'readScope'>, { name, seal, open }: Cursors): Cursors {
  let scope: string | undefined;
  const own = (binding: Binding): Binding => {
    scope ??= hash('sha256', readScope(), 'base64url');
    return `${scope} ${binding}`;
  };
  return {
    name: (binding) => name(own(binding)),
    seal: (content, binding) => seal(content, own(binding)),
    open: (cursor, binding, ...rest) => open(cursor, own(binding), ...rest),
  };
}

/** Increased when the content of cursors changes, so that cursors of other versions are rejected. */
const version = 4;

type Ring = KeyRing<'seal' | 'nonce'>;

/**
 * Creates cursors that are encrypted with AES-256-GCM under the first key and open under any of the keys, so that keys
 * can be rotated. The nonce is a keyed digest of the content, so that every replica creates the same cursor for the
 * same content.
 */
export function createCursors(keys: readonly Buffer[]): Cursors {
  const rings = keys.map((key) => createKeyRing(key, 'cursor', ['seal', 'nonce']));
  const [current] = rings;
  if (current === undefined) throw new Error('At least one cursor key is needed.');
  const keyId = current.id.toString('base64url');
  return {
    name: (binding) => `${keyId} ${binding}`,
    seal: (content, binding) => {
      const plain = Buffer.from(JSON.stringify(content));
      const nonce = createHmac('sha256', current.nonce).update(binding).update('\0').update(plain).digest();
      const sealed = encrypt(current.seal, nonce.subarray(0, nonceLength), plain, binding);
      return Buffer.concat([Buffer.of(version), current.id, sealed]).toString('base64url');
    },
    open: (cursor, binding, argument = 'after') => {
      const bytes = Buffer.from(cursor, 'base64url');
      const ring = rings.find((each) => each.id.equals(bytes.subarray(1, 1 + keyIdLength)));
      const isCanonical = bytes.toString('base64url') === cursor;
      if (bytes[0] !== version || ring === undefined || !isCanonical) throw refusal(argument);
      return unseal(bytes.subarray(1 + keyIdLength), ring, binding, argument);
    },
  };
}

function unseal(bytes: Buffer, ring: Ring, binding: Binding, argument: CursorArgument): CursorContent {
  try {
    const content = decrypt(ring.seal, bytes, binding);
    return JSON.parse(content.toString()) as CursorContent;
  } catch (cause) {
    throw refusal(argument, cause);
  }
}

function refusal(argument: CursorArgument, cause?: unknown): InvalidInputError {
  const error = new InvalidInputError(
    `\`${argument}\` is not a cursor of this list with this filter. Start again without \`${argument}\`, and keep the filter and order the same for all pages. A cursor becomes invalid if your permissions change, and can become invalid if the configured sources change.`,
    [argument],
  );
  error.cause = cause;
  return error;
}
