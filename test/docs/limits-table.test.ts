import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationSchema } from '../../src/config.ts';
import { root } from '../support/repository.ts';

interface Setting {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Setting>>;
}

const page = readFileSync(join(root, 'docs/operating.md'), 'utf8');
const [, section = ''] = /^## Limits$(.*?)^## /ms.exec(page) ?? [];
/** The settings and their defaults; a row of a fixed limit has no setting. */
const rows = [...section.matchAll(/^\| `([\w.]+)` +\| (\S+) +\|/gm)].map(([, path = '', value]) => ({ path, value }));
const schema = configurationSchema() as Setting;

describe('the table of limits', () => {
  it('has every setting of `limits`', () => {
    const settings = Object.keys(schema.properties?.['limits']?.properties ?? {}).map((name) => `limits.${name}`);
    expect(rows.map(({ path }) => path)).toEqual(expect.arrayContaining(settings));
  });

  it('is sorted', () => {
    const paths = rows.map(({ path }) => path);
    expect(paths).toEqual(paths.toSorted());
  });

  it.each(rows)('has the default of $path', ({ path, value }) => {
    const setting = path.split('.').reduce<Setting | undefined>((each, name) => each?.properties?.[name], schema);
    expect(value).toBe(String(setting?.default));
  });
});
