import type { RestoreCheck } from '../../../errors/restore-checks.ts';
import { checkBy, judgeGroup, type Judgment } from '../../../fleet/questions/restore-checks.ts';
import { after, type MaybePromise, together } from '../../../snapshots/maybe.ts';
import type { Source } from '../../../snapshots/source.ts';
import type { DocumentDBCluster } from '../cluster-kind.ts';
import type { DocumentDBSnapshot } from '../snapshot-kind.ts';
import type { DocumentDBRequirements } from './requirements.ts';

/**
 * Checks what AWS requires to restore a snapshot or, if it is null, the latest restorable time of a cluster into a
 * cluster like it. What cannot be read is UNKNOWN.
 */
export function checkDocumentDBRestore(
  requirements: DocumentDBRequirements,
  { source, aws: cluster }: DocumentDBCluster,
  snapshot: DocumentDBSnapshot | null,
): MaybePromise<readonly RestoreCheck[]> {
  const version = snapshot === null ? cluster.EngineVersion : snapshot.aws.EngineVersion;
  return together([
    checkBy('ENGINE_VERSION_OFFERED', () => {
      if (!version) return ['UNKNOWN', 'AWS does not report the engine version of the backup.'];
      return after(requirements.versionFamilies.load(source, version), (family) => judgeVersion(version, family));
    }),
    checkBy('SUBNET_GROUP_EXISTS', () => {
      const name = cluster.DBSubnetGroup;
      if (!name) return ['UNKNOWN', 'AWS reports no subnet group of the cluster.'];
      return after(requirements.subnetGroups.load(source, name), (exists) => judgeGroup('subnet', name, exists));
    }),
    checkBy('PARAMETER_GROUP_FITS', () =>
      checkParameterGroup(requirements, source, cluster.DBClusterParameterGroup, version),
    ),
  ]);
}

function judgeVersion(version: string, family: string | null): Judgment {
  if (family !== null) return ['YES', `AWS offers the engine version ${version}.`];
  return ['NO', `AWS does not offer the engine version ${version} of the backup. Restore with a newer version.`];
}

/** Checks that a parameter group exists, and that it is of the family of an engine version. */
function checkParameterGroup(
  { parameterGroupFamilies, versionFamilies }: DocumentDBRequirements,
  source: Source,
  name: string | undefined,
  version: string | undefined,
): MaybePromise<Judgment> {
  if (!name) return ['UNKNOWN', 'AWS reports no parameter group of the cluster.'];
  return after(parameterGroupFamilies.load(source, name), (family): MaybePromise<Judgment> => {
    if (family === null) return judgeGroup('parameter', name, false);
    if (!version) return ['UNKNOWN', 'AWS does not report the engine version of the backup.'];
    return after(versionFamilies.load(source, version), (wanted) => judgeFamily(name, family, version, wanted));
  });
}

function judgeFamily(name: string, family: string, version: string, wanted: string | null): Judgment {
  if (!wanted) return ['UNKNOWN', `AWS reports no parameter group family for the engine version ${version}.`];
  if (family === '') return ['UNKNOWN', `AWS reports no family of the parameter group ${name}.`];
  if (family === wanted) return ['YES', `The parameter group ${name} is of the family ${family}.`];
  return [
    'NO',
    `The parameter group ${name} of the cluster is of the family ${family}, but the engine version ${version} of the backup needs ${wanted}. Restore with another one.`,
  ];
}
