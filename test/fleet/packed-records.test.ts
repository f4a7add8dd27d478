import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPacker } from '../../src/fleet/full-reads/packed/records.ts';
import { createSources } from '../../src/fleet/sources.ts';
import { documentDBSnapshot } from '../../src/services/documentdb/snapshot-kind.ts';
import { redshiftSnapshot } from '../../src/services/redshift/snapshot-kind.ts';
import type { SnapshotKind, SnapshotRecord } from '../../src/snapshots/snapshot.ts';
import type { Source } from '../../src/snapshots/source.ts';
import { runs } from '../support/runs.ts';

const [source] = createSources([{ id: '123456789012', regions: ['us-east-1'], services: ['REDSHIFT'] }]).all as [
  Source,
];

const text = fc.oneof(
  fc.constantFrom('available', 'manual', 'sales', '__proto__', 'constructor', ''),
  fc.string({ unit: 'binary' }),
  fc.string({ minLength: 250, maxLength: 260 }),
  fc.string({ unit: fc.constantFrom('é', '\uD800', '😀', '\0', '漢'), minLength: 1, maxLength: 300 }),
);
const scalar = fc.oneof(
  text,
  fc.boolean(),
  fc.constantFrom(undefined, null, 0, -0, -1, NaN, Infinity, 2 ** 28 - 1, 2 ** 28, 2 ** 32, 2 ** 53),
  fc.integer(),
  fc.double(),
  fc.date({ noInvalidDate: false }),
  fc.constantFrom(10n, Symbol.for('symbol')),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value')),
    fc.array(fc.constantFrom('available', 1, 2, true), { maxLength: 40, size: 'max' }),
    fc.dictionary(text, tie('value'), { noNullPrototype: true }),
  ),
}));
const tag = fc.record({ Key: text, Value: text }, { requiredKeys: [], noNullPrototype: true });
const redshift = fc.record(
  {
    SnapshotIdentifier: text,
    ClusterIdentifier: text,
    SnapshotCreateTime: fc.date(),
    SnapshotType: fc.constantFrom('manual', 'automated', 'other'),
    Status: fc.constantFrom('available', 'creating'),
    Port: fc.nat(),
    Encrypted: fc.boolean(),
    TotalBackupSizeInMegaBytes: fc.double(),
    ManualSnapshotRetentionPeriod: fc.integer({ min: -1, max: 4000 }),
    Tags: fc.array(tag),
    RestorableNodeTypes: fc.array(text),
    AccountsWithRestoreAccess: fc.array(fc.record({ AccountId: text }, { noNullPrototype: true })),
    Unknown: value,
  },
  { requiredKeys: [], noNullPrototype: true },
);
const documentDB = fc.record(
  {
    DBClusterSnapshotIdentifier: text,
    DBClusterIdentifier: text,
    SnapshotCreateTime: fc.date(),
    AvailabilityZones: fc.array(text),
    StorageEncrypted: fc.boolean(),
    PercentProgress: fc.nat(100),
    TagList: fc.array(tag),
    Unknown: value,
  },
  { requiredKeys: [], noNullPrototype: true },
);
const rows = {
  REDSHIFT: redshift.map((aws) => redshiftSnapshot(source, aws)),
  DOCUMENTDB: documentDB.map((aws) => documentDBSnapshot(source, aws)),
};
const pages = (row: fc.Arbitrary<SnapshotRecord>) => fc.array(fc.array(row, { maxLength: 8 }), { maxLength: 4 });

/** Packs each page of a list. */
function packed(list: readonly (readonly SnapshotRecord[])[]): readonly SnapshotRecord[] {
  const packer = createPacker<SnapshotRecord>();
  const all = list.flatMap((page) => packer.pack(page));
  packer.end();
  return all;
}

/** Returns what each function of the kind of a record returns. */
function readingsOf(row: SnapshotRecord): unknown[] {
  const functions = Object.entries(row.kind).filter(([, member]) => typeof member === 'function');
  return functions.map(([name]) => [name, row.kind[name as keyof SnapshotKind<unknown> & 'arn'](row)]);
}

describe.each(['REDSHIFT', 'DOCUMENTDB'] as const)('packed records of %s', (service) => {
  it('are equal to the records that AWS returned', () => {
    fc.assert(
      fc.property(pages(rows[service]), (list) => {
        const originals = list.flat();
        const copies = packed(list);
        expect(copies).toHaveLength(originals.length);
        for (const [index, copy] of copies.entries()) {
          const original = originals[index]!;
          // The assertions of Vitest compare constructors, also those that are members.
          deepStrictEqual(copy.aws, original.aws);
          deepStrictEqual({ ...(copy.aws as object) }, original.aws);
          expect(Reflect.ownKeys(copy.aws as object)).toEqual(Reflect.ownKeys(original.aws as object));
          expect(copy).toMatchObject({ __typename: original.__typename, kind: original.kind, source });
          deepStrictEqual(readingsOf(copy), readingsOf(original));
        }
      }),
      { numRuns: runs(60, 20_000) },
    );
  });
});

it('of a packed record, members that AWS did not return are missing, and none can be changed', () => {
  const [row] = packed([[redshiftSnapshot(source, { SnapshotIdentifier: 'one', Port: undefined })]]);
  const aws = row?.aws as any;
  expect('Port' in aws && !('Status' in aws) && 'toString' in aws).toBe(true);
  expect(String(aws)).toBe('[object Object]');
  expect(JSON.stringify(aws)).toBe('{"SnapshotIdentifier":"one"}');
  expect(() => (aws.Port = 1)).toThrow(TypeError);
  expect(() => delete aws.SnapshotIdentifier).toThrow(TypeError);
  expect(() => Object.freeze(aws)).toThrow(TypeError);
  expect(aws).toStrictEqual({ SnapshotIdentifier: 'one', Port: undefined });
});

it('packed records can be of any size, and are independent of those packed before', () => {
  const named = (prefix: string, length: number) =>
    Array.from({ length }, (_, index) => ({ Key: `${prefix}${index}` }));
  const list = [[named('long', 20_000), named('one', 3)], [named('two', 3)], [named('one', 3)]].map((page) =>
    page.map((Tags) => redshiftSnapshot(source, { Tags })),
  );
  expect(packed(list).map(({ aws }) => ({ ...(aws as object) }))).toEqual(list.flat().map(({ aws }) => aws));
});
