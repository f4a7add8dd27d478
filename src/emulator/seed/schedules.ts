import { backupKeyOf, scheduleOf, seedClusters, type SeedResource } from './clusters.ts';
import { nextBackup } from './timing.ts';

/** Returns the snapshot schedules of the seeded world: those that a cluster follows. */
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
  return [...schedules.values()];
}
