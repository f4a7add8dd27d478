import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Block, type Page, pages, readPage } from './page.ts';
import { follow as followIn, type Patience, shareClone, type SharedClone } from './reader.ts';

/** Returns a function that follows pages in one copy of the repository. */
function useClone() {
  let clone: SharedClone;
  beforeAll(() => {
    clone = shareClone();
  });
  afterAll(() => clone.remove());
  return (page: Page, patience?: Patience) => followIn(page, clone, patience);
}

describe.concurrent('a reader who follows', () => {
  const follow = useClone();

  it.each(pages.filter(({ path, blocks }) => path.startsWith('docs/') && blocks.length > 0))(
    '$path gets what it shows',
    async (page) => {
      await follow(page);
    },
  );

  it('README gets the response of the first query, and a gateway that runs on AWS', async () => {
    const readme = readPage('README.md');
    expect(readme.blocks.map(({ language }) => language)).toEqual(['sh', 'sh', 'graphql', 'json', 'sh']);
    const [start, test, query, response, serve] = readme.blocks;
    expect([start?.text, test?.text]).toEqual(['npm ci && npm start\n', 'npm ci && npm test\n']);
    await follow({ ...readme, blocks: [sh('npm start &'), query!, response!, sh('kill %1')] });
    const settings = 'AWS_ENDPOINT_URL=http://127.0.0.1:4510 AWS_REGION=us-east-1';
    const credentials = 'AWS_ACCESS_KEY_ID=123456789012 AWS_SECRET_ACCESS_KEY=any';
    const onEmulator = [
      sh('npm run --silent snapgate -- emulator &'),
      sh(`export ${settings} ${credentials}`),
      sh(serve!.text.replace(/\n$/, ' &')),
      sh('kill -INT %2 %1; rm snapgate.yaml'),
    ];
    await follow({ ...readme, blocks: onEmulator });
  });
});

const block = (language: string, text: string): Block => ({ language, text: `${text}\n`, line: 1, heading: '' });
const sh = (text: string) => block('sh', text);
const page = (...blocks: Block[]): Page => ({ path: 'docs/x.md', text: '', blocks });
const dev = [sh('npm start &'), sh('kill %1')] as const;
const within = (...blocks: Block[]) => page(dev[0], ...blocks, dev[1]);
const deletion = 'mutation {\n  deleteSnapshot(input: { snapshotId: "x" }) {\n    ... on Error { code }\n  }\n}';
const control = (path: string, body: string) => sh(`curl -s http://127.0.0.1:4510/_emulator/${path} -d '${body}'`);

describe.concurrent('following a page fails', () => {
  const follow = useClone();

  it.each([
    ['a command fails', page(sh('false')), 'A command failed'],
    ['a command in a substitution fails', page(sh('a=$(false; echo 1)')), 'A command failed'],
    ['a server does not start', page(sh('false &')), 'A command failed'],
    ['output differs from the text shown', page(sh('echo 11 of 6'), block('text', '1 of 6')), 'to match'],
    ['output differs from the JSON shown', page(sh('echo 1'), block('json', '2')), 'to deeply equal'],
    ['a process is left behind', page(sh('sleep 600 > /dev/null 2>&1 & true')), 'A command failed'],
    ['a file is left behind', page(sh('touch left.txt')), 'left.txt'],
    ['a file is changed', page(sh('echo >> src/errors.ts')), 'errors.ts'],
    ['a program has no file name', page(block('python', 'print(1)')), 'name of the file'],
    ['a setting does not exist', page(block('yaml', 'colour: red')), 'colour'],
    ['a control request is rejected', within(control('clock', '{ "advanceSecond": 1 }')), 'A command failed'],
    ['a mutation fails', within(block('graphql', deletion)), 'to match'],
    [
      'an error code differs',
      within(
        block('graphql', '{ snapshots(first: 0) { isComplete } }'),
        block('json', '{"errors": [{ "message": "…", "extensions": { "code": "FORBIDDEN" } }], "data": null}'),
      ),
      'to deeply equal',
    ],
  ])('if %s', async (_case, broken, message) => {
    await expect(follow(broken, { perBlock: 240, toStop: 0 })).rejects.toThrow(message);
  });

  it('if a command does not end', async () => {
    await expect(follow(page(sh('sleep 600')), { perBlock: 1, toStop: 0 })).rejects.toThrow('did not end');
  });
});
