import { expect, it } from 'vitest';
import { createMetrics } from '../../../src/telemetry/metrics/metrics.ts';
import { createSources } from '../../../src/fleet/sources.ts';
import { oneAccount } from '../../support/gateway.ts';
import { seriesOf, startMeteredGateway } from '../../support/metered-gateway.ts';
import { makeCluster, makeSnapshot } from '../../support/worlds.ts';

it('the figures of the fleet are read at each scrape; what is unknown has no value', async () => {
  const { watchFleet, text } = createMetrics();
  const now = new Date('2026-01-02T00:00:00Z');
  const sources = createSources(oneAccount);
  const redshift = sources.at('123456789012', 'us-east-1', 'REDSHIFT')!;
  const documentdb = sources.at('123456789012', 'us-east-1', 'DOCUMENTDB')!;
  const readAt = new Date('2026-01-01T23:55:00Z');
  watchFleet(() => ({
    now,
    sources: [
      {
        source: redshift,
        status: 'COMPLETE',
        figures: {
          readAt,
          clusters: [],
          withoutRecoveryPoint: 2,
          orphaned: { count: 3, unknown: 1 },
          public: { count: 4, unknown: 0 },
          external: null,
        },
      },
      { source: documentdb, status: 'FAILED', figures: null },
    ],
    clusters: [
      { source: redshift, identifier: 'sales', newestAt: new Date('2026-01-01T00:00:00Z') },
      { source: redshift, identifier: 'dated', newestAt: null },
    ],
    clustersLeftOut: 0,
  }));
  const series = [...seriesOf(await text())].filter(([name]) => name.startsWith('snapgate_fleet_'));
  const own = 'service="redshift",account="123456789012",region="us-east-1"';
  const other = 'service="documentdb",account="123456789012",region="us-east-1"';
  expect(Object.fromEntries(series.filter(([name]) => !name.startsWith('snapgate_fleet_source_status')))).toEqual({
    [`snapgate_fleet_recovery_point_age_seconds{${own},cluster="sales"}`]: 86_400,
    [`snapgate_fleet_clusters_without_recovery_point{${own}}`]: 2,
    snapgate_fleet_clusters_left_out: 0,
    [`snapgate_fleet_public_snapshots{${own}}`]: 4,
    [`snapgate_fleet_orphaned_snapshots{${own}}`]: 3,
    [`snapgate_fleet_unknown_snapshots{${own},property="orphaned"}`]: 1,
    [`snapgate_fleet_unknown_snapshots{${own},property="public"}`]: 0,
    [`snapgate_fleet_read_timestamp_seconds{${own}}`]: readAt.getTime() / 1_000,
  });
  const current = series.filter(([name, value]) => name.startsWith('snapgate_fleet_source_status') && value === 1);
  expect(current.map(([name]) => name)).toEqual([
    `snapgate_fleet_source_status{${own},status="COMPLETE"}`,
    `snapgate_fleet_source_status{${other},status="FAILED"}`,
  ]);
});

it('the figures are those of the last full reads of the gateway', async () => {
  const gateway = await startMeteredGateway();
  await gateway.load({
    clusters: [makeCluster('REDSHIFT', 'sales')],
    snapshots: [makeSnapshot('REDSHIFT', 'kept', { cluster: 'gone' })],
  });
  await gateway.fleetWatch.refresh();
  await gateway.calls();
  const series = seriesOf(await gateway.scrape());
  const own = 'service="redshift",account="123456789012",region="us-east-1"';
  expect(series.get(`snapgate_fleet_clusters_without_recovery_point{${own}}`)).toBe(1);
  expect(series.get(`snapgate_fleet_orphaned_snapshots{${own}}`)).toBe(1);
  expect(series.get(`snapgate_fleet_source_status{${own},status="COMPLETE"}`)).toBe(1);
  expect(await gateway.calls()).toEqual([]);
  await gateway.close();
});
