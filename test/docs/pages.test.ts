import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type Page, pages, readPage, root } from './page.ts';
import { follow } from './reader.ts';

describe('a reader who follows', () => {
  it.each(pages.filter(({ path, blocks }) => path.startsWith('docs/') && blocks.length > 0))(
    '$path gets what it shows',
    async (page) => {
      await follow(page);
    },
  );

  it('README gets the response of the first query, and a gateway that runs on AWS', async () => {
    const readme = readPage('README.md');
    const [start, , query, response, serve] = readme.blocks;
    expect(start?.text).toBe('npm ci && npm start\n');
    const run = { ...start!, text: 'npm start &\n' };
    const stop = { ...start!, text: 'kill %1\n' };
    await follow({ ...readme, blocks: [run, query!, response!, stop] });
    const emulate = { ...start!, text: 'npm run --silent snapgate -- emulator &\n' };
    const environment =
      'export AWS_ENDPOINT_URL=http://127.0.0.1:4510 AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=123456789012 AWS_SECRET_ACCESS_KEY=any';
    const credentials = { ...start!, text: `${environment}\n` };
    const serveInBackground = { ...serve!, text: serve!.text.replace(/\n$/, ' &\n') };
    const end = { ...start!, text: 'kill -INT %2 %1\nrm snapgate.yaml\n' };
    await follow({ ...readme, blocks: [emulate, credentials, serveInBackground, end] });
  });
});

const block = (language: string, text: string) => ({ language, text, line: 1, heading: '' });
const page = (...blocks: Page['blocks']): Page => ({ path: 'docs/x.md', text: '', blocks });

describe('following a page fails', () => {
  it.each([
    ['a command fails', page(block('sh', 'false\n')), 'A command failed'],
    ['a server does not start', page(block('sh', 'false &\n')), 'A command failed'],
    ['output differs from the text shown', page(block('sh', 'echo a\n'), block('text', 'b\n')), 'to match'],
    ['output differs from the JSON shown', page(block('sh', 'echo 1\n'), block('json', '2\n')), 'to deeply equal'],
    ['a process is left behind', page(block('sh', 'sleep 600 > /dev/null 2>&1 & true\n')), 'A command failed'],
    ['a file is left behind', page(block('sh', 'touch left\n')), 'left'],
    ['a setting does not exist', page(block('yaml', 'colour: red\n')), 'colour'],
  ])('if %s', async (_case, broken, message) => {
    await expect(follow(broken, 0)).rejects.toThrow(message);
  });
});

it('docker/snapgate.yaml is a valid configuration', () => {
  const config = join(root, 'docker/snapgate.yaml');
  expect(readConfig({ config }, undefined, {}).accounts?.length).toBeGreaterThan(1);
  expect(readFileSync(join(root, 'docker/compose.yaml'), 'utf8')).toContain('snapgate.yaml');
});
