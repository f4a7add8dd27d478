import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { InvalidInputError } from '../../errors.ts';

/** Where a cursor points, in the words of the list that it belongs to. */
export type Place = readonly (string | number | null)[];

/** What a cursor belongs to: it opens for the same field, filter, order and principal only. */
export type Binding = string;

export type CursorArgument = 'after' | 'before';

export interface Cursors {
  seal(place: Place, binding: Binding): string;
  /** INVALID_INPUT for anything that `seal` did not make for this binding; `argument` is where the cursor was given. */
  open(cursor: string, binding: Binding, argument?: CursorArgument): Place;
}

/** The cursors of one principal, which open for nobody else. */
export function cursorsOf(subject: string, { seal, open }: Cursors): Cursors {
  const own = (binding: Binding): Binding => `${JSON.stringify(subject)} ${binding}`;
  return {
    seal: (place, binding) => seal(place, own(binding)),
    open: (cursor, binding, ...rest) => open(cursor, own(binding), ...rest),
  };
}

const version = 1;
const nonceLength = 12;
const tagLength = 16;
const keyIdLength = 4;

/**
 * Seals places with AES-256-GCM under the first key and opens them under any, so that keys can rotate.
 * The nonce is a keyed digest of the content: one place has one cursor, on every replica.
 */
export function createCursors(keys: readonly Buffer[]): Cursors {
  const rings = keys.map(createRing);
  const [current] = rings;
  if (current === undefined) throw new Error('At least one cursor key is needed.');
  return {
    seal: (place, binding) => {
      const content = Buffer.from(JSON.stringify(place));
      const nonce = createHmac('sha256', current.nonceKey).update(binding).update('\0').update(content).digest();
      const cipher = createCipheriv('aes-256-gcm', current.sealKey, nonce.subarray(0, nonceLength));
      cipher.setAAD(Buffer.from(binding));
      const sealed = Buffer.concat([cipher.update(content), cipher.final()]);
      return Buffer.concat([
        Buffer.of(version),
        current.id,
        nonce.subarray(0, nonceLength),
        cipher.getAuthTag(),
        sealed,
      ]).toString('base64url');
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

interface Ring {
  readonly id: Buffer;
  readonly sealKey: KeyObject;
  readonly nonceKey: KeyObject;
}

function createRing(key: Buffer): Ring {
  const derive = (use: string) => Buffer.from(hkdfSync('sha256', key, '', `snapgate cursor ${use}`, 32));
  return {
    id: createHash('sha256').update(derive('id')).digest().subarray(0, keyIdLength),
    // As key objects they are prepared once and not for every cursor.
    sealKey: createSecretKey(derive('seal')),
    nonceKey: createSecretKey(derive('nonce')),
  };
}

function unseal(bytes: Buffer, ring: Ring, binding: Binding, argument: CursorArgument): Place {
  try {
    const decipher = createDecipheriv('aes-256-gcm', ring.sealKey, bytes.subarray(0, nonceLength), {
      authTagLength: tagLength,
    });
    decipher.setAAD(Buffer.from(binding));
    decipher.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
    const content = Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()]);
    return JSON.parse(content.toString()) as Place;
  } catch (cause) {
    throw refusal(argument, cause);
  }
}

function refusal(argument: CursorArgument, cause?: unknown): InvalidInputError {
  const error = new InvalidInputError(
    `\`${argument}\` is not a cursor of this list with this filter. Start again without it, keeping filter and order between pages.`,
    [argument],
  );
  error.cause = cause;
  return error;
}
