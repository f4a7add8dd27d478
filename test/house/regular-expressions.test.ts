import { describe, expect, it } from 'vitest';
import { configurationSchema } from '../../src/config.ts';
import { parseSource } from '../support/syntax.ts';
import { runs } from '../support/runs.ts';
import { computedIn, expressions, literalsOf, program, prove, proven } from './regular-expressions.ts';

const renew = 'npm run patterns:write';

/** One of so many proofs is repeated: all of them take minutes. */
const step = runs(20, 1);

describe('the regular expressions of the program', () => {
  it('are literals, so that they can be checked', () => {
    expect(program.flatMap(computedIn)).toEqual([]);
  });

  it(`are the proven ones: after a change, run ${renew}`, () => {
    expect(Object.keys(proven)).toEqual([...expressions.keys()]);
  });

  it('take at most linear time', () => {
    const repeated = [...expressions].filter(([text], index) => index % step === 0 || proven[text] === undefined);
    const found = repeated.map(([text, each]) => [text, prove(each)]);
    expect(found).toEqual(repeated.map(([text]) => [text, proven[text]]));
  });

  it('include all patterns of settings, also those of the validator', () => {
    const patterns = [...JSON.stringify(configurationSchema()).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)];
    const unknown = patterns
      .map(([, text = '']) => JSON.parse(text) as string)
      .filter((pattern) => ![...expressions.values()].some((each) => each.pattern === pattern));
    expect(patterns.length).toBeGreaterThan(0);
    expect(unknown).toEqual([]);
  });
});

describe('the proof', () => {
  it.each([/^a+$/, /^[^:]*:(.*)$/, /\bkey/i, /^\s*a/])('accepts %s, which is linear', ({ source, flags }) => {
    expect(prove({ pattern: source, flags })).toMatch(/^(?:linear|safe|constant)$/);
  });

  it.each([
    [/\s+$/, '2nd degree polynomial'],
    [/<!--.*-->/, '2nd degree polynomial'],
    [/^.*a.*b.*c$/s, '3rd degree polynomial'],
    [/^(a|a)*$/, 'exponential'],
  ])('rejects %s', ({ source, flags }, complexity) => {
    expect(() => prove({ pattern: source, flags })).toThrow(`/${source}/${flags} is not linear: ${complexity}.`);
  });

  it('rejects a pattern that recheck does not support', () => {
    expect(() => prove({ pattern: String.raw`^(a*)\1$`, flags: '' })).toThrow('cannot be proven: unsupported.');
  });
});

describe('the search', () => {
  it('finds every literal once', () => {
    const source = parseSource(
      'src/a.ts',
      String.raw`const a = /a\/b/g; z.string().regex(/a\/b/g, 'c'); b = /[/]/; c / d / e;`,
    );
    expect([...literalsOf(source)]).toEqual([
      [String.raw`/a\/b/g`, { pattern: String.raw`a\/b`, flags: 'g' }],
      ['/[/]/', { pattern: '[/]', flags: '' }],
    ]);
  });

  it.each([
    ['new RegExp(a)', ['src/a.ts:1 new RegExp(a)']],
    ["\nRegExp('a', 'g');", ["src/a.ts:2 RegExp('a', 'g')"]],
    ['const R = RegExp;', ['src/a.ts:1 R = RegExp']],
    ["a.match('b+$')", ["src/a.ts:1 a.match('b+$')"]],
    // oxlint-disable-next-line no-template-curly-in-string
    ['a.search(`${b}`)', ['src/a.ts:1 a.search(`${b}`)']],
    ['const a: RegExp = /b/; a.test(c); c.match(a);', []],
  ])('in %j finds the computed ones: %j', (text, expected) => {
    expect(computedIn(parseSource('src/a.ts', text))).toEqual(expected);
  });
});
