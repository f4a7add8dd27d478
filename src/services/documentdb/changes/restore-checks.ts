import { DescribeDBClustersCommand } from '@aws-sdk/client-docdb';
import type { NewCluster, RestorePoint } from '../../../changes/restores/backend.ts';
import {
  check,
  checkFree,
  checkQuota,
  checkSecurityGroups,
  checkSubnetGroup,
} from '../../../changes/restores/checks.ts';
import { falseIfNotFound } from '../../../errors.ts';
import type { RestoreCheck } from '../../../errors/restore-checks.ts';
import { clusterStatus, isRestorableNow } from '../../../snapshots/cluster.ts';
import { after, orElse } from '../../../snapshots/maybe.ts';
import type { Source } from '../../../snapshots/source.ts';
import type { DocumentDBCluster } from '../cluster-kind.ts';
import type { DocumentDBRequest } from '../request.ts';
import type { DocumentDBSnapshot } from '../snapshot-kind.ts';
import { checkClass, namesOf, readInstancesOf, takenBy } from './instances.ts';
import type { InstanceOptions } from './restore-options.ts';

/** The network and port that result from the options and the cluster to resemble. */
export interface Surroundings {
  readonly subnetGroup: string;
  readonly securityGroups: readonly string[] | undefined;
  readonly port: number | undefined;
}

/** What the checks of both restores need. */
interface Surrounded {
  readonly around: Surroundings;
  readonly instances: InstanceOptions | null | undefined;
  readonly version: string | undefined;
  fieldOf(...path: string[]): string[];
}

/** Checks the name, the network and the instances of a new cluster. */
export function checkSurroundings(
  request: DocumentDBRequest,
  { source, identifier }: NewCluster<DocumentDBCluster>,
  { around, instances, version, fieldOf }: Surrounded,
): Promise<RestoreCheck>[] {
  const { subnetGroup } = around;
  return [
    checkFree(identifier, () => findTaken(request, source, identifier, instances?.count ?? (instances ? 1 : 0))),
    checkSubnetGroup(subnetGroup, fieldOf('subnetGroup'), () =>
      request.requirements.subnetGroups.load(source, subnetGroup),
    ),
    checkSecurityGroups(around.securityGroups, fieldOf('securityGroupIds')),
    ...(instances
      ? [checkClass(request, source, { version, name: instances.class, field: fieldOf('instances', 'class') })]
      : []),
    checkQuota(),
  ];
}

/** Returns the name of a new cluster or of its instances that is in use; all engines share these names. */
async function findTaken(
  request: DocumentDBRequest,
  source: Source,
  identifier: string,
  count: number,
): Promise<string | null> {
  const { connect, usage } = request;
  const isTaken = await orElse(
    () =>
      after(
        connect(source).read(DescribeDBClustersCommand, { DBClusterIdentifier: identifier }, usage),
        ({ output }) => (output.DBClusters ?? []).length > 0,
      ),
    falseIfNotFound,
  );
  if (isTaken) return identifier;
  if (count === 0) return null;
  const names = namesOf(identifier, count);
  // The cluster does not exist, so every instance of these names belongs to another one.
  return takenBy(await readInstancesOf(request, source, { Name: 'db-instance-id', Values: names }), '');
}

/** Checks that AWS offers the engine version, and that it is not older than that of the snapshot. */
export function checkVersion(
  { requirements }: DocumentDBRequest,
  { source, aws }: DocumentDBSnapshot,
  { version, isGiven }: { readonly version: string | undefined; readonly isGiven: boolean },
): Promise<RestoreCheck> {
  const field = isGiven ? ['input', 'documentdb', 'engineVersion'] : null;
  return check('ENGINE_VERSION_OFFERED', field, async () => {
    if (version === undefined) return ['UNKNOWN', 'AWS does not report the engine version of the snapshot.'];
    const made = aws.EngineVersion;
    if (made !== undefined && isOlder(version, made)) {
      return [
        'NO',
        `The engine version ${version} is older than that of the snapshot, ${made}. Choose ${made} or newer.`,
      ];
    }
    const family = await requirements.versionFamilies.load(source, version);
    if (family !== null) return ['YES', `AWS offers the engine version ${version}.`];
    return [
      'NO',
      `AWS does not offer the engine version ${version} in region ${source.region}. Choose another engineVersion.`,
    ];
  });
}

function isOlder(version: string, other: string): boolean {
  const [one, two] = [version, other].map((text) => text.split('.').map(Number));
  for (const [index, part] of (one ?? []).entries()) {
    const difference = part - (two?.[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** Checks that a cluster parameter group exists and has the family of the engine version, if there is one to use. */
export function checkParameterGroup(
  { requirements }: DocumentDBRequest,
  source: Source,
  name: string | undefined,
  version: string | undefined,
): Promise<RestoreCheck>[] {
  if (name === undefined) return [];
  return [
    check('PARAMETER_GROUP_FITS', ['input', 'documentdb', 'parameterGroup'], async () => {
      const [family, wanted] = await Promise.all([
        requirements.parameterGroupFamilies.load(source, name),
        version === undefined ? null : requirements.versionFamilies.load(source, version),
      ]);
      if (family === null)
        return ['NO', `The parameter group ${name} does not exist. Give the name of an existing one.`];
      if (!wanted || !family) return ['UNKNOWN', `AWS does not report the family of the engine version ${version}.`];
      if (family === wanted) return ['YES', `The parameter group ${name} has the family ${family}.`];
      return [
        'NO',
        `The parameter group ${name} has the family ${family}, but the engine version ${version} requires ${wanted}. Give another one.`,
      ];
    }),
  ];
}

/** Checks that a cluster can be restored to a point. In a status for which AWS documents no such restore, AWS decides. */
export function checkPoint(cluster: DocumentDBCluster, point: RestorePoint): Promise<RestoreCheck> {
  const { aws } = cluster;
  return check('SNAPSHOT_AVAILABLE', ['input', 'point'], () => {
    const { EarliestRestorableTime: earliest, LatestRestorableTime: latest } = aws;
    const [from, to] = [earliest, latest].map((time) => time?.toISOString() ?? 'an unknown time');
    const found =
      point === 'clone'
        ? `The cluster ${aws.DBClusterIdentifier} exists`
        : `The restorable times of the cluster ${aws.DBClusterIdentifier} are ${from} to ${to}`;
    const time = typeof point === 'string' ? undefined : point.time;
    if (time && ((earliest && time < earliest) || (latest && time > latest))) {
      return ['NO', `${found}, but point.time is ${time.toISOString()}. Choose a time in this range.`];
    }
    if (!isRestorableNow(cluster)) {
      return ['UNKNOWN', `${found}, but AWS can refuse to restore a cluster with the status ${aws.Status}.`];
    }
    if (point === 'clone' && clusterStatus(cluster) === 'STOPPED') {
      return ['UNKNOWN', `The cluster ${aws.DBClusterIdentifier} is stopped; AWS decides whether it can be cloned.`];
    }
    const isKnown = point === 'clone' || (latest !== undefined && (time === undefined || earliest !== undefined));
    return [isKnown ? 'YES' : 'UNKNOWN', `${found}.`];
  });
}
