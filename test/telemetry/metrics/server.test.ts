import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetricsServer } from '../../../src/telemetry/metrics/server.ts';
import { run, start } from '../../support/cli.ts';
import { type MeteredGateway, startMeteredGateway } from '../../support/metered-gateway.ts';

let folder: string;
let gateway: MeteredGateway;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  gateway = await startMeteredGateway();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await gateway.close();
});

const configuration = (name: string, metrics: string) => {
  const path = join(folder, name);
  writeFileSync(path, `telemetry: { ${metrics} }`);
  return path;
};

describe('the port of the metrics', () => {
  it('serves GET /metrics in the text format of Prometheus', async () => {
    const response = await fetch(`${gateway.metricsUrl}?name=any`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await response.text()).toMatch(/^# TYPE snapgate_aws_queued_calls gauge$/m);
  });

  it.each([
    ['GET', '/'],
    ['GET', '/graphql'],
    ['GET', '/health'],
    ['GET', '/metrics/'],
    ['GET', '//metrics'],
    ['POST', '/metrics'],
    ['HEAD', '/metrics'],
    ['OPTIONS', '/metrics'],
  ])('returns 404 for %s %s', async (method, path) => {
    const { port } = new URL(gateway.metricsUrl);
    const status = await new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, method }, (response) => resolve(response.resume().statusCode))
        .once('error', reject)
        .end();
    });
    expect(status).toBe(404);
  });

  it('returns 500 if a scrape fails, and reports the error', async () => {
    const errors: unknown[] = [];
    const failure = new Error('broken');
    const broken = { contentType: 'text/plain', text: () => Promise.reject(failure) };
    const server = createMetricsServer(broken, { port: 0, host: '127.0.0.1' }, (error) => errors.push(error));
    const response = await fetch(`http://127.0.0.1:${await server.open()}/metrics`);
    expect([response.status, await response.text(), errors]).toEqual([500, '', [failure]]);
    await server.close();
  });

  it('is not on the main port', async () => {
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(404);
  });
});

/** Prints the names of the modules of prom-client that the process loads. */
const spy = `data:text/javascript,${encodeURIComponent(
  `import { registerHooks } from 'node:module';
   registerHooks({ load: (url, context, next) => {
     if (url.includes('/prom-client/')) process.stdout.write(url + '\\n');
     return next(url, context);
   } });`,
)}`;
const ports = ['--port', '0', '--emulator-port', '0'];

describe.concurrent('the command line', () => {
  it('prints the address of the metrics, and closes them at the end', async () => {
    const config = configuration('on.yaml', 'metrics: { port: 0 }');
    const dev = await start(['dev', ...ports, '--config', config]);
    const url = dev.address('metrics');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    expect(await (await fetch(url)).text()).toContain('snapgate_aws_breaker_state');
    expect(await dev.stop()).toBe(0);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('reports that the port of the metrics is in use', async () => {
    const config = configuration('taken.yaml', `metrics: { port: ${new URL(gateway.metricsUrl).port} }`);
    const { code, err } = await run(['dev', ...ports, '--config', config]);
    expect(code).toBe(1);
    expect(err).toMatch(/^snapgate: Cannot listen on 127\.0\.0\.1:\d+: another program uses this port/m);
  });

  it('loads no package for metrics unless they are configured', async () => {
    const environment = { NODE_OPTIONS: `--import=${spy}` };
    const off = configuration('off.yaml', 'logs: {}');
    const on = configuration('taken-too.yaml', `metrics: { port: ${new URL(gateway.metricsUrl).port} }`);
    const dev = await start(['dev', ...ports, '--config', off], environment);
    expect(await dev.stop()).toBe(0);
    expect(dev.output()).not.toContain('prom-client');
    expect((await run(['dev', ...ports, '--config', on], environment)).out).toContain('prom-client');
  });
});
