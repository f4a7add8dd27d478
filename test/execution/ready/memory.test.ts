import { expect, it } from 'vitest';
import { createBasis, createVersions } from '../../../src/aws/calls/basis.ts';
import { createUsage } from '../../../src/aws/usage.ts';
import { createReadyResponses } from '../../../src/execution/ready/ready-responses.ts';

const made = (data: Buffer, basis = createBasis()) => ({
  data,
  errors: [],
  usage: createUsage(undefined, { signal: undefined, isFresh: false, basis }),
  keepability: new Set<never>(),
});

it('takes no more memory than its limit, compressed forms included', () => {
  const ready = createReadyResponses({ megabytes: 1 });
  for (let index = 0; index < 50; index += 1) {
    const key = `key ${index}`;
    ready.set(key, made(Buffer.alloc(40_000, 'a')));
    ready.setCompressed(key, ready.get(key)!, 'gzip', Buffer.alloc(20_000, 'b'));
    expect(ready.state().bytes).toBeLessThanOrEqual(1024 * 1024);
  }
  expect(ready.get('key 0')).toBeUndefined();
  expect(ready.get('key 49')!.compressed.get('gzip')).toEqual(Buffer.alloc(20_000, 'b'));
  expect(ready.state()).toMatchObject({ entries: 17, evictions: 33 });
});

it('keeps copies, because the buffers of a response are used again', () => {
  const ready = createReadyResponses({ megabytes: 1 });
  const data = Buffer.from('{"a":1}');
  ready.set('key', made(data));
  data.fill(0);
  expect(ready.get('key')!.data.toString()).toBe('{"a":1}');
});

it('does not keep a compressed form of a response that was replaced or removed', () => {
  const ready = createReadyResponses({ megabytes: 1 });
  const versions = createVersions();
  const basis = createBasis();
  basis.restOn(versions.of('source'), Infinity);
  ready.set('key', made(Buffer.from('1'), basis));
  const response = ready.get('key')!;
  ready.set('key', made(Buffer.from('2'), basis));
  ready.setCompressed('key', response, 'gzip', Buffer.from('compressed 1'));
  expect(ready.get('key')!.compressed.size).toBe(0);
  versions.increase('source');
  expect(ready.get('key')).toBeUndefined();
  ready.setCompressed('key', response, 'gzip', Buffer.from('compressed 1'));
  expect(ready.state().entries).toBe(0);
});

it('remembers which of the recent requests were sent before', () => {
  const ready = createReadyResponses({ megabytes: 1 });
  expect([ready.isRepeated('key'), ready.isRepeated('other'), ready.isRepeated('key')]).toEqual([false, false, true]);
  for (let index = 0; index < 10_000; index += 1) expect(ready.isRepeated(`key ${index}`)).toBe(false);
  expect(ready.isRepeated('key 9999')).toBe(true);
  expect(ready.isRepeated('key')).toBe(false);
});
