import { Sha256Js } from '@smithy/core/checksum';
import type { Checksum, SourceData } from '@smithy/types';
import { expect, it } from 'vitest';
import { Sha256 } from '../../src/aws/credentials/signing.ts';

const bytes = Buffer.from('key of the day, äöü');
const secrets: readonly (SourceData | undefined)[] = [
  undefined,
  'AWS4secret',
  'AWS4sécret',
  'x'.repeat(200),
  bytes,
  new Uint8Array(bytes),
  bytes.subarray(3, 9),
  new Uint8Array(bytes).buffer,
];
const texts = ['', 'GET\n/\n', 'ü'.repeat(1000)].map((text) => Buffer.from(text));

async function digestOf(checksum: Checksum, parts: readonly Uint8Array[]): Promise<Buffer> {
  for (const part of parts) checksum.update(part);
  return Buffer.from(await checksum.digest());
}

const cases = secrets.flatMap((secret) => texts.map((text) => ({ secret, parts: [text, text.subarray(0, 7)] })));

it('the digests and signatures are those of the SDK, also if a key is used again', async () => {
  for (const { secret, parts } of [...cases, ...cases]) {
    const own = new Sha256(secret);
    // oxlint-disable-next-line no-await-in-loop -- in this order, a key is used again
    expect(await digestOf(own, parts)).toEqual(await digestOf(new Sha256Js(secret), parts));
    own.reset();
    // oxlint-disable-next-line no-await-in-loop -- see above
    expect(await digestOf(own, [])).toEqual(await digestOf(new Sha256Js(secret), []));
  }
});
