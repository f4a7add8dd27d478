import { backupKeyOf, scheduleOf, seedClusters, type SeedResource } from './clusters.ts';
import { nextBackup } from './timing.ts';

/** A schedule that was detached from its cluster. */
const unused: SeedResource = {
  service: 'redshift',
  account: '123456789012',
  region: 'eu-west-1',
  ScheduleIdentifier: 'before-migration',
  ScheduleDefinitions: ['rate(6 hours)'],
  ScheduleDescription: 'Snapshots of consent-archive until its migration',
  Tags: [{ Key: 'environment', Value: 'production' }],
};

/** Returns the snapshot schedules of the seeded world: those that a cluster follows, and one that no cluster follows. */
export function schedulesJson(now: Date): SeedResource[] {
  const schedules = new Map<string, SeedResource>();
  for (const cluster of seedClusters) {
    const name = scheduleOf(cluster);
    const { service, account, region, environment } = cluster;
    const key = backupKeyOf(cluster);
    if (name === undefined || schedules.has(key)) continue;
    const at = nextBackup(key, now);
    schedules.set(key, {
      service,
      account,
      region,
      ScheduleIdentifier: name,
      ScheduleDefinitions: [`cron(${at.getUTCMinutes()} ${at.getUTCHours()} *)`],
      Tags: [{ Key: 'environment', Value: environment }],
    });
  }
  return [...schedules.values(), unused];
}
