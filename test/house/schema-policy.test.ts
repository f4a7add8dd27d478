import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { root } from '../support/repository.ts';
import { breakingChanges, sectionsOf, violations } from './schema-policy.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const sections = sectionsOf(read('CHANGELOG.md'));
const released = sections.filter(({ version }) => version !== undefined);
const sdlOf = (version: string | undefined) =>
  read(version === undefined ? 'schema.graphql' : `docs/schema/${version}.graphql`);
const today = new Date().toISOString().slice(0, 10);

/** Each version after the first, and the next one, with the version before it. */
const steps = [{ version: undefined, date: undefined, items: [] }, ...sections]
  .slice(sections[0]?.version === undefined ? 1 : 0)
  .flatMap((section, index, all) => {
    const before = all[index + 1];
    return before ? [{ ...section, name: section.version ?? 'schema.graphql', before: before.version }] : [];
  });

describe('the schema', () => {
  it.each(steps)(
    'of $name changes only as docs/schema-policy.md allows',
    ({ version, date = today, items, before }) => {
      const change = { older: sdlOf(before), newer: sdlOf(version), items, date, isReleased: version !== undefined };
      expect(violations(change)).toEqual([]);
      if (version === undefined || before === undefined) return;
      const [majorNow, minorNow] = version.split('.');
      const [major, minor] = before.split('.');
      const isAllowed = majorNow !== major || (major === '0' && minorNow !== minor);
      expect(isAllowed ? [] : breakingChanges(buildSchema(change.older), buildSchema(change.newer))).toEqual([]);
    },
  );

  it('has the version of package.json', () => {
    expect(JSON.parse(read('package.json')).version).toBe(released[0]?.version);
  });
});

describe('the schema policy', () => {
  const type = (fields: string) => `type Query {\n${fields}\n}`;
  const check = (older: string, newer: string, item = '', isReleased = false) =>
    violations({ older: type(older), newer: type(newer), items: [item], date: '2027-03-02', isReleased });
  const unnamed = (description: string) => expect.stringContaining(`Add the item: ${description}`);
  const early = (name: string) => expect.stringContaining(`${name} is removed before its time`);
  const undated = (name: string) => expect.stringContaining(`the deprecation of ${name} must contain "Removed after"`);
  const deprecated = (day: string) => `@deprecated(reason: "Since 2026-01-01: use a. Removed after ${day}.")`;

  it('allows additions, deprecations with a date, and types that lose null', () => {
    expect(check('a: Int', `a: Int! b: Int ${deprecated('2027-09-01')}`)).toEqual([]);
  });

  it('requires a deprecation whose date has passed, and an item in the changelog, to remove a field', () => {
    const removed = unnamed('Field Query.b was removed.');
    expect(check('a: Int b: Int', 'a: Int')).toEqual([removed, early('Query.b')]);
    expect(check(`a: Int b: Int ${deprecated('2027-03-02')}`, 'a: Int')).toEqual([removed, early('Query.b')]);
    expect(check(`a: Int b: Int ${deprecated('2027-03-01')}`, 'a: Int')).toEqual([removed]);
    const item = 'Field Query.b was removed. Use a.';
    expect(check(`a: Int b: Int ${deprecated('2027-03-01')}`, 'a: Int', item)).toEqual([]);
    expect(check('b: Int cb: Int', 'cb: Int', 'Field Query.cb was removed.')).toContainEqual(removed);
  });

  it('treats arguments, input fields and enum values like fields', () => {
    expect(check('a(b: Int): Int', 'a: Int')).toContainEqual(early('Query.a(b:)'));
    expect(check('a: E } enum E { B C', 'a: E } enum E { B')).toContainEqual(early('E.C'));
    expect(check('a(b: I): Int } input I { c: Int d: Int', 'a(b: I): Int } input I { c: Int')).toContainEqual(
      early('I.d'),
    );
  });

  it('allows the removal of a type with the last member that refers to it', () => {
    const t = '} type T { b: Int } type U { c: Int';
    expect(check(`a: Int t: T ${t}`, 'a: Int')).toContainEqual(early('T.b'));
    const removed = check(`a: Int t: T ${deprecated('2027-03-01')} ${t}`, 'a: Int');
    expect(removed).toEqual([
      expect.stringContaining('T was removed.'),
      expect.stringContaining('U was removed.'),
      unnamed('Field Query.t was removed.'),
    ]);
  });

  it('requires an item in the changelog for a change of type or of a default', () => {
    const changed = 'Field Query.a changed type from Int! to Int.';
    expect(check('a: Int!', 'a: Int')).toEqual([unnamed(changed)]);
    expect(check('a: Int!', 'a: Int', changed)).toEqual([]);
    expect(check('a(b: Int! = 1): Int', 'a(b: Int!): Int')).toEqual([unnamed('Query.a(b:)')]);
  });

  it('requires a real removal date in every deprecation, 90 days after its release', () => {
    for (const reason of ['Use a.', 'Removed after 2027-99-99.']) {
      expect(check('a: Int', `a: Int b: Int @deprecated(reason: "${reason}")`)).toEqual([undated('Query.b')]);
    }
    const soon = `a: Int b: Int ${deprecated('2027-05-01')}`;
    expect(check('a: Int b: Int', soon, '', true)).toEqual([undated('Query.b')]);
    expect(check(soon, soon, '', true)).toEqual([]);
    expect(check('a: Int b: Int', `a: Int b: Int ${deprecated('2027-06-01')}`, '', true)).toEqual([]);
  });
});

describe('the changelog', () => {
  it('has sections of versions with dates, and one of the next version', () => {
    const text =
      '# Changelog\n\n## Unreleased \n\n- Field `A.b`\n  was removed.\n- New.\n\n## 0.1.0 - 2026-11-26\n\n### API\n\n- Old.\n';
    expect(sectionsOf(text)).toEqual([
      { version: undefined, date: undefined, items: ['Field A.b was removed.', 'New.'] },
      { version: '0.1.0', date: '2026-11-26', items: ['Old.'] },
    ]);
    expect(() => sectionsOf('## Unreleased\n\n## 0.2\n')).toThrow('"## 0.2"');
  });
});
