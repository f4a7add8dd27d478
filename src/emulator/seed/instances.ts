import { readyTime, seedClusters, sizeOf, tagsOf, type SeedCluster, type SeedResource } from './clusters.ts';
import { daysBefore } from './dates.ts';

/**
 * Returns the instances of the clusters of Amazon RDS: a writer and, in production, a reader. A new cluster has its
 * instance from the start, and a cluster that was restored without instances has none.
 */
export function instancesJson(now: Date): SeedResource[] {
  return seedClusters
    .filter(({ service, state, hasInstances }) => service === 'rds' && state !== 'gone' && hasInstances)
    .flatMap((cluster) => {
      const zones = cluster.environment === 'production' ? ['a', 'b'] : ['a'];
      return zones.map((zone, index) => instanceJson(cluster, index + 1, zone, now));
    });
}

/** Returns an instance with the name that the gateway derives for new instances. */
function instanceJson(cluster: SeedCluster, number: number, zone: string, now: Date): SeedResource {
  const { service, account, region, name, engine, ageDays } = cluster;
  return {
    service,
    account,
    region,
    DBInstanceIdentifier: `${name}-${number}`,
    DBClusterIdentifier: name,
    // The other engines get their default class.
    ...(engine === 'docdb' ? { DBInstanceClass: sizeOf(cluster) > 5 ? 'db.r6g.xlarge' : 'db.r6g.large' } : {}),
    AvailabilityZone: `${region}${zone}`,
    InstanceCreateTime: daysBefore(now, ageDays),
    Tags: tagsOf(cluster),
    ...readyTime(cluster, now),
  };
}
