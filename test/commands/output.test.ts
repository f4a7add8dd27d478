import fc from 'fast-check';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { prepare } from '../../src/commands/query/execute.ts';
import { cellOf } from '../../src/commands/query/output/cells.ts';
import { csvOf } from '../../src/commands/query/output/csv.ts';
import { jsonOf } from '../../src/commands/query/output/print.ts';
import { tableOf } from '../../src/commands/query/output/table.ts';
import { questions } from '../../src/cookbook/cookbook.ts';
import { schema } from '../../src/schema.ts';

/** Texts with the characters that formats escape. */
const texts = fc.string({
  unit: fc.oneof(
    fc.constantFrom('"', ',', '\r', '\n', '\t', '=', '+', '-', '@', "'", '\u001b', '\u009b', '\u202e'),
    fc.string({ minLength: 1, maxLength: 1 }),
  ),
});
const cells = fc.oneof(texts, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null));

/** Reads CSV as RFC 4180 describes it. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  const row: string[] = [];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') rows.push(row.splice(0));
  }
  return rows;
}

describe('CSV', () => {
  it('has every value, and no text that a spreadsheet executes', () => {
    const rows = fc.array(fc.array(cells, { minLength: 3, maxLength: 3 }), { minLength: 1 });
    fc.assert(
      fc.property(rows, (given) => {
        const read = readCsv(csvOf(given));
        const expected = given.map((row) =>
          row.map((cell) =>
            typeof cell === 'string' && /^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : String(cell ?? ''),
          ),
        );
        expect(read).toEqual(expected);
      }),
    );
  });

  it('quotes only where it must', () => {
    expect(csvOf([['a b', 'a,b', 'a"b', 'a\nb', '=1+1', '-5', -5, null, '', '\nx', '＝1']])).toBe(
      `a b,"a,b","a""b","a\nb",'=1+1,'-5,-5,,,"'\nx",'＝1\r\n`,
    );
  });
});

describe('output for a terminal', () => {
  const controls = /[^\P{Cc}\n]|\p{Bidi_Control}/u;

  it('has no characters that control it, and one line for each row', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cells, cells)), (rows) => {
        const table = tableOf(['one', 'other'], rows);
        expect(table).not.toMatch(controls);
        expect(table.split('\n')).toHaveLength(rows.length + 2);
      }),
    );
  });

  it('has JSON with the same value', () => {
    fc.assert(
      fc.property(fc.dictionary(texts, texts), (value) => {
        const json = jsonOf(value);
        expect(json.replaceAll('\n', '')).not.toMatch(controls);
        expect(JSON.parse(json)).toEqual({ ...value });
      }),
    );
  });

  it('is aligned, with numbers on the right and a dash for null', () => {
    expect(
      tableOf(
        ['name', 'count'],
        [
          ['a', 1],
          ['long name', 1000],
          [null, null],
        ],
      ),
    ).toBe('name       count\na              1\nlong name   1000\n-              -\n');
  });
});

it.each([
  [undefined, null],
  [true, 'true'],
  [['a', 'b'], 'a, b'],
  [[], ''],
  [
    [
      { key: 'team', value: 'a=b' },
      { key: 'x', value: '' },
    ],
    'team=a=b, x=',
  ],
  [[{ value: 'REDSHIFT' }, { value: null }], 'REDSHIFT, '],
  [[{ date: '2026-01-01', hasSnapshot: false }], '{"date":"2026-01-01","hasSnapshot":false}'],
  [{ a: 1 }, '{"a":1}'],
])('the cell of %j is %j', (value, cell) => {
  expect(cellOf(value)).toBe(cell);
});

describe('the table of', () => {
  const columnsOf = (text: string) =>
    prepare(schema, parse(text), {}, undefined).tables.map(({ name, columns }) => [
      name,
      columns.map((each) => each.name).join(' '),
    ]);

  it.each(questions.map(({ name, document }) => [name, document]))('%s has columns', (_name, document) => {
    const tables = columnsOf(document);
    expect(tables).toHaveLength(1);
    expect(tables[0]?.[1]).not.toBe('');
  });

  it.each([
    [
      '{ snapshots { nodes { arn size { totalMegabytes } tags { key } ... on RedshiftSnapshot { nodeType } } } }',
      'snapshots',
      'arn size.totalMegabytes tags nodeType',
    ],
    [
      '{ snapshotSummary(groupBy: [ACCOUNT, KMS_KEY]) { groups { keys { value } count } } }',
      'snapshotSummary',
      'account kmsKey count',
    ],
    [
      '{ snapshotSummary(groupBy: [ACCOUNT]) { groups { keys { dimension } count } } }',
      'snapshotSummary',
      'keys count',
    ],
    ['{ sources { account } }', 'sources', 'account'],
    [
      '{ cluster(arn: "x") { arn tags { key value } latestSnapshot { arn } } }',
      'cluster',
      'arn tags latestSnapshot.arn',
    ],
    ['{ viewer { subject } __typename }', '', 'viewer.subject __typename'],
    [
      '{ clusters { nodes { arn snapshots { totalCount { value } nodes { arn } } } } }',
      'clusters',
      'arn snapshots.totalCount.value snapshots.nodes',
    ],
    [
      'mutation { deleteSnapshots(input: { snapshotIds: [] }) { ... on DeleteSnapshotsPayload { results { id } } } }',
      'deleteSnapshots',
      'results',
    ],
  ])('%s is %s with %s', (text, name, columns) => {
    expect(columnsOf(text)).toEqual([[name, columns]]);
  });
});
