import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/** Encrypts and authenticates what replicas keep in Redis, so that only replicas with the same keys can read or write it. */
export interface Seal {
  /** Seals bytes for one name: they cannot be opened under another name. */
  seal(plain: Uint8Array, name: string): Buffer;
  /** Returns the bytes that a replica has sealed for this name; undefined if no replica with one of the keys has. */
  open(sealed: Buffer, name: string): Buffer | undefined;
}

/** Increased when the format changes. */
const version = 1;
const keyIdLength = 4;
const saltLength = 16;
const nonceLength = 12;
const tagLength = 16;
const headerLength = 1 + keyIdLength + saltLength + nonceLength + tagLength;

/**
 * Creates a seal that uses the first key, and opens what was sealed with any of the keys, so that keys can be rotated.
 * `keysOf` returns the current keys: an array whose content does not change.
 */
export function createSeal(keysOf: () => readonly Buffer[]): Seal {
  let known: { readonly keys: readonly Buffer[]; readonly rings: readonly Ring[] } = { keys: [], rings: [] };
  const currentRings = () => {
    const keys = keysOf();
    if (keys !== known.keys) known = { keys, rings: keys.map(createRing) };
    return known.rings;
  };
  return {
    seal: (plain, name) => {
      const [current] = currentRings();
      if (current === undefined) throw new Error('At least one key is needed.');
      const salt = randomBytes(saltLength);
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv('aes-256-gcm', messageKey(current, salt), nonce);
      cipher.setAAD(Buffer.from(name));
      const sealed = [cipher.update(plain), cipher.final()];
      return Buffer.concat([Buffer.of(version), current.id, salt, nonce, cipher.getAuthTag(), ...sealed]);
    },
    open: (bytes, name) => {
      if (bytes.length < headerLength || bytes[0] !== version) return undefined;
      const ring = currentRings().find(({ id }) => id.equals(bytes.subarray(1, 1 + keyIdLength)));
      return ring && unseal(bytes.subarray(1 + keyIdLength), ring, name);
    },
  };
}

interface Ring {
  readonly id: Buffer;
  readonly key: KeyObject;
}

function createRing(key: Buffer): Ring {
  const derive = (use: string) => Buffer.from(hkdfSync('sha256', key, '', `snapgate replicas ${use}`, 32));
  return {
    id: createHash('sha256').update(derive('id')).digest().subarray(0, keyIdLength),
    key: createSecretKey(derive('seal')),
  };
}

/** Each message has a key of its own: the number of random nonces that are safe under one key is limited. */
function messageKey({ key }: Ring, salt: Buffer): Buffer {
  return createHmac('sha256', key).update(salt).digest();
}

function unseal(bytes: Buffer, ring: Ring, name: string): Buffer | undefined {
  const [salt, nonce, tag, sealed] = [
    bytes.subarray(0, saltLength),
    bytes.subarray(saltLength, saltLength + nonceLength),
    bytes.subarray(saltLength + nonceLength, saltLength + nonceLength + tagLength),
    bytes.subarray(saltLength + nonceLength + tagLength),
  ];
  try {
    const decipher = createDecipheriv('aes-256-gcm', messageKey(ring, salt), nonce, { authTagLength: tagLength });
    decipher.setAAD(Buffer.from(name));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch {
    return undefined;
  }
}
