import { isUtf8 } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPlain as readBytes } from '../../src/aws/protocol/xml-reader.ts';
import { readTree } from '../../src/aws/protocol/xml-tree.ts';
import { runs as runCount } from '../support/runs.ts';
import { answers, fullPages, operations, ornate, plain, readBySdk, sdk, type Operation } from './answers.ts';

function readPlain(name: string, output: Operation['output'], xml: string | Buffer, flaws?: Set<string>): unknown {
  return readBytes(name, output, Buffer.from(xml), flaws);
}

const runs = { seed: 20261121, numRuns: runCount(10, 200) };
const describeSnapshots = operation('DescribeClusterSnapshots');

function operation(name: string): Operation {
  const found = operations.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no operation ${name}`);
  return found;
}

function plainly({ name, output }: Operation, xml: string): unknown {
  return readPlain(name, output, xml);
}

function readTreePlainly(name: string, output: Operation['output'], xml: string, flaws?: Set<string>): unknown {
  return readTree(name, output, xml, (schema, value) => sdk.readSchema(schema, value), flaws);
}

function exactly({ name, output }: Operation, xml: string): unknown {
  return readTreePlainly(name, output, xml);
}

test.each([
  ['the fast reader parses plain responses', plain, plainly],
  ['the exact reader parses plain responses', plain, exactly],
  ['the exact reader parses ornate responses', ornate, exactly],
])('%s of every operation as the SDK does, without empty strings', (_, writing, read) => {
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

describe.each(fullPages)('of a page of %s, the fast reader', (name, page) => {
  const of = operation(name);

  test('parses everything', () => {
    const xml = page(20);
    expect(plainly(of, xml)).toStrictEqual(readBySdk(of, xml));
  });

  test('parses no truncation', () => {
    const bytes = Buffer.from(page(1).trimEnd());
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => readPlain(name, of.output, bytes.subarray(0, length)), String(length)).toThrow('not plain XML');
    }
    expect(readPlain(name, of.output, bytes)).toStrictEqual(readBySdk(of, bytes.toString()));
  });

  test('parses damaged bytes as the exact reader does, or rejects them', () => {
    const bytes = Buffer.from(page(1));
    const damage = fc.record({ at: fc.nat(bytes.length - 1), mask: fc.integer({ min: 1, max: 255 }) });
    const property = fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
      const damaged = Buffer.from(bytes);
      for (const { at, mask } of damages) damaged[at] = (damaged[at] ?? 0) ^ mask;
      return !isUtf8(damaged) || isReadAlike(of, damaged.toString());
    });
    fc.assert(property, { seed: runs.seed, numRuns: runCount(700, 50_000) });
  });

  test('parses a page with replaced characters as the exact reader does, or rejects it', () => {
    const xml = page(1);
    const damage = fc.tuple(fc.nat(xml.length - 1), fc.string({ unit: 'binary-ascii', maxLength: 1 }));
    const property = fc.property(damage, ([at, sign]) => isReadAlike(of, xml.slice(0, at) + sign + xml.slice(at + 1)));
    fc.assert(property, { seed: runs.seed, numRuns: runCount(700, 50_000) });
  });
});

test('the fast reader never mistakes one text for another', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '-'), minLength: 1, maxLength: 12 });
  const property = fc.property(fc.array(text, { minLength: 300, maxLength: 900 }), fc.boolean(), (texts, isAscii) => {
    const values = isAscii ? texts.map((each) => each.replaceAll('é', 'c')) : texts;
    const xml = snapshot(
      `<AccountsWithRestoreAccess/><Tags>${values.map((each) => `<Tag><Value>${each}</Value></Tag>`).join('')}</Tags>`,
    );
    const tags = (plainly(describeSnapshots, xml) as any).Snapshots[0].Tags as { Value: string }[];
    expect(tags.map((tag) => tag.Value)).toEqual(values);
  });
  fc.assert(property, { seed: runs.seed, numRuns: runCount(20, 1000) });
});

const digit = fc.integer({ min: 0, max: 9 }).map(String);
const numbers = fc.oneof(
  fc.double().map(String),
  fc.tuple(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), fc.nat(10 ** 9)).map((parts) => parts.join('.')),
  fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '-', '+', 'e', ' '), maxLength: 18 }),
);
const times = fc
  .tuple(
    fc.tuple(
      ...[4, 2, 2, 2, 2, 2, 3].map((length) => fc.string({ unit: digit, minLength: length, maxLength: length })),
    ),
    fc.constantFrom('', 'milliseconds'),
    fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
    fc.nat(24),
  )
  .chain(([[year, month, day, hour, minute, second, milliseconds], form, date, at]) => {
    const fraction = form === '' ? '' : `.${milliseconds}`;
    const days = fc.constantFrom('01', '28', '29', '30', '31', day);
    const months = fc.constantFrom('01', '02', '03', '04', '12', month);
    const free = fc
      .tuple(months, days)
      .map((parts) => `${year}-${parts.join('-')}T${hour}:${minute}:${second}${fraction}Z`);
    const written = date.toISOString();
    return fc.oneof(
      free,
      fc.constantFrom(written, `${written.slice(0, 19)}Z`),
      fc.constant(`${written.slice(0, at)}:${written.slice(at + 1)}`),
    );
  });

test.each([
  ['numbers', 'TotalBackupSizeInMegaBytes', numbers],
  ['times', 'SnapshotCreateTime', times],
  [
    'booleans',
    'Encrypted',
    fc.constantFrom('true', 'false', 'TRUE', 'False', 'tru', 'falsE', 'fals ', 'falsy', 'true '),
  ],
])('both readers parse all %s alike', (_, member, texts) => {
  const read = (reader: typeof readTreePlainly, xml: string) => {
    const flaws = new Set<string>();
    return [reader('DescribeClusterSnapshots', describeSnapshots.output, xml, flaws), [...flaws]];
  };
  const property = fc.property(texts, (text) => {
    const xml = snapshot(`<${member}>${text}</${member}>`);
    expect(read(readPlain, xml)).toStrictEqual(read(readTreePlainly, xml));
  });
  fc.assert(property, { seed: runs.seed, numRuns: runCount(500, 50_000) });
});

const snapshot = (inner: string) => `<DescribeClusterSnapshotsResponse><DescribeClusterSnapshotsResult>
  <Snapshots><Snapshot>${inner}</Snapshot></Snapshots>
</DescribeClusterSnapshotsResult></DescribeClusterSnapshotsResponse>`;

const members = { SnapshotIdentifier: 'kept', Encrypted: false };

test.each<readonly [string, string, string]>([
  ['a word as a number', '<Port>x</Port>', 'Snapshot.Port'],
  ['an empty number', '<Port/>', 'Snapshot.Port'],
  ['a blank number', '<Port> </Port>', 'Snapshot.Port'],
  ['a hexadecimal number', '<Port>0x10</Port>', 'Snapshot.Port'],
  ['NaN', '<Port>NaN</Port>', 'Snapshot.Port'],
  [
    'a number above all doubles',
    '<TotalBackupSizeInMegaBytes>1e999</TotalBackupSizeInMegaBytes>',
    'Snapshot.TotalBackupSizeInMegaBytes',
  ],
  ['a word as a boolean', '<EncryptedWithHSM>yes</EncryptedWithHSM>', 'Snapshot.EncryptedWithHSM'],
  ['an empty boolean', '<EncryptedWithHSM></EncryptedWithHSM>', 'Snapshot.EncryptedWithHSM'],
  ...[
    '',
    '1700000000',
    '2023-07-18',
    '2023-07-18T12:04:24',
    '2023-07-18 12:04:24Z',
    '2023-02-29T00:00:00Z',
    '2024-02-30T00:00:00Z',
    '2024-02-30T00:00:00.123456Z',
    '1900-02-29T00:00:00Z',
    '2024-04-31T00:00:00+01:00',
    '2024-13-01T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2024-01-32T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '9999-12-31T23:59:59-12:00',
    '0000-01-01T00:00:00+12:00',
  ].map(
    (text) =>
      [`the time ${text}`, `<SnapshotCreateTime>${text}</SnapshotCreateTime>`, 'Snapshot.SnapshotCreateTime'] as const,
  ),
])('both readers report %s as unreadable, and keep the record', (_, inner, member) => {
  const xml = snapshot(`<SnapshotIdentifier>kept</SnapshotIdentifier>${inner}<Encrypted>false</Encrypted>`);
  for (const read of [readPlain, readTreePlainly]) {
    const flaws = new Set<string>();
    expect(read('DescribeClusterSnapshots', describeSnapshots.output, xml, flaws)).toStrictEqual({
      Snapshots: [members],
    });
    expect([...flaws]).toEqual([member]);
  }
});

test.each(['2024-02-29T00:00:00Z', '2000-02-29T12:00:00.5+01:00', '0004-02-29T00:00:00Z', '2026-12-31T23:59:60Z'])(
  'both readers read the time %s',
  (text) => {
    const xml = snapshot(`<SnapshotCreateTime>${text}</SnapshotCreateTime>`);
    const expected = { Snapshots: [{ SnapshotCreateTime: expect.any(Date) }] };
    expect(plainly(describeSnapshots, xml)).toEqual(expected);
    expect(exactly(describeSnapshots, xml)).toEqual(expected);
  },
);

test('both readers drop the items of a list that cannot be read', () => {
  const schedules = operation('CreateSnapshotSchedule');
  const times = ['2026-01-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-01-02T00:00:00Z'];
  const items = times.map((time) => `<SnapshotTime>${time}</SnapshotTime>`).join('');
  const result = `<NextInvocations>${items}</NextInvocations><ScheduleDefinitions><ScheduleDefinition/></ScheduleDefinitions>`;
  const xml = `<CreateSnapshotScheduleResponse><CreateSnapshotScheduleResult>${result}</CreateSnapshotScheduleResult></CreateSnapshotScheduleResponse>`;
  for (const read of [readPlain, readTreePlainly]) {
    const flaws = new Set<string>();
    expect(read(schedules.name, schedules.output, xml, flaws)).toStrictEqual({
      NextInvocations: [new Date(times[0] ?? ''), new Date(times[2] ?? '')],
      ScheduleDefinitions: [],
    });
    expect([...flaws]).toEqual(['SnapshotSchedule.NextInvocations']);
  }
});

test.each([
  ['a repeated value', '<Port>1</Port><Port>2</Port>', 'Port occurs more than once'],
  ['a repeated value that cannot be read', '<Port>x</Port><Port>2</Port>', 'Port occurs more than once'],
  ['a repeated empty value', '<KmsKeyId/><KmsKeyId>k</KmsKeyId>', 'KmsKeyId occurs more than once'],
  ['an element in a value', '<Port><a>1</a></Port>', 'Port has an unexpected element'],
])('both readers reject %s', (_, inner, reason) => {
  const xml = snapshot(inner);
  expect(() => plainly(describeSnapshots, xml)).toThrow();
  expect(() => exactly(describeSnapshots, xml)).toThrow(reason);
});

/** Every way to write a character in XML, except literally. */
const written = [
  (code: number) => `&#${code};`,
  (code: number) => `&#000000${code};`,
  (code: number) => `&#x${code.toString(16)};`,
  (code: number) => `&#x${code.toString(16).toUpperCase()};`,
  (code: number) => `&#x000000${code.toString(16)};`,
];

/** All characters of XML 1.0: https://www.w3.org/TR/xml/#NT-Char */
const characters = [
  [0x9, 0xa],
  [0xd, 0xd],
  [0x20, 0xd7ff],
  [0xe000, 0xfffd],
  [0x10000, 0x10ffff],
] as const;

const isForbidden = (code: number) => !characters.some(([first, last]) => first <= code && code <= last);

function tagged(value: string): string {
  return snapshot(`<Tags><Tag><Key>k</Key><Value>${value}</Value></Tag></Tags>`);
}

function tagIn(read: typeof plainly, value: string): unknown {
  return (read(describeSnapshots, tagged(value)) as any).Snapshots[0].Tags[0].Value;
}

test('both readers decode a reference to every character, in every form', () => {
  // The fast suite writes each character in one form, the soak in all of them.
  for (let shift = 0; shift < runCount(1, written.length); shift += 1) {
    for (const [first, last] of characters) {
      for (let from = first; from <= last; from += 4096) {
        const codes = Array.from({ length: Math.min(4096, last - from + 1) }, (_value, index) => from + index);
        const text = codes.map((code) => written[(code + shift) % written.length]?.(code)).join('');
        const expected = String.fromCodePoint(...codes);
        expect(tagIn(plainly, text) === expected, `the fast reader from ${from}`).toBe(true);
        expect(tagIn(exactly, text) === expected, `the exact reader from ${from}`).toBe(true);
      }
    }
  }
});

/** A text in XML, and the text that it stands for. */
type Parts = Arbitrary<readonly string[]>;

test('both readers decode text that mixes every form of references, CDATA and comments', () => {
  const code = fc.constantFrom(...characters).chain(([min, max]) => fc.integer({ min, max }));
  const named: Parts = fc.constantFrom(['&amp;', '&'], ['&lt;', '<'], ['&gt;', '>'], ['&quot;', '"'], ['&apos;', "'"]);
  const part: Parts = fc.oneof(
    fc.tuple(code, fc.constantFrom(...written)).map(([each, write]) => [write(each), String.fromCodePoint(each)]),
    fc.constantFrom(['💾', '💾'], ['é', 'é'], ['a', 'a'], ['#x41;', '#x41;'], [' ', ' ']),
    named,
  );
  const opaque: Parts = fc.constantFrom(
    ['<![CDATA[&#128190;]]>', '&#128190;'],
    ['<!-- &#0; & -->', ''],
    ['<?pi &?>', ''],
  );
  const joined = (parts: readonly (readonly string[])[]) =>
    [0, 1].map((index) => parts.map((each) => each[index]).join(''));
  const property = fc.property(fc.array(part), fc.array(fc.oneof(part, opaque)), (parts, ornateParts) => {
    const [text = '', expected = ''] = joined([['x', 'x'], ...parts]);
    expect(tagIn(plainly, text)).toBe(expected);
    expect(tagIn(exactly, text)).toBe(expected);
    const [ornateText = '', ornateExpected = ''] = joined([['x', 'x'], ...ornateParts]);
    expect(tagIn(exactly, ornateText)).toBe(ornateExpected);
  });
  fc.assert(property, { seed: runs.seed, numRuns: 500 });
});

test('both readers reject references to characters that XML forbids', () => {
  const codes = [0, 1, 0xb, 0x1f, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xfffe, 0xffff, 0x110000, 0x7fffffff, 1e30];
  const property = fc.property(
    fc.oneof(fc.constantFrom(...codes), fc.integer({ min: 0, max: 0x120000 }).filter(isForbidden)),
    fc.constantFrom(...written),
    fc.constantFrom(tagged, (text: string) => snapshot(`<Newer>${text}</Newer>`)),
    (code, write, wrap) => {
      const xml = wrap(write(code).replace('1e+30', '9'.repeat(30)));
      expect(() => plainly(describeSnapshots, xml)).toThrow();
      expect(() => exactly(describeSnapshots, xml)).toThrow('the body refers to a character that XML forbids');
    },
  );
  fc.assert(property, { seed: runs.seed, numRuns: 500 });
});

test.each(['&nbsp;', '&#X41;', '&#;', '&#x;', '&#xg;', '&#12', '&', '&amp', '& ', '&#-1;', '&__proto__;'])(
  'both readers reject %s, which is not a reference',
  (text) => {
    expect(() => plainly(describeSnapshots, tagged(text))).toThrow();
    expect(() => exactly(describeSnapshots, tagged(text))).toThrow('the body has an unknown XML entity');
  },
);

test('both readers reject U+FFFF', () => {
  expect(() => plainly(describeSnapshots, tagged('\uFFFF'))).toThrow();
  expect(() => exactly(describeSnapshots, tagged('\uFFFF'))).toThrow('the body has a character that XML forbids');
});
