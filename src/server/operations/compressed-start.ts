import { promisify } from 'node:util';
import { brotliCompress, constants, crc32, deflateRaw } from 'node:zlib';
import { brotliOptions, type Encoding, gzipLevel } from './encodings.ts';

/** The compressed start of a response, which can be kept and completed with different ends. */
export type CompressedStart = Buffer;

const compressBrotli = promisify(brotliCompress);
const compressRaw = promisify(deflateRaw);

/** The header of a gzip member without a name or a time: RFC 1952, section 2.3. */
const gzipHeader = Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
/** The length of the checksum and of the size at the end of a gzip member. */
const trailerLength = 8;

/** Compresses the start of a response outside the event loop, up to a byte boundary, so that an end can follow. */
export async function compressStart(start: Uint8Array, encoding: Encoding): Promise<CompressedStart> {
  if (encoding === 'br') {
    return compressBrotli(start, { ...brotliOptions(start.length), finishFlush: constants.BROTLI_OPERATION_FLUSH });
  }
  const bytes = await compressRaw(start, { level: gzipLevel, finishFlush: constants.Z_FULL_FLUSH });
  const trailer = Buffer.alloc(trailerLength);
  trailer.writeUInt32LE(crc32(start));
  trailer.writeUInt32LE(start.length, 4);
  return Buffer.concat([gzipHeader, bytes, trailer]);
}

/** Appends an end of at most 65,535 bytes to a compressed start, without compressing it. */
export function completeWith(start: CompressedStart, end: Buffer, encoding: Encoding): Buffer {
  return encoding === 'br' ? completeBrotli(start, end) : completeGzip(start, end);
}

/** A meta-block of uncompressed bytes, and an empty last one: RFC 7932, section 9.2. */
function completeBrotli(start: CompressedStart, end: Buffer): Buffer {
  // From the lowest bit: not the last block, 4 nibbles of length, the length minus 1, uncompressed.
  const header = ((end.length - 1) << 3) | (1 << 19);
  const last = 0b11;
  return Buffer.concat([start, Buffer.of(header & 0xff, (header >> 8) & 0xff, header >> 16), end, Buffer.of(last)]);
}

/** A last block of uncompressed bytes (RFC 1951, section 3.2.4), and the checksum and size of everything. */
function completeGzip(start: CompressedStart, end: Buffer): Buffer {
  const at = start.length - trailerLength;
  const header = Buffer.alloc(5);
  header.writeUInt8(1);
  header.writeUInt16LE(end.length, 1);
  header.writeUInt16LE(end.length ^ 0xffff, 3);
  const trailer = Buffer.alloc(trailerLength);
  trailer.writeUInt32LE(crc32(end, start.readUInt32LE(at)));
  trailer.writeUInt32LE((start.readUInt32LE(at + 4) + end.length) >>> 0, 4);
  return Buffer.concat([start.subarray(0, at), header, end, trailer]);
}
