import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPlain } from '../../src/aws/protocol/xml-reader.ts';
import { readTree } from '../../src/aws/protocol/xml-tree.ts';
import { answers, operations, ornate, plain, readBySdk, sdk, snapshotPage, type Operation } from './answers.ts';

const runs = { seed: 20261121, numRuns: 10 };
const describeSnapshots = operation('DescribeClusterSnapshots');

function operation(name: string): Operation {
  const found = operations.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no operation ${name}`);
  return found;
}

function plainly({ name, output }: Operation, xml: string): unknown {
  return readPlain(name, output, xml);
}

function exactly({ name, output }: Operation, xml: string): unknown {
  return readTree(name, output, xml, (schema, value) => sdk.readSchema(schema, value));
}

test.each([
  ['the fast reader parses plain responses', plain, plainly],
  ['the exact reader parses plain responses', plain, exactly],
  ['the exact reader parses ornate responses', ornate, exactly],
])('%s of every operation as the SDK does', (_, writing, read) => {
  for (const each of operations) {
    const property = fc.property(answers(each, writing), (xml) =>
      isDeepStrictEqual(read(each, xml), readBySdk(each, xml)),
    );
    fc.assert(property, runs);
  }
});

/** Returns the value that a reader parses from a response; undefined if the reader rejects the response. */
function outcome(read: typeof plainly, of: Operation, xml: string): unknown {
  try {
    return read(of, xml) ?? {};
  } catch {
    return undefined;
  }
}

function isReadAlike(of: Operation, xml: string): boolean {
  const read = outcome(plainly, of, xml);
  return read === undefined || isDeepStrictEqual(read, outcome(exactly, of, xml));
}

test('the fast reader parses a response as the exact reader does, or rejects it', () => {
  for (const each of operations) {
    fc.assert(
      fc.property(answers(each, ornate), (xml) => isReadAlike(each, xml)),
      runs,
    );
  }
});

test('the fast reader parses a damaged page as the exact reader does, or rejects it', () => {
  const page = snapshotPage(1);
  const damage = fc.tuple(fc.nat(page.length - 1), fc.string({ unit: 'binary-ascii', maxLength: 1 }));
  const property = fc.property(damage, ([at, sign]) =>
    isReadAlike(describeSnapshots, page.slice(0, at) + sign + page.slice(at + 1)),
  );
  fc.assert(property, { ...runs, numRuns: 2000 });
});

test('the fast reader parses a full page', () => {
  const page = snapshotPage(20);
  expect(plainly(describeSnapshots, page)).toStrictEqual(readBySdk(describeSnapshots, page));
});

const snapshot = (inner: string) => `<DescribeClusterSnapshotsResponse><DescribeClusterSnapshotsResult>
  <Snapshots><Snapshot>${inner}</Snapshot></Snapshots>
</DescribeClusterSnapshotsResult></DescribeClusterSnapshotsResponse>`;

test.each([
  ['a word as a number', '<Port>x</Port>', 'the value of Port is not valid'],
  ['an empty number', '<Port/>', 'the value of Port is not valid'],
  ['NaN', '<Port>NaN</Port>', 'the value of Port is not valid'],
  ['a word as a boolean', '<Encrypted>yes</Encrypted>', 'the value of Encrypted is not valid'],
  [
    'seconds as a timestamp',
    '<SnapshotCreateTime>1700000000</SnapshotCreateTime>',
    'the value of SnapshotCreateTime is not valid',
  ],
])('both readers reject %s', (_, inner, reason) => {
  const xml = snapshot(inner);
  expect(() => plainly(describeSnapshots, xml)).toThrow();
  expect(() => exactly(describeSnapshots, xml)).toThrow(reason);
});
