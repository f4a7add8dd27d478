import {
  type CipherKey,
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';

/** The keys that are derived from one configured key, one for each use, and their id. */
export type KeyRing<Use extends string> = { readonly id: Buffer } & { readonly [Each in Use]: KeyObject };

export const keyIdLength = 4;
export const nonceLength = 12;
const tagLength = 16;
/** The bytes that encryption adds: the nonce and the tag. */
export const overhead = nonceLength + tagLength;

/** Derives the keys of a purpose; those of different purposes and uses are independent (HKDF, RFC 5869). */
export function createKeyRing<Use extends string>(key: Buffer, purpose: string, uses: readonly Use[]): KeyRing<Use> {
  const derive = (use: string) => Buffer.from(hkdfSync('sha256', key, '', `snapgate ${purpose} ${use}`, 32));
  return {
    id: createHash('sha256').update(derive('id')).digest().subarray(0, keyIdLength),
    // A key object is prepared once instead of for every use.
    ...(Object.fromEntries(uses.map((use) => [use, createSecretKey(derive(use))])) as Record<Use, KeyObject>),
  };
}

/** Encrypts with AES-256-GCM, and binds the result to a text. Returns the nonce, the tag and the encrypted bytes. */
export function encrypt(key: CipherKey, nonce: Buffer, plain: Uint8Array, bound: string): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(bound));
  const sealed = [cipher.update(plain), cipher.final()];
  return Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]);
}

/** Reverses `encrypt`; throws if the bytes were not encrypted with this key for this text. */
export function decrypt(key: CipherKey, bytes: Buffer, bound: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceLength), { authTagLength: tagLength });
  decipher.setAAD(Buffer.from(bound));
  decipher.setAuthTag(bytes.subarray(nonceLength, overhead));
  return Buffer.concat([decipher.update(bytes.subarray(overhead)), decipher.final()]);
}
