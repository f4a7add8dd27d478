import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { root } from '../support/repository.ts';
import { kubernetesObjects, yamlOf } from './read.ts';

const objects = kubernetesObjects();
const one = (kind: string) => objects.find((object) => object.kind === kind);
const pod = () => one('Deployment').spec.template.spec;
const container = () => pod().containers[0];
const labels = { 'app.kubernetes.io/name': 'snapgate' };

const models = { ConfigMap, Deployment, NetworkPolicy, PodDisruptionBudget, Service, ServiceAccount };

it('contains what a deployment needs', () => {
  expect(objects.map(({ kind }) => kind).sort()).toEqual(Object.keys(models).sort());
});

it.each(objects.map((object) => [object.kind, object] as const))(
  '%s is valid in the schema of Kubernetes',
  (_kind, object) => {
    const Model = Object.entries(models).find(([kind]) => kind === object.kind)?.[1] as typeof Deployment;
    const checked = new Model(object);
    expect(checked.apiVersion).toBe(object.apiVersion);
    expect(() => checked.validate()).not.toThrow();
  },
);

it('no object has a field that Kubernetes does not know', async () => {
  const folder = join(root, 'node_modules/.cache');
  mkdirSync(folder, { recursive: true });
  const path = mkdtempSync(join(folder, 'kubernetes-'));
  const lines = objects.map((object, index) => {
    const type = `import('kubernetes-models/${object.apiVersion}/${object.kind}').I${object.kind}`;
    return `export const object${index}: ${type} = ${JSON.stringify(object)};`;
  });
  writeFileSync(join(path, 'objects.ts'), lines.join('\n'));
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--ignoreConfig'];
  try {
    await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), [...options, join(path, 'objects.ts')]);
  } catch (error) {
    expect.fail((error as { stdout: string }).stdout);
  } finally {
    rmSync(path, { recursive: true });
  }
});

it('every object has the labels by which the service, budget and policy select the pods', () => {
  for (const { metadata } of objects) expect(metadata).toMatchObject({ name: 'snapgate', labels });
  expect(one('Deployment').spec).toMatchObject({
    selector: { matchLabels: labels },
    template: { metadata: { labels } },
  });
  expect(one('Service').spec.selector).toEqual(labels);
  expect(one('PodDisruptionBudget').spec.selector.matchLabels).toEqual(labels);
  expect(one('NetworkPolicy').spec.podSelector.matchLabels).toEqual(labels);
});

it('the pod runs without privileges, on a read-only file system, as a numeric user', () => {
  expect(pod()).toMatchObject({
    automountServiceAccountToken: false,
    serviceAccountName: one('ServiceAccount').metadata.name,
    securityContext: { runAsNonRoot: true, runAsUser: expect.any(Number), seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(container().securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(container().resources).toMatchObject({
    requests: { cpu: expect.any(String) },
    limits: { memory: expect.any(String) },
  });
});

it('the probes use ports of the container, and the service and policy the port of the API', () => {
  const ports = container().ports.map(({ name }: { name: string }) => name);
  const { startupProbe, livenessProbe, readinessProbe } = container();
  for (const [probe, path] of [
    [startupProbe, '/health'],
    [livenessProbe, '/health'],
    [readinessProbe, '/ready'],
  ]) {
    expect(probe.httpGet.path).toBe(path);
    expect(ports).toContain(probe.httpGet.port);
  }
  expect(ports).toContain(one('Service').spec.ports[0].targetPort);
  for (const { ports: allowed } of one('NetworkPolicy').spec.ingress) expect(ports).toContain(allowed[0].port);
});

/** Returns the configuration that `serve` reads in the pod. */
function configurationOfPod() {
  const folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  try {
    const path = join(folder, 'snapgate.yaml');
    writeFileSync(path, one('ConfigMap').data['snapgate.yaml']);
    const variables = container().env as { name: string; value?: string }[];
    const given = variables.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]));
    return readConfig({ config: path }, 'serve', { ...Object.fromEntries(given), NODE_ENV: 'production' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('the gateway accepts the configuration of the ConfigMap, and listens for the service', () => {
  const portOf = (wanted: string) => container().ports.find(({ name }: any) => name === wanted).containerPort;
  expect(configurationOfPod()).toMatchObject({
    host: '0.0.0.0',
    port: portOf('http'),
    health: { host: '0.0.0.0', port: portOf('health') },
    telemetry: { metrics: { host: '0.0.0.0', port: portOf('metrics') }, fleet: expect.any(Object) },
    authentication: { jwks: expect.any(String) },
  });
  const mount = container().volumeMounts[0].mountPath;
  const path = container().env.find(({ name }: { name: string }) => name === 'SNAPGATE_CONFIG').value;
  expect(path).toBe(`${mount}/snapgate.yaml`);
});

it('Kubernetes waits longer than the shutdown takes, and notices it in time', () => {
  const { noticeSeconds, deadlineSeconds } = configurationOfPod().shutdown;
  expect(pod().terminationGracePeriodSeconds).toBeGreaterThan(noticeSeconds + deadlineSeconds);
  const { periodSeconds, timeoutSeconds, failureThreshold } = container().readinessProbe;
  expect((periodSeconds + timeoutSeconds) * failureThreshold).toBeLessThan(noticeSeconds);
});

it('the pod has the user of the image', () => {
  const { runAsUser, runAsGroup } = pod().securityContext;
  expect(`${runAsUser}:${runAsGroup}`).toBe('1000:1000');
  expect(yamlOf('kubernetes/deployment.yaml').spec.replicas).toBeGreaterThan(1);
});
