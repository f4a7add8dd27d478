import { expect, it } from 'vitest';
import { createBasis, createVersions } from '../../src/aws/calls/basis.ts';

const inAnHour = () => performance.now() + 3_600_000;

it('is valid without responses', () => {
  expect(createBasis().isValid(0)).toBe(true);
});

it('becomes invalid when the version of a source increases, and only of a source that it rests on', () => {
  const versions = createVersions();
  const basis = createBasis();
  basis.restOn(versions.of('one'), inAnHour());
  basis.restOn(versions.of('other'), inAnHour());
  versions.increase('third');
  expect(basis.isValid(0)).toBe(true);
  versions.increase('other');
  expect(basis.isValid(0)).toBe(false);
});

it('is not reusable if a source changes between two of its responses', () => {
  const versions = createVersions();
  const basis = createBasis();
  basis.restOn(versions.of('one'), inAnHour());
  versions.increase('one');
  basis.restOn(versions.of('one'), inAnHour());
  expect([basis.isUnchanged(0), basis.isValid(0)]).toEqual([false, false]);
});

it('is not valid if a response has expired, but was the same for requests until then', () => {
  const expired = createBasis();
  expired.restOn(createVersions().of('one'), performance.now());
  expect([expired.isValid(0), expired.isUnchanged(0)]).toEqual([false, true]);
});

it('is not reusable after a refusal', () => {
  const refused = createBasis();
  refused.refuse();
  expect([refused.isValid(0), refused.isUnchanged(0)]).toEqual([false, false]);
});

it('is limited to all of its times', () => {
  const basis = createBasis();
  basis.limitTo(100, 200);
  basis.limitTo(50, 150);
  expect([99, 100, 149, 150].map((time) => basis.isValid(time))).toEqual([false, true, true, false]);
});
