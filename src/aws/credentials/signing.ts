import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { AuthScheme, Checksum, RequestSigner, SourceData } from '@smithy/types';

/** Prepared keys, by the bytes that the SDK keeps for a day. A secret itself is not kept. */
const keys = new WeakMap<object, KeyObject>();

/**
 * The SHA-256 of the SDK's signatures. Unlike that of the SDK, it prepares the key of an HMAC once, which takes several times
 * as long as the HMAC of a request. Pass it as the `sha256` of an SDK client.
 */
export class Sha256 implements Checksum {
  readonly #secret: SourceData | undefined;
  #chunks: Uint8Array[] = [];

  constructor(secret?: SourceData) {
    this.#secret = secret;
  }

  update(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
  }

  async digest(): Promise<Uint8Array> {
    const [first, ...rest] = this.#chunks;
    const bytes = first !== undefined && rest.length === 0 ? first : Buffer.concat(this.#chunks);
    if (this.#secret === undefined) return hash('sha256', bytes, 'buffer');
    return createHmac('sha256', keyOf(this.#secret)).update(bytes).digest();
  }

  reset(): void {
    this.#chunks = [];
  }
}

function keyOf(secret: SourceData): KeyObject {
  if (typeof secret === 'string') return createSecretKey(Buffer.from(secret));
  const key = keys.get(secret) ?? createSecretKey(bytesOf(secret));
  keys.set(secret, key);
  return key;
}

function bytesOf(secret: Exclude<SourceData, string>): Buffer {
  return ArrayBuffer.isView(secret)
    ? Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength)
    : Buffer.from(secret);
}

/** The part of the resolved configuration with which an SDK client creates a signer for each request. */
export interface SignerConfig {
  signer: (scheme?: AuthScheme) => Promise<RequestSigner>;
}

/** Makes an SDK client reuse its signers, which do not depend on the request: they ask for the keys of each request. */
export function reuseSigners(config: SignerConfig): void {
  const create = config.signer;
  const signers = new Map<string, Promise<RequestSigner>>();
  config.signer = (scheme) => {
    const key = JSON.stringify(scheme ?? null);
    const signer = signers.get(key) ?? create(scheme);
    signers.set(key, signer);
    return signer;
  };
}
