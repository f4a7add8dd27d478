import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Kind, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { configurationSchema } from '../../src/config.ts';
import { schema } from '../../src/schema.ts';
import { sourceFiles } from '../support/import-graph.ts';
import { type Page, pages, readPage, root } from './page.ts';

const changes = readPage('docs/changes.md');
const configuration = readPage('docs/configuration.md');
const operating = readPage('docs/operating.md');

/** The anchors that GitHub gives to the headings of a page. */
const anchorsOf = ({ text }: Page) =>
  [...text.replaceAll(/^```[^]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );

/** The links of a page to files and headings of the repository that do not exist. */
function brokenLinks(page: Page): string[] {
  const links = [...page.text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page.path : join(dirname(page.path), path);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(readPage(target)).includes(anchor);
  });
}

describe('the pages', () => {
  it.each(pages)('$path links only to files and headings that exist', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it('are linked from README', () => {
    const readme = readPage('README.md').text;
    expect(
      pages.map(({ path }) => path).filter((path) => path !== 'README.md' && !readme.includes(`(${path})`)),
    ).toEqual([]);
  });

  it('keep README under 300 lines and CONTRIBUTING on one screen', () => {
    expect(readPage('README.md').text.split('\n').length).toBeLessThanOrEqual(300);
    expect(readPage('CONTRIBUTING.md').text.split('\n').length).toBeLessThanOrEqual(50);
  });
});

describe('docs/changes.md', () => {
  it('has an example of every mutation and subscription', () => {
    const fields = [schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
      Object.keys(type?.getFields() ?? {}),
    );
    const operations = changes.blocks
      .filter(({ language }) => language === 'graphql')
      .map(({ text }) => parse(text).definitions[0]);
    const examples = operations.flatMap((operation) =>
      operation?.kind === Kind.OPERATION_DEFINITION && operation.operation !== 'query'
        ? operation.selectionSet.selections.map((field) => field.kind === Kind.FIELD && field.name.value)
        : [],
    );
    expect(examples.toSorted()).toEqual(fields.toSorted());
  });
});

describe('docs/configuration.md', () => {
  it('has every setting at the top level in its example', () => {
    const example = configuration.blocks.find(({ language }) => language === 'yaml')?.text ?? '';
    const { properties } = configurationSchema() as { properties: object };
    const missing = Object.keys(properties).filter((name) => !new RegExp(`^(# )?${name}:`, 'm').test(example));
    expect(missing).toEqual([]);
  });
});

describe('docs/operating.md', () => {
  it('lists exactly the IAM permissions that the gateway uses', () => {
    const { Statement } = JSON.parse(operating.blocks.find(({ text }) => text.includes('"Version"'))?.text ?? '{}');
    const used = [...sourceFiles].flatMap(([path, text]) => {
      const [, service] = /^src\/services\/(\w+)\//.exec(path) ?? [];
      const prefix = service === 'documentdb' ? 'rds' : service;
      return [...text.matchAll(/new (\w+)Command\(/g)].flatMap(([, action]) => (prefix ? [`${prefix}:${action}`] : []));
    });
    const listed = Statement.flatMap(({ Action }: { Action: string[] }) => Action);
    // https://docs.aws.amazon.com/redshift/latest/APIReference/API_GetClusterCredentials.html
    const implied = ['redshift:CreateClusterUser', 'redshift:JoinGroup'];
    expect(listed.toSorted()).toEqual([...new Set([...used, ...implied])].sort());
  });
});
