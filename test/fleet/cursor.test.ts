import { createCipheriv, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCursors, type CursorContent } from '../../src/fleet/paging/cursor.ts';

const key = Buffer.alloc(32, 7);
const cursors = createCursors([key]);
const place: fc.Arbitrary<CursorContent> = fc.array(
  fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((size) => size + 0),
    fc.constant(null),
  ),
);
const refusal = /`after` is not a cursor of this list with this filter. Start again/;

describe('cursors', () => {
  it('open to the sealed content, and the same content has the same cursor', () => {
    fc.assert(
      fc.property(place, fc.string(), (where, binding) => {
        const cursor = cursors.seal(where, binding);
        expect(cursors.open(cursor, binding)).toEqual(where);
        expect(cursors.seal(where, binding)).toBe(cursor);
        expect(createCursors([Buffer.from(key)]).open(cursor, binding)).toEqual(where);
      }),
    );
  });

  it('reveal nothing of their content', () => {
    const cursor = cursors.seal(['secret-source', 0, 'secret-marker', 20, 3], 'binding');
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toMatch(/secret/);
  });

  it('are rejected after any bit flip, truncation or non-canonical encoding', () => {
    const cursor = cursors.seal(['123456789012/us-east-1/REDSHIFT', 1, 'c2FsZXM', 20, 3], 'binding');
    const bytes = Buffer.from(cursor, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => cursors.open(flipped.toString('base64url'), 'binding')).toThrow(refusal);
    }
    for (let length = 0; length < cursor.length; length += 1) {
      expect(() => cursors.open(cursor.slice(0, length), 'binding')).toThrow(refusal);
    }
    for (const other of [`${cursor}=`, ` ${cursor}`, `${cursor}\n`, bytes.toString('base64'), cursor.toLowerCase()]) {
      if (other !== cursor) expect(() => cursors.open(other, 'binding')).toThrow(refusal);
    }
  });

  it('are rejected for another list, under another key, and if forged', () => {
    const where = ['a', 0, null, null, 0];
    expect(() => cursors.open(cursors.seal(where, 'one list'), 'another list')).toThrow(refusal);
    expect(() => createCursors([randomBytes(32)]).open(cursors.seal(where, 'list'), 'list')).toThrow(refusal);
    const forged = createCipheriv('aes-256-gcm', key, Buffer.alloc(12))
      .update('["a",0,null,null,0]')
      .toString('base64url');
    expect(() => cursors.open(forged, 'list')).toThrow(refusal);
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => cursors.open(text, 'list')).toThrow(refusal);
      }),
    );
  });

  it('stay valid after a key rotation while the old key is still configured', () => {
    const where = ['a', 0, 'm', 20, 5];
    const rotated = createCursors([randomBytes(32), key]);
    expect(rotated.open(cursors.seal(where, 'list'), 'list')).toEqual(where);
    expect(() => cursors.open(rotated.seal(where, 'list'), 'list')).toThrow(refusal);
  });
});
