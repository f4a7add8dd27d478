import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperationTypeNode } from 'graphql';
import { expect } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { readEvents } from '../support/event-stream.ts';
import { compiledModules, copyRepository } from '../support/repository.ts';
import { expectSuccess, operationOf, withTypename } from './operation.ts';
import type { Block, Page } from './page.ts';
import { expectShown, expectShownText } from './shown.ts';
import { openShell, type Shell } from './shell.ts';

/** The ports that pages name. Each reader uses others, so that pages can be followed at the same time. */
const namedPorts = ['4000', '4510', '9464'];

/** Below the ports that the system gives to programs which ask for any. */
const [lowestPort, numberOfPorts] = [20_000, 12_000];

/** Files that pages ask the reader to save have their name in a comment in the first line. */
const savedFile = {
  yaml: /^# (\w[\w-]*\.yaml)\n/,
  js: /^\/\/ (\w[\w-]*\.mjs)\n/,
  python: /^# (\w[\w-]*\.py)\n/,
};

/** The languages of blocks that show what the block before them gives. */
const shownIn: Readonly<Record<string, readonly string[]>> = { sh: ['json', 'text'], graphql: ['json'] };

interface Reader {
  readonly shell: Shell;
  readonly folder: string;
  /** Replaces the ports in a text by those of this reader. */
  readonly translate: (text: string) => string;
}

/** The files of the repository that readers need. */
const clone = ['package.json', '.npmrc', 'src', 'docker', 'schema.graphql'];

/** A copy of the repository that readers share, because Node.js then compiles its modules once for all of them. */
export type SharedClone = ReturnType<typeof shareClone>;

/** Copies the repository to a new folder. */
export function shareClone() {
  const folder = mkdtempSync(join(tmpdir(), 'snapgate-clone-'));
  copyRepository(folder, clone);
  return { folder, before: fingerprint(folder), remove: () => rmSync(folder, { recursive: true }) };
}

/** How long a reader waits, in seconds. */
export interface Patience {
  readonly perBlock: number;
  /** For the processes that the page has ended. */
  readonly toStop: number;
}

/**
 * Follows a page as a reader does: in a folder with the shared copy of the repository, and one terminal, runs its
 * commands, saves its files, sends its GraphQL to the gateway that it started, and compares the responses with those that
 * it shows. Rejects if one differs, or if the page leaves a process behind, or a file that was not there or that it has
 * changed.
 */
export async function follow(
  page: Page,
  shared: SharedClone,
  { perBlock, toStop }: Patience = { perBlock: 240, toStop: 60 },
): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'snapgate-'));
  const folder = join(place, 'snapgate');
  mkdirSync(folder);
  for (const name of [...clone, 'node_modules']) symlinkSync(join(shared.folder, name), join(folder, name));
  mkdirSync(join(place, 'home'));
  const before = fingerprint(folder);
  const ports = new Map(await Promise.all(namedPorts.map(async (port) => [port, await freePort()] as const)));
  const environment = {
    PATH: process.env['PATH'],
    HOME: join(place, 'home'),
    NODE_COMPILE_CACHE: compiledModules,
    PORT: ports.get('4000'),
    EMULATOR_PORT: ports.get('4510'),
  };
  const shell = openShell(folder, environment, perBlock);
  const translate = (text: string) => text.replaceAll(/\b\d{4}\b/g, (port) => ports.get(port) ?? port);
  try {
    let output = '';
    for (const [index, block] of page.blocks.entries()) {
      const next = page.blocks[index + 1];
      output = await followBlock({ shell, folder, translate }, block, next, output).catch((error: Error) => {
        throw new Error(`${page.path}:${block.line}: ${error.message}`, { cause: error });
      });
    }
    await shell.expectNoJobs(toStop);
    const changed = [
      ...changedFiles(before, fingerprint(folder)),
      ...changedFiles(shared.before, fingerprint(shared.folder)),
    ];
    expect(changed).toEqual([]);
  } finally {
    await shell.close();
    rmSync(place, { recursive: true });
  }
}

/** Whether a block shows what the block before it gives. */
export function isShown(block: Block | undefined, previous: Block | undefined): boolean {
  return block !== undefined && (shownIn[previous?.language ?? '']?.includes(block.language) ?? false);
}

/** Returns what the block wrote, from which the next one may take its variables. */
async function followBlock(reader: Reader, block: Block, next: Block | undefined, output: string): Promise<string> {
  const { shell, folder, translate } = reader;
  const text = translate(block.text);
  const shown = isShown(next, block) ? translate(next?.text ?? '') : undefined;
  const [, file] = savedFile[block.language as keyof typeof savedFile]?.exec(text) ?? [];
  if (file) writeFileSync(join(folder, file), text);
  else if (block.language === 'yaml') checkConfiguration(folder, text);
  else if (block.language in savedFile) throw new Error('The first line must be a comment with the name of the file.');
  else if (block.language === 'sh' && !isSkipped(text)) {
    const written = await shell.run(text);
    if (shown !== undefined && next?.language === 'json') expectShown(JSON.parse(written), JSON.parse(shown));
    if (shown !== undefined && next?.language === 'text') expectShownText(written, shown);
    return written;
  } else if (block.language === 'graphql') await followOperation(reader, text, shown, output);
  return '';
}

/** Sends an operation as GraphiQL does. A mutation whose response is not shown must return its payload. */
async function followOperation(reader: Reader, text: string, shown: string | undefined, output: string): Promise<void> {
  if (shown !== undefined) expectShown(await send(reader, text, output), JSON.parse(shown));
  else expectSuccess(operationOf(text).type, await send(reader, withTypename(text), output));
}

/** The variables of an operation are what the block before it printed; if it printed nothing, they have their defaults. */
async function send({ shell, translate }: Reader, text: string, output: string): Promise<any> {
  const { type, hasVariables } = operationOf(text);
  const isSubscription = type === OperationTypeNode.SUBSCRIPTION;
  const token = await shell.valueOf('TOKEN');
  const controller = new AbortController();
  const response = await fetch(translate('http://127.0.0.1:4000/graphql'), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: isSubscription ? 'text/event-stream' : 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query: text, ...(hasVariables && output !== '' && { variables: JSON.parse(output) }) }),
    signal: controller.signal,
  });
  if (!isSubscription) return response.json();
  const { value } = await readEvents(response).next();
  controller.abort();
  return value;
}

/** Commands that a machine may not have. */
function isSkipped(commands: string): boolean {
  const isInstalled = (name: string) =>
    (process.env['PATH'] ?? '').split(':').some((path) => existsSync(join(path, name)));
  const [imported] = /^import (boto3|requests)\b/m.exec(commands) ?? [];
  if (imported) return spawnSync('python3', ['-c', imported]).status !== 0;
  if (/^python3 /m.test(commands)) return !isInstalled('python3');
  return commands.startsWith('docker ') || (commands.startsWith('aws ') && !isInstalled('aws'));
}

/** A configuration without a file name in its first line is an excerpt: every setting in it must be valid. */
function checkConfiguration(folder: string, text: string): void {
  const config = join(folder, 'excerpt.yaml');
  writeFileSync(config, text);
  readConfig({ config }, undefined, {});
  rmSync(config);
}

/** The files of a folder, without the installed packages, with the size and time of each. */
function fingerprint(folder: string): ReadonlyMap<string, string> {
  const paths = globSync('**', { cwd: folder, exclude: (name) => name === 'node_modules' });
  const files = paths.map((path) => ({ path, stats: statSync(join(folder, path)) }));
  return new Map(
    files.flatMap(({ path, stats }) => (stats.isFile() ? [[path, `${stats.size} ${stats.mtimeMs}`] as const] : [])),
  );
}

/** The files that differ between two fingerprints. */
function changedFiles(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path));
}

async function freePort(): Promise<string> {
  const port = lowestPort + Math.floor(Math.random() * numberOfPorts);
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!isFree) return freePort();
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}
