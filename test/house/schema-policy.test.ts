import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/import-graph.ts';
import { lastVersion, unreleased, violations } from './schema-policy.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const changelog = read('CHANGELOG.md');
const version = lastVersion(changelog);

describe('schema.graphql', () => {
  it('changes since the last version only as docs/schema-policy.md allows', () => {
    const change = {
      released: read(`docs/schema/${version}.graphql`),
      current: read('schema.graphql'),
      notes: unreleased(changelog),
      today: new Date().toISOString().slice(0, 10),
    };
    expect(violations(change)).toEqual([]);
  });

  it('has the version of package.json', () => {
    expect(JSON.parse(read('package.json')).version).toBe(version);
  });
});

describe('the schema policy', () => {
  const type = (fields: string) => `type Query {\n${fields}\n}`;
  const check = (released: string, current: string, notes = '') =>
    violations({ released: type(released), current: type(current), notes, today: '2027-03-01' });

  it('allows additions, deprecations with a date, and types that lose null', () => {
    expect(check('a: Int', 'a: Int! b: Int @deprecated(reason: "Use a. Removed after 2027-09-01.")')).toEqual([]);
  });

  it('requires a deprecation whose date has passed, and a line in the changelog, to remove a field', () => {
    const removed = 'CHANGELOG.md does not name a breaking change. Add under Unreleased: Field Query.b was removed.';
    const early = 'Query.b is removed before its time: deprecate it, and remove it after the date in the reason.';
    expect(check('a: Int b: Int', 'a: Int')).toEqual([removed, early]);
    const deprecated = (day: string) => `a: Int b: Int @deprecated(reason: "Use a. Removed after ${day}.")`;
    expect(check(deprecated('2027-03-02'), 'a: Int')).toEqual([removed, early]);
    expect(check(deprecated('2027-03-01'), 'a: Int')).toEqual([removed]);
    expect(check(deprecated('2027-03-01'), 'a: Int', '- Field `Query.b` was\n  removed.')).toEqual([]);
  });

  it('treats arguments and enum values like fields', () => {
    const early = (name: string) => expect.stringContaining(`${name} is removed before its time`);
    expect(check('a(b: Int): Int', 'a: Int')).toContainEqual(early('Query.a(b:)'));
    expect(check('a: E } enum E { B C', 'a: E } enum E { B')).toContainEqual(early('E.C'));
    expect(check('a(b: I): Int } input I { c: Int d: Int', 'a(b: I): Int } input I { c: Int')).toContainEqual(
      early('I.d'),
    );
  });

  it('requires a line in the changelog for a change of type, and for a type that is removed', () => {
    const changed = 'Field Query.a changed type from Int! to Int.';
    expect(check('a: Int!', 'a: Int')).toEqual([expect.stringContaining(changed)]);
    expect(check('a: Int!', 'a: Int', `- ${changed}`)).toEqual([]);
    expect(check('a: Int } type T { b: Int', 'a: Int')).toEqual([expect.stringContaining('T was removed.')]);
  });

  it('requires a removal date in every deprecation', () => {
    expect(check('a: Int', 'a: Int b: Int @deprecated(reason: "Use a.")')).toEqual([
      'The deprecation of Query.b does not say after which date it is removed, such as 2027-03-01.',
    ]);
  });
});

describe('the changelog', () => {
  it('has versions with dates, and may have a section about the next one', () => {
    const text = '# Changelog\n\n## Unreleased\n\n- New.\n\n## 0.2.0 - 2027-01-02\n\n- Old.\n\n## 0.1.0 - 2026-11-26\n';
    expect(lastVersion(text)).toBe('0.2.0');
    expect(unreleased(text)).toBe('\n- New.\n\n');
    expect(unreleased('## 0.1.0 - 2026-11-26\n')).toBe('');
    expect(unreleased('## Unreleased\n- New.\n')).toBe('- New.\n');
    expect(() => lastVersion('## Unreleased\n\n## 0.2\n')).toThrow('"0.2"');
  });
});
