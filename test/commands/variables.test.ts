import fc from 'fast-check';
import { type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readVariables } from '../../src/commands/query/variables/flags.ts';
import { schema } from '../../src/schema.ts';

const text = `query (
  $int: Int, $float: Float, $flag: Boolean, $id: ID, $text: String!, $at: DateTime, $timeZone: String = "UTC",
  $service: Service, $services: [Service!], $regions: [String!], $numbers: [Int!], $filter: SnapshotFilter, $tags: [TagFilter!]
) { __typename }`;
const operation = parse(text).definitions[0] as OperationDefinitionNode;
const read = (flags: readonly string[], json?: string) => readVariables(schema, operation, { flags, json });
const withText = (...flags: string[]) => {
  const { text: _text, ...others } = read(['--text', 'x', ...flags]) as Record<string, unknown>;
  return others;
};

describe('the flags of variables', () => {
  it('keep every text, number and list', () => {
    const name = fc.stringMatching(/^[a-z-]*$/);
    const values = fc.record({
      int: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      float: fc.double({ noNaN: true, noDefaultInfinity: true }),
      text: fc.string(),
      flag: fc.boolean(),
      regions: fc.array(name, { minLength: 2 }),
      tags: fc.array(fc.record({ key: fc.string(), values: fc.array(fc.string()) })),
    });
    fc.assert(
      fc.property(values, fc.boolean(), ({ int, float, text: given, flag, regions, tags }, isRepeated) => {
        const lists = isRepeated
          ? [
              ...regions.flatMap((each) => ['--regions', `["${each}"]`]),
              ...tags.flatMap((tag) => ['--tags', JSON.stringify(tag)]),
            ]
          : ['--regions', regions.join(','), '--tags', JSON.stringify(tags)];
        const result = read(['--int', `${int}`, `--float=${float}`, '--text', given, `--flag=${flag}`, ...lists]);
        expect(result).toEqual({
          int,
          float: Object.is(float, -0) ? expect.closeTo(0) : float,
          text: given,
          flag,
          regions,
          ...((!isRepeated || tags.length > 0) && { tags }),
        });
      }),
    );
  });

  it.each([
    [['--flag'], { flag: true }],
    [['--no-flag'], { flag: false }],
    [['--time-zone', 'Europe/Berlin'], { timeZone: 'Europe/Berlin' }],
    [['--timeZone=Asia/Tokyo'], { timeZone: 'Asia/Tokyo' }],
    [
      ['--service', 'redshift', '--services', 'redshift, DOCUMENTDB'],
      { service: 'REDSHIFT', services: ['REDSHIFT', 'DOCUMENTDB'] },
    ],
    [['--regions', 'a', '--regions', 'b,c'], { regions: ['a', 'b', 'c'] }],
    [['--numbers', '[1, 2]', '--numbers', '3'], { numbers: [1, 2, 3] }],
    [['--filter', '{"orphaned": true}'], { filter: { orphaned: true } }],
    [['--int', '-5', '--id', '7'], { int: -5, id: '7' }],
    [['--at', '2026-01-01T00:00:00Z'], { at: '2026-01-01T00:00:00Z' }],
  ])('%j are %j', (flags, expected) => {
    expect(withText(...flags)).toEqual(expected);
  });

  it('take precedence over JSON', () => {
    expect(read(['--text', 'flag'], '{ "text": "json", "int": null }')).toEqual({ text: 'flag', int: null });
  });

  it.each([
    [['--fint', '1'], "unknown option '--fint'"],
    [['x'], 'too many arguments'],
    [['--int'], 'argument missing'],
    [['--int', '1.5'], '--int is "1.5". It must be a whole number.'],
    [['--int', '3000000000'], 'Int cannot represent non 32-bit signed integer value'],
    [['--int', '1', '--int', '2'], '--int takes one value'],
    [['--float', 'NaN'], '--float is "NaN". It must be a number.'],
    [['--flag', 'yes'], '--flag is "yes". It must be true or false.'],
    [['--service', 's3'], '--service is "s3". It must be one of DOCUMENTDB, REDSHIFT.'],
    [['--at', 'today'], 'DateTime cannot represent'],
    [['--filter', 'orphaned'], 'must be JSON of the type SnapshotFilter'],
    [['--filter', '{"orphan": true}'], 'orphan'],
  ])('%j are refused', (flags, message) => {
    expect(() => withText(...flags)).toThrow(message);
  });

  it.each([
    [[], undefined, 'Variable "$text" has invalid value'],
    [[], '[]', 'must be a JSON object'],
    [[], '{ "unknown": 1 }', 'no variable unknown'],
    [[], '@/nowhere.json', '/nowhere.json cannot be read'],
  ])('%j with the JSON %s are refused', (flags, json, message) => {
    expect(() => read(flags, json)).toThrow(message);
  });

  it('name all variables with their types in an error', () => {
    expect(() => withText('--other')).toThrow(
      '--time-zone (String = "UTC"), --service (Service), --services ([Service!])',
    );
  });
});
