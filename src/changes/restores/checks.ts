import { nullIfNotFound, RestoreRefusedError } from '../../errors.ts';
import type { RestoreCheck, RestoreRequirement } from '../../errors/restore-checks.ts';
import { type Judgment, unknownIfFailed } from '../../fleet/questions/restore-checks.ts';
import { keyArn, type KmsKey } from '../../snapshots/kms-key.ts';
import { type MaybePromise, orElse } from '../../snapshots/maybe.ts';
import { type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { ChosenKey } from './backend.ts';

/** Makes a check. If a read fails, for example because the gateway lacks a permission, the verdict is UNKNOWN. */
export async function check(
  requirement: RestoreRequirement,
  field: readonly string[] | null,
  judge: () => MaybePromise<Judgment>,
): Promise<RestoreCheck> {
  const [verdict, message] = await orElse(judge, unknownIfFailed);
  return { requirement, verdict, message, field };
}

/** Throws a RestoreRefusedError with all checks if the verdict of one is NO. */
export function requireMet(checks: readonly RestoreCheck[], what: string): void {
  const failed = checks.filter(({ verdict }) => verdict === 'NO');
  if (failed.length === 0) return;
  throw new RestoreRefusedError(`Cannot restore ${what}: ${failed.map(({ message }) => message).join(' ')}`, checks);
}

/** Checks that a snapshot is available. */
export function checkAvailable(snapshot: SnapshotRecord): Promise<RestoreCheck> {
  return check('SNAPSHOT_AVAILABLE', ['input', 'snapshotId'], () => {
    const name = snapshot.kind.identifier(snapshot);
    const status = snapshotStatus(snapshot);
    if (status === 'AVAILABLE') return ['YES', `The snapshot ${name} is available.`];
    const raw = snapshot.kind.rawStatus(snapshot);
    if (status === 'UNKNOWN') return ['UNKNOWN', `The snapshot ${name} has the status ${raw}.`];
    return [
      'NO',
      `The snapshot ${name} has the status ${raw}; it must be available. Wait until it is, or use another snapshot.`,
    ];
  });
}

/** Checks that a name is free: `find` reads what has the name. */
export function checkFree(name: string, find: () => MaybePromise<string | null>): Promise<RestoreCheck> {
  return check('NAME_FREE', ['input', 'clusterIdentifier'], async () => {
    const taken = await find();
    if (taken === null) return ['YES', `The name ${name} is free.`];
    return ['NO', `The name ${taken} is already in use. Choose another clusterIdentifier.`];
  });
}

/** Checks that AWS KMS describes the keys as enabled: the checks of keys that are not named are YES. */
export async function checkKeys(
  source: Source,
  keys: readonly ChosenKey[],
  keyNamed: (source: Source, named: string) => MaybePromise<KmsKey>,
): Promise<RestoreCheck[]> {
  const distinct = [...new Map(keys.map((key) => [keyArn(key.kmsKeyId, source), key])).values()];
  if (distinct.length === 0) return [await check('KMS_KEY_USABLE', null, () => ['YES', 'No key is needed.'])];
  return Promise.all(
    distinct.map(({ kmsKeyId, field }) =>
      check('KMS_KEY_USABLE', field, async () => {
        const key = await orElse(() => keyNamed(source, kmsKeyId), nullIfNotFound);
        if (key === null) {
          return [
            'NO',
            `The key ${kmsKeyId} does not exist in account ${source.account}, region ${source.region}. Choose another kmsKeyId.`,
          ];
        }
        if (!key.enabled)
          return ['NO', `The key ${kmsKeyId} is disabled. Enable it in AWS KMS, or choose another kmsKeyId.`];
        return ['YES', `The key ${kmsKeyId} exists and is enabled.`];
      }),
    ),
  );
}

/** The check of the quota of clusters, which no operation of the services reports. */
export function checkQuota(): Promise<RestoreCheck> {
  return check('QUOTA_FREE', null, () => [
    'UNKNOWN',
    'AWS does not report the quota of clusters through this service; AWS decides.',
  ]);
}

/** Checks that security groups are given. */
export function checkSecurityGroups(
  groups: readonly string[] | undefined,
  field: readonly string[],
): Promise<RestoreCheck> {
  return check('SECURITY_GROUPS_GIVEN', field, () =>
    groups === undefined
      ? [
          'UNKNOWN',
          'No security groups are given, so AWS uses the default security group of the VPC, which may make the cluster unreachable. Give security groups, or use likeCluster.',
        ]
      : ['YES', `The security groups are ${groups.join(', ')}.`],
  );
}

/** Checks that a subnet group exists. */
export function checkSubnetGroup(
  name: string,
  field: readonly string[],
  exists: () => MaybePromise<boolean>,
): Promise<RestoreCheck> {
  return check('SUBNET_GROUP_EXISTS', field, async () =>
    (await exists())
      ? ['YES', `The subnet group ${name} exists.`]
      : [
          'NO',
          `The subnet group ${name} does not exist. Give the name of an existing subnet group, or use likeCluster.`,
        ],
  );
}
