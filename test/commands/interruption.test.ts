import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emulatedAws, open } from '../support/cli.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { makeSnapshot, snapshotArn } from '../support/worlds.ts';

let folder: string;
let emulator: TestEmulator;
let slow: Awaited<ReturnType<typeof startSlowAws>>;
beforeAll(async () => {
  emulator = await startTestEmulator();
  slow = await startSlowAws(emulator.url, 'DeleteClusterSnapshot');
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  await emulator.load({ snapshots: [makeSnapshot('REDSHIFT', 'first'), makeSnapshot('REDSHIFT', 'second')] });
  return () => rmSync(folder, { recursive: true });
});
afterAll(async () => {
  slow.close();
  await emulator.close();
});

/** Starts a server that passes calls on to an emulator, those of one action only when they are released. */
async function startSlowAws(target: string, action: string) {
  let held: (() => void)[] = [];
  const server = createServer((request, response) => {
    const forward = (body: Buffer) => {
      const { method, url, headers } = request;
      send(new URL(url ?? '', target), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      }).end(body);
    };
    void buffer(request).then((body) => {
      if (!body.includes(`Action=${action}&`)) return forward(body);
      held.push(() => forward(body));
      return undefined;
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held: () => held.length,
    release: () => {
      for (const forward of held.splice(0)) forward();
    },
    drop: () => {
      held = [];
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Starts a deletion, and resolves when AWS has its call. */
async function startDeletion() {
  const config = join(folder, 'snapgate.yaml');
  writeFileSync(
    config,
    `
cli: { grants: [{ permissions: [SNAPSHOT_READ, SNAPSHOT_DELETE] }] }
audit: ${join(folder, 'audit.jsonl')}
aws: { timeouts: { requestSeconds: 120, callSeconds: 60, connectionSeconds: 30 } }
`,
  );
  const deletion = 'mutation ($id: ID!) { deleteSnapshot(input: { snapshotId: $id }) { __typename } }';
  const id = snapshotArn('REDSHIFT', 'first');
  const args = ['query', deletion, '--id', id, '--allow-changes', '--config', config];
  const child = open(args, emulatedAws(slow.url));
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => void (err += chunk.toString()));
  const out = text(child.stdout);
  const closed = once(child, 'close');
  await expect.poll(slow.held).toBe(1);
  return {
    child,
    err: () => err,
    /** Resolves with the exit code and the output. */
    ended: closed.then(async () => ({ code: child.exitCode, out: await out, err })),
  };
}

async function remaining(): Promise<readonly string[]> {
  const { content } = await emulator.control('GET', 'world');
  return (content['snapshots'] as any[]).map(({ SnapshotIdentifier }) => SnapshotIdentifier);
}

function auditLog(): readonly object[] {
  const lines = readFileSync(join(folder, 'audit.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as object);
}

const inProgress = 'snapgate: The change is in progress, and its result follows. Interrupt again to exit without it.\n';

describe('a change in progress', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('is finished and recorded after %s', async (signal, code) => {
    const { child, err, ended } = await startDeletion();
    child.kill(signal);
    await expect.poll(err).toBe(inProgress);
    slow.release();
    expect(await ended).toEqual({ code, out: expect.stringContaining('DeleteSnapshotPayload'), err: inProgress });
    expect(auditLog()).toMatchObject([
      { audit: 'asked', principal: expect.stringMatching(/^cli:/), operation: 'deleteSnapshot' },
      { audit: 'done', outcome: 'done', calls: [{ action: 'DeleteClusterSnapshot' }] },
    ]);
    expect(await remaining()).toEqual(['second']);
  });

  it('is finished after one Ctrl+C that npm passes on, too', async () => {
    const { child, err, ended } = await startDeletion();
    child.kill('SIGTERM');
    child.kill('SIGINT');
    await expect.poll(err).toBe(inProgress);
    slow.release();
    expect(await ended).toMatchObject({ out: expect.stringContaining('DeleteSnapshotPayload'), err: inProgress });
    expect(auditLog().at(-1)).toMatchObject({ audit: 'done', outcome: 'done' });
  });

  it('is reported as unknown after further signals, and recorded as asked', async () => {
    const { child, ended } = await startDeletion();
    const interrupt = () => {
      child.kill('SIGINT');
      return child.exitCode;
    };
    await expect.poll(interrupt).toBe(130);
    expect(await ended).toEqual({
      code: 130,
      out: '',
      err: `${inProgress}snapgate: The outcome of the change is unknown: AWS can have made it.\n`,
    });
    expect(auditLog()).toMatchObject([{ audit: 'asked', operation: 'deleteSnapshot' }]);
    slow.drop();
  });
});
