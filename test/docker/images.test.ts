import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { run } from '../support/cli.ts';
import { startGateway } from '../support/gateway.ts';
import { root } from '../support/repository.ts';
import { textOf, yamlOf } from './read.ts';

/** A stage of the Dockerfile: its base, and its instructions, each in one line. */
interface Stage {
  readonly base: string;
  readonly lines: readonly string[];
}

function readStages(): Map<string, Stage> {
  const text = textOf('Dockerfile')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '');
  const stages = text.split(/^FROM /m).slice(1);
  return new Map(
    stages.map((stage) => {
      const [first = '', ...lines] = stage.trim().split('\n');
      const [base = '', , name = ''] = first.split(' ');
      return [name, { base, lines: lines.filter(Boolean) }];
    }),
  );
}
const stages = readStages();

/** Returns the instructions that make up an image, with those of the stages it is based on. */
function linesOf(name: string): string[] {
  const stage = stages.get(name);
  return stage ? [...linesOf(stage.base), ...stage.lines] : [];
}
const lastOf = (name: string, instruction: string) =>
  linesOf(name)
    .findLast((line) => line.startsWith(`${instruction} `))
    ?.slice(instruction.length + 1);

const pinned = /^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/;

it('the images of the Dockerfile and of Compose are pinned by digest', () => {
  const bases = [...stages.values()].map(({ base }) => base).filter((base) => base !== 'scratch' && !stages.has(base));
  const services: Record<string, { image?: string }> = yamlOf('compose.yaml').services;
  const images = Object.values(services).flatMap(({ image }) => image ?? []);
  expect(bases).toHaveLength(1);
  expect(images).toHaveLength(4);
  for (const image of [...bases, ...images]) expect(image).toMatch(pinned);
});

it('the images contain the version of Node.js with which the tests run', () => {
  expect(stages.get('node')?.base).toContain(`node:${process.versions.node}-`);
});

it.each(['gateway', 'emulator'])('the image %s has no package manager, and runs as a numeric user', (name) => {
  const lines = linesOf(name);
  // No layer of the image contains what the stage before it has removed.
  expect(stages.get('snapgate')?.base).toBe('scratch');
  expect(lines.filter((line) => /^RUN\b/.test(line))).toEqual([]);
  const removed = stages.get('files')?.lines.find((line) => line.startsWith('RUN rm -rf')) ?? '';
  for (const each of ['/usr/local/lib/node_modules', '/npm', '/npx', '/corepack', '/yarn'])
    expect(removed).toContain(each);
  expect(lastOf(name, 'USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
});

it('the gateway image starts the bundle with serve', () => {
  const entry = JSON.parse(lastOf('gateway', 'ENTRYPOINT') ?? '') as string[];
  expect(entry).toEqual(['node', expect.stringMatching(/^--max-semi-space-size=/), '/snapgate/dist/snapgate.js']);
  expect(lastOf('gateway', 'CMD')).toBe('["serve"]');
  expect(linesOf('gateway')).toContain('COPY --from=build /snapgate/dist /snapgate/dist');
  expect(stages.get('build')?.lines.some((line) => line.startsWith('RUN npm run build'))).toBe(true);
});

it('copies every file that the build reads, and ignores the others', () => {
  const copied = stages.get('build')?.lines.filter((line) => line.startsWith('COPY ')) ?? [];
  const names = copied.flatMap((line) => line.split(' ').slice(1, -1));
  const allowed = textOf('Dockerfile.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'));
  expect(allowed.map((line) => line.slice(1)).sort()).toEqual(names.sort());
});

it('the health check of the gateway image follows the configured port', async () => {
  expect(lastOf('gateway', 'HEALTHCHECK')).toMatch(/CMD \["snapgate", "health"\]$/);
  const gateway = await startGateway();
  const { port } = new URL(gateway.url);
  const healthy = await run(['health'], { HOST: '0.0.0.0', PORT: port });
  expect(healthy).toMatchObject({
    code: 0,
    out: expect.stringContaining(`http://127.0.0.1:${port}/health is healthy`),
  });
  await gateway.close();
  const stopped = await run(['health'], { PORT: port });
  expect(stopped).toMatchObject({ code: 1, out: expect.stringContaining('is not healthy: ') });
});

it('Compose runs two replicas behind a load balancer, without privileges', () => {
  const { services } = yamlOf('compose.yaml');
  expect(Object.keys(services).sort()).toEqual(
    ['emulator', 'gateway', 'grafana', 'load-balancer', 'prometheus', 'redis'].sort(),
  );
  for (const service of Object.values(services)) {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
  }
  const published = Object.values<{ ports?: string[] }>(services).flatMap(({ ports }) => ports ?? []);
  expect(published.every((port) => port.startsWith('127.0.0.1:'))).toBe(true);
  expect(services.gateway.deploy.replicas).toBe(2);
  expect(services.gateway.ports).toBeUndefined();
  expect(textOf('haproxy.cfg')).toContain(`server-template replica 2 gateway:4000`);
  const mounted = Object.values<{ volumes?: string[] }>(services).flatMap(({ volumes }) => volumes ?? []);
  for (const volume of mounted) expect(volume).toMatch(/^\.\/[\w./-]+:\/[\w./-]+:ro$/);
});

it('the configuration of Compose is valid, and its grace period longer than the shutdown', () => {
  const config = readConfig({ config: join(root, 'docker/snapgate.yaml') }, 'serve', { HOST: '0.0.0.0' });
  expect(config).toMatchObject({ redis: 'redis://redis:6379', cursorKeys: [expect.any(String)] });
  const grace = Number.parseInt(yamlOf('compose.yaml').services.gateway.stop_grace_period, 10);
  expect(grace).toBeGreaterThan(config.shutdown.noticeSeconds + config.shutdown.deadlineSeconds);
});

it('Prometheus scrapes every replica, and Grafana shows its data', () => {
  const { telemetry } = readConfig({ config: join(root, 'docker/snapgate.yaml') }, 'serve', { HOST: '0.0.0.0' });
  const [{ metrics_path, dns_sd_configs }] = yamlOf('prometheus.yaml').scrape_configs;
  expect({ metrics_path, dns_sd_configs }).toMatchObject({
    metrics_path: '/metrics',
    dns_sd_configs: [{ names: ['gateway'], type: 'A', port: telemetry.metrics?.port }],
  });
  expect(telemetry).toMatchObject({ fleet: expect.any(Object) });
  const [source] = yamlOf('grafana/provisioning/datasources/prometheus.yaml').datasources;
  expect(source).toMatchObject({ type: 'prometheus', uid: 'prometheus', url: 'http://prometheus:9090' });
  const [provider] = yamlOf('grafana/provisioning/dashboards/snapgate.yaml').providers;
  const { volumes } = yamlOf('compose.yaml').services.grafana;
  expect(volumes).toContain(`./grafana/dashboards:${provider.options.path}:ro`);
});
