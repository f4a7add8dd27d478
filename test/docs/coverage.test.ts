import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationSchema, readConfig } from '../../src/config.ts';
import { services } from '../../src/services/index.ts';
import { sourceFiles } from '../support/import-graph.ts';
import { root } from '../support/repository.ts';
import { type Page, pages, readPage } from './page.ts';
import { isShown } from './reader.ts';

/** The languages of the blocks that tests run, check or generate, and `hcl`, which no test reads. */
const languages = ['sh', 'graphql', 'json', 'text', 'yaml', 'js', 'ts', 'python', 'mermaid', 'hcl'];

const configuration = readPage('docs/configuration.md');
const operating = readPage('docs/operating.md');

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(path: string): string[] {
  const text = pages.find((page) => page.path === path)?.text ?? '';
  return [...text.replaceAll(/^```[^]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The links of a page to files and headings of the repository that do not exist. */
function brokenLinks(page: Page): string[] {
  const links = [...page.text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page.path : join(dirname(page.path), path);
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
}

/** Blocks that no test reads: in another language, or showing the response to nothing. */
function unreadBlocks({ path, text, blocks }: Page): string[] {
  const fences = text.split('\n').filter((line) => /^\s*(```|~~~)/.test(line)).length;
  const stray = blocks.filter((block, index) => {
    if (!languages.includes(block.language)) return true;
    const isPolicy = block.text.includes('"Statement"');
    return ['json', 'text'].includes(block.language) && !isPolicy && !isShown(block, blocks[index - 1]);
  });
  const named = stray.map(({ line, language }) => `${path}:${line}: ${language}`);
  return fences === 2 * blocks.length ? named : [...named, `${path}: ${fences} fences`];
}

/** The TypeScript that `npm run clients` tests, without the spaces at the start of lines. */
const clientCode = globSync(['docs/clients/*.ts', 'test/clients/*.ts', 'test/clients/relay/*.ts'], { cwd: root }).map(
  (path) => unindented(readFileSync(join(root, path), 'utf8')),
);

function unindented(code: string): string {
  return code.replaceAll(/^ +/gm, '');
}

describe('the pages', () => {
  it.each(pages.filter(({ blocks }) => blocks.some(({ language }) => language === 'ts')))(
    '$path shows only TypeScript that is tested',
    ({ blocks }) => {
      const shown = blocks.filter(({ language }) => language === 'ts').map(({ text }) => unindented(text));
      expect(shown.filter((text) => !clientCode.some((code) => code.includes(text)))).toEqual([]);
    },
  );

  it.each(pages)('$path links only to files and headings that exist', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it.each(pages)('$path has no code block that is not tested', (page) => {
    expect(unreadBlocks(page)).toEqual([]);
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

describe('docs/configuration.md', () => {
  it('has every setting at the top level in its example', () => {
    const example = configuration.blocks.find(({ language }) => language === 'yaml')?.text ?? '';
    const { properties } = configurationSchema() as { properties: object };
    const missing = Object.keys(properties).filter((name) => !new RegExp(`^(# )?${name}:`, 'm').test(example));
    expect(missing).toEqual([]);
  });
});

describe('docs/operating.md', () => {
  it('names the file and the services of Docker Compose', () => {
    const commands = [...operating.text.matchAll(/^docker compose -f (\S+) (?:exec (\S+))?/gm)];
    const composed = readFileSync(join(root, 'docker/compose.yaml'), 'utf8');
    expect(commands.length).toBeGreaterThan(0);
    for (const [, file, service] of commands) {
      expect(file).toBe('docker/compose.yaml');
      if (service) expect(composed).toContain(`\n  ${service}:\n`);
    }
  });

  it('runs the gateway in Docker with a valid configuration', () => {
    const config = join(root, 'docker/snapgate.yaml');
    expect(readConfig({ config }, 'serve', {}).accounts?.length).toBeGreaterThan(1);
  });

  it('lists exactly the IAM permissions that the gateway uses', () => {
    const { Statement } = JSON.parse(operating.blocks.find(({ text }) => text.includes('"Version"'))?.text ?? '{}');
    const used = [...sourceFiles].flatMap(([path, text]) => {
      const [, service] =
        /^src\/services\/(\w+)\/|^src\/(?:aws|doctor)\/(kms|iam)\.ts$/.exec(path)?.filter(Boolean) ?? [];
      const prefix = service === 'documentdb' ? 'rds' : service;
      return [...text.matchAll(/(?:new |\(\s*)(\w+)Command\b(?=[(,])/g)].flatMap(([, action]) =>
        prefix ? [`${prefix}:${action}`] : [],
      );
    });
    const listed = Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);
    // https://docs.aws.amazon.com/redshift/latest/APIReference/API_GetClusterCredentials.html
    const implied = ['redshift:CreateClusterUser', 'redshift:JoinGroup'];
    expect(listed.toSorted()).toEqual([...new Set([...used, ...implied])].sort());
    const changes = Statement.find(({ Sid }: { Sid: string }) => Sid === 'Change').Action;
    const simulated = Object.values(services).flatMap(({ writes }) => writes.map(({ action }) => action));
    expect(simulated.toSorted()).toEqual(changes.toSorted());
  });
});
