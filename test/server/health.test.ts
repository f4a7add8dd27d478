import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { watchEventLoop } from '../../src/server/connections/event-loop.ts';
import { start } from '../support/cli.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { openClient, type RawClient } from '../support/raw-client.ts';
import { authenticationWith } from '../support/tokens.ts';

const ownPort = { port: 0, host: '127.0.0.1' };

let gateway: Gateway | undefined;
const clients: RawClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await gateway?.close();
  gateway = undefined;
});

const statusOf = async (url: string) => (await fetch(url)).status;

describe('the port for health checks', () => {
  it('serves /health and /ready, and nothing else', async () => {
    gateway = await startGateway({ health: ownPort });
    for (const path of ['/health', '/ready', '/ready?from=balancer']) {
      expect(await statusOf(gateway.healthUrl + path)).toBe(200);
    }
    for (const path of ['/', '/graphql?query={__typename}', '/health/more']) {
      expect(await statusOf(gateway.healthUrl + path)).toBe(404);
    }
  });

  it('replaces those of the main port, which need no authentication to be reported as not found', async () => {
    gateway = await startGateway({
      health: ownPort,
      authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]),
    });
    for (const path of ['/health', '/ready']) {
      const response = await fetch(gateway.url + path);
      expect({ status: response.status, text: await response.text() }).toEqual({
        status: 404,
        text: 'Not found. GraphQL is at /graphql.\n',
      });
    }
    expect(await statusOf(`${gateway.url}/graphql`)).toBe(401);
  });

  it('responds while no client gets a connection to the main port', async () => {
    gateway = await startGateway({ health: ownPort, limits: { connections: 1 } });
    await gateway.disturb({ kind: 'hang' });
    void gateway.query('{ snapshots { isComplete } }').catch(() => {});
    await expect.poll(() => gateway?.state().requests.executing).toBe(1);
    await expect(fetch(gateway.url)).rejects.toThrow('fetch failed');
    expect(await statusOf(`${gateway.healthUrl}/health`)).toBe(200);
  });

  it('responds while a client holds many connections to it', async () => {
    gateway = await startGateway({ health: ownPort });
    for (let count = 0; count < 200; count += 1) {
      const client = await openClient(gateway.healthUrl);
      clients.push(client);
      client.send('GET /health HTTP/1.1\r\nHos');
    }
    await expect.poll(() => clients.filter((client) => client.isOpen()).length).toBeLessThanOrEqual(20);
    expect(await statusOf(`${gateway.healthUrl}/ready`)).toBe(200);
  });

  it('reports at once that the gateway stops, and is closed after the main port', async () => {
    const { healthUrl, url, stop, close, query, disturb, calls } = await startGateway({ health: ownPort });
    await disturb({ kind: 'hang' });
    const answer = query('{ snapshots { isComplete } }').catch(() => 'closed');
    await expect.poll(async () => (await calls()).length).toBeGreaterThan(0);
    const stopped = stop({ noticeSeconds: 0, deadlineSeconds: 600 });
    const isOpen = () =>
      fetch(url).then(
        () => true,
        () => false,
      );
    await expect.poll(isOpen).toBe(false);
    expect({ health: await statusOf(`${healthUrl}/health`), ready: await statusOf(`${healthUrl}/ready`) }).toEqual({
      health: 200,
      ready: 503,
    });
    await close();
    await Promise.all([stopped, answer]);
    await expect(fetch(`${healthUrl}/health`)).rejects.toThrow('fetch failed');
  });

  it('is printed by the command that starts the gateway', async () => {
    const both = await start(['dev', '--port', '0', '--config', await configure('health: { port: 0 }')], {
      EMULATOR_PORT: '0',
    });
    expect(both.address('health')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/ready$/);
    expect(await statusOf(both.address('health'))).toBe(200);
    expect(await both.stop()).toBe(0);
  });

  it('is reported if another program uses it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const config = await configure(`health: { port: ${port} }`);
    await expect(start(['dev', '--port', '0', '--config', config], { EMULATOR_PORT: '0' })).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${port}`,
    );
    server.close();
  });

  it('must not be that of the gateway', async () => {
    const config = await configure('health: { port: 4711 }');
    expect(() => readConfig({ config, port: '4711' })).toThrow('health.port is 4711, which is also the port');
    expect(() => readConfig({ config, port: '4711', host: '0.0.0.0' })).toThrow('health.port is 4711');
    expect(readConfig({ config, port: '4712' }).health).toEqual({ port: 4711, host: '127.0.0.1' });
  });
});

describe('/ready', () => {
  it('returns 503 while the event loop is late (`server.eventLoopMilliseconds`), and recovers', async () => {
    const { url, close } = await startGateway({ server: { eventLoopMilliseconds: 200 } });
    const ready = () => statusOf(`${url}/ready`);
    expect(await ready()).toBe(200);
    const late = setInterval(() => block(400), 1);
    await expect.poll(ready).toBe(503);
    expect(await statusOf(`${url}/health`)).toBe(200);
    clearInterval(late);
    await expect.poll(ready).toBe(200);
    await close();
  });

  it('does not depend on a single pause', async () => {
    const eventLoop = watchEventLoop(1000);
    const seen: boolean[] = [];
    block(3500);
    await expect
      .poll(() => {
        seen.push(eventLoop.isLate());
        return eventLoop.delay().maximumMilliseconds;
      })
      .toBeGreaterThan(1000);
    expect(seen).not.toContain(true);
    eventLoop.stop();
  });
});

function block(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

async function configure(yaml: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'snapgate-')), 'snapgate.yaml');
  writeFileSync(path, yaml);
  return path;
}
