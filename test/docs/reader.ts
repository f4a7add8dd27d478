import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kind, OperationTypeNode, parse } from 'graphql';
import { expect } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { readEvents } from '../support/event-stream.ts';
import { root, type Block, type Page } from './page.ts';
import { expectShown, expectShownText } from './shown.ts';
import { openShell, type Shell } from './shell.ts';

/** The ports that pages name. Each reader uses others, so that pages can be followed at the same time. */
const namedPorts = ['4000', '4001', '4510'];

/** Commands that a machine may not have. */
const isSkipped = (commands: string) =>
  commands.startsWith('docker ') || (commands.startsWith('aws ') && !existsSync('/usr/bin/aws'));

interface Reader {
  readonly shell: Shell;
  readonly folder: string;
  /** Replaces the ports in a text by those of this reader. */
  readonly translate: (text: string) => string;
}

/**
 * Follows a page as a reader does: in a copy of the repository and one terminal, runs its commands, saves its files, sends
 * its GraphQL to the gateway that it started, and compares the responses with those that it shows. Rejects if one
 * differs, or if the page leaves a process or a file behind.
 */
export async function follow(page: Page, secondsToStop = 60): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'snapgate-'));
  const folder = copyRepository(join(place, 'snapgate'));
  const before = readdirSync(folder);
  const ports = new Map(await Promise.all(namedPorts.map(async (port) => [port, await freePort()] as const)));
  const shell = openShell(folder, {
    PATH: process.env['PATH'],
    HOME: place,
    // The processes of all pages load the same modules.
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node'),
    PORT: ports.get('4000'),
    EMULATOR_PORT: ports.get('4510'),
  });
  const translate = (text: string) => text.replaceAll(/\b4\d{3}\b/g, (port) => ports.get(port) ?? port);
  try {
    let output = '';
    for (const [index, block] of page.blocks.entries()) {
      const next = page.blocks[index + 1];
      output = await followBlock({ shell, folder, translate }, block, next, output).catch((error: Error) => {
        throw new Error(`${page.path}:${block.line}: ${error.message}`, { cause: error });
      });
    }
    await shell.expectNoJobs(secondsToStop);
    expect(readdirSync(folder)).toEqual(before);
  } finally {
    await shell.close();
    rmSync(place, { recursive: true });
  }
}

/** Returns what the block wrote, from which the next one may take its variables. */
async function followBlock(reader: Reader, block: Block, next: Block | undefined, output: string): Promise<string> {
  const { shell, folder, translate } = reader;
  const text = translate(block.text);
  const shown = translate(next?.text ?? '');
  const [, file] = /^(?:#|\/\/) (\w[\w-]*\.\w+)\n/.exec(text) ?? [];
  if (file) writeFileSync(join(folder, file), text);
  else if (block.language === 'yaml') checkConfiguration(folder, text);
  else if (block.language === 'sh' && !isSkipped(text)) {
    const written = await shell.run(text);
    if (next?.language === 'json') expectShown(JSON.parse(written), JSON.parse(shown));
    if (next?.language === 'text') expectShownText(written, shown);
    return written;
  } else if (block.language === 'graphql') {
    const answer = await send(reader, text, output);
    if (next?.language === 'json') expectShown(answer, JSON.parse(shown));
    else expectSuccess(answer);
  }
  return '';
}

/** Sends an operation as GraphiQL does; its variables are what the block before it printed. */
async function send({ shell, translate }: Reader, text: string, output: string): Promise<any> {
  const [operation] = parse(text).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('The block has no operation.');
  const isSubscription = operation.operation === OperationTypeNode.SUBSCRIPTION;
  const token = await shell.valueOf('TOKEN');
  const departure = new AbortController();
  const response = await fetch(translate('http://127.0.0.1:4000/graphql'), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: isSubscription ? 'text/event-stream' : 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({
      query: text,
      ...(operation.variableDefinitions?.length && { variables: JSON.parse(output) }),
    }),
    signal: departure.signal,
  });
  if (!isSubscription) return response.json();
  const { value } = await readEvents(response).next();
  departure.abort();
  return value;
}

function expectSuccess({ data, errors }: { data: Record<string, any>; errors?: unknown }): void {
  expect(errors).toBeUndefined();
  for (const [field, value] of Object.entries(data)) {
    expect(value, field).not.toBeNull();
    expect(value, field).not.toHaveProperty('message');
    for (const { error } of value.results ?? []) expect(error ?? null, field).toBeNull();
  }
}

/** A configuration without a file name in its first line is an excerpt: every setting in it must exist. */
function checkConfiguration(folder: string, text: string): void {
  const config = join(folder, 'excerpt.yaml');
  writeFileSync(config, text);
  readConfig({ config }, undefined, {});
  rmSync(config);
}

function copyRepository(folder: string): string {
  for (const name of ['package.json', 'src', 'docker', 'schema.graphql', '.npmrc']) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}
