import { createHmac, randomBytes } from 'node:crypto';
import { createKeyRing, decrypt, encrypt, keyIdLength, type KeyRing, nonceLength, overhead } from './key-rings.ts';

/** Encrypts and authenticates what replicas keep in Redis, so that only replicas with the same keys can read or write it. */
export interface Seal {
  /** Seals bytes for one name: they cannot be opened under another name. */
  seal(plain: Uint8Array, name: string): Buffer;
  /** Returns the bytes that a replica has sealed for this name; undefined if no replica with one of the keys has. */
  open(sealed: Buffer, name: string): Buffer | undefined;
}

/** Increased when the format changes. */
const version = 1;
const saltLength = 16;
const headerLength = 1 + keyIdLength + saltLength + overhead;

type Ring = KeyRing<'seal'>;

/**
 * Creates a seal that uses the first key, and opens what was sealed with any of the keys, so that keys can be rotated.
 * `keysOf` returns the current keys: an array whose content does not change.
 */
export function createSeal(keysOf: () => readonly Buffer[]): Seal {
  let known: { readonly keys: readonly Buffer[]; readonly rings: readonly Ring[] } = { keys: [], rings: [] };
  const currentRings = () => {
    const keys = keysOf();
    if (keys !== known.keys) known = { keys, rings: keys.map((key) => createKeyRing(key, 'replicas', ['seal'])) };
    return known.rings;
  };
  return {
    seal: (plain, name) => {
      const [current] = currentRings();
      if (current === undefined) throw new Error('At least one key is needed.');
      const salt = randomBytes(saltLength);
      const sealed = encrypt(messageKey(current, salt), randomBytes(nonceLength), plain, name);
      return Buffer.concat([Buffer.of(version), current.id, salt, sealed]);
    },
    open: (bytes, name) => {
      if (bytes.length < headerLength || bytes[0] !== version) return undefined;
      const ring = currentRings().find(({ id }) => id.equals(bytes.subarray(1, 1 + keyIdLength)));
      return ring && unseal(bytes.subarray(1 + keyIdLength), ring, name);
    },
  };
}

/** Each message has a key of its own: the number of random nonces that are safe under one key is limited. */
function messageKey({ seal }: Ring, salt: Buffer): Buffer {
  return createHmac('sha256', seal).update(salt).digest();
}

function unseal(bytes: Buffer, ring: Ring, name: string): Buffer | undefined {
  try {
    return decrypt(messageKey(ring, bytes.subarray(0, saltLength)), bytes.subarray(saltLength), name);
  } catch {
    return undefined;
  }
}
