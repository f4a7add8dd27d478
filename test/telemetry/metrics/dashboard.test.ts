import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from '../../../src/telemetry/metrics/metrics.ts';
import { root } from '../../support/repository.ts';

const { registry, text } = createMetrics();
const names = registry.getMetricsAsArray().map(({ name }) => name);

/** The metric of a series: a histogram has three series. */
const metricOf = (series: string) => (names.includes(series) ? series : series.replace(/_(?:bucket|sum|count)$/, ''));
const metricsIn = (expression: string) =>
  [...expression.matchAll(/\b(?:snapgate|nodejs|process)_\w+/g)].map(([series]) => metricOf(series));

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly w: number; readonly x: number };
  readonly targets?: readonly { readonly expr: string }[];
}

const dashboard = JSON.parse(readFileSync(join(root, 'docker/grafana/dashboards/snapgate.json'), 'utf8'));
const panels = dashboard.panels as readonly Panel[];
const shown = new Set(panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => metricsIn(expr))));

const alertsFile = join(root, 'docker/prometheus/alerts.yaml');
const alerts: { groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[] } = parse(
  readFileSync(alertsFile, 'utf8'),
);
const rules = alerts.groups.flatMap((group) => group.rules);

describe('the dashboard', () => {
  it('uses only metrics that exist', () => {
    expect([...shown].filter((name) => !names.includes(name))).toEqual([]);
  });

  it('shows every metric of the gateway', () => {
    expect(names.filter((name) => name.startsWith('snapgate_') && !shown.has(name))).toEqual([]);
  });

  it('has panels with distinct ids, within the grid', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });
});

describe('the alerts', () => {
  it('use only metrics that exist', () => {
    expect(rules.flatMap(({ expr }) => metricsIn(expr)).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('have distinct names, and a summary', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { annotations } of rules) expect(annotations.summary).toMatch(/\.$/);
  });
});

describe('the names of metrics', () => {
  it('end in the unit, or for counters in _total', () => {
    const own = registry.getMetricsAsArray().filter(({ name }) => name.startsWith('snapgate_'));
    const counters = own.filter((metric) => (metric as { type?: unknown }).type === 'counter');
    expect(counters.filter(({ name }) => !name.endsWith('_total'))).toEqual([]);
    expect(own.filter((metric) => metric.name.endsWith('_total')).length).toBe(counters.length);
    expect(names.filter((name) => /milliseconds|megabytes|_ms$/.test(name))).toEqual([]);
  });
});

const promtool = '/usr/bin/promtool';
describe.skipIf(!existsSync(promtool))('promtool', () => {
  it.each([
    ['the metrics', ['check', 'metrics'], text],
    ['the alerts', ['check', 'rules', alertsFile], async () => ''],
  ])('accepts %s', async (_what, args, input) => {
    const { status, stdout, stderr } = spawnSync(promtool, args, { input: await input(), encoding: 'utf8' });
    // It also reports names of the metrics of Node.js.
    expect(`${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('snapgate_'))).toEqual([]);
    expect([0, 3]).toContain(status);
  });
});
