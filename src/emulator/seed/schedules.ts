import { scheduleOf, seedClusters, type SeedResource } from './clusters.ts';
import { laterTime } from './timing.ts';

/** Returns the snapshot schedules of the seeded world: those that a cluster follows. */
export function schedulesJson(now: Date): SeedResource[] {
  const schedules = new Map<string, SeedResource>();
  for (const cluster of seedClusters) {
    const name = scheduleOf(cluster);
    const { service, account, region, environment } = cluster;
    const key = [account, region, name].join(' ');
    if (name === undefined || schedules.has(key)) continue;
    const at = laterTime(key, now);
    schedules.set(key, {
      service,
      account,
      region,
      ScheduleIdentifier: name,
      ScheduleDefinitions: [`cron(${at.getUTCMinutes()} ${at.getUTCHours()} ${name === 'workdays' ? 'MON-FRI' : '*'})`],
      Tags: [{ Key: 'environment', Value: environment }],
    });
  }
  return [...schedules.values()];
}
